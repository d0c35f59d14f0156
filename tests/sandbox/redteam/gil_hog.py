# attack: hold the interpreter's lock inside one C call that never ends
# layer: deadline
# outcome: time_limit
# wall: 2
import re


def double(x):
    return re.match("(a+)+$", "a" * 64 + "b")
