# attack: an error text on which the matching of known errors takes for ever
# layer: checker
# outcome: ok
LINE = "leaf Variable that requires grad expected output with shape takes missing 1 "


def double(x):
    raise type("Long", (Exception,), {"__str__": lambda self: LINE * 20000})
