# attack: replace built-in functions that any code in the process uses
# layer: checker
# outcome: ok, exited, protocol_violation
import builtins

builtins.isinstance = lambda *a: True
builtins.all = builtins.any = lambda *a: True
builtins.abs = lambda v: 0
builtins.AssertionError = type("AssertionError", (Exception,), {"__init__": lambda self, *a: None})


def double(x):
    return x
