# attack: HTML, scripts and template tags in output, exceptions and names
# layer: feedback
# outcome: ok
# public: yes
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ settings.SECRET_KEY }}{% debug %}</pre></textarea>"
print(EVIL)


def double(x):
    print(EVIL)
    raise RuntimeError(EVIL)
