# attack: print without end where printed text is shown
# layer: output
# outcome: ok
# public: yes
# score: 2
def double(x):
    for _ in range(200):
        print("y" * 65536)
    return x * 2
