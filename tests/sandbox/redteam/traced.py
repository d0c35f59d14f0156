# attack: trace and profile every call to change what it returns
# layer: checker
# outcome: ok, exited
import sys
import threading


def trace(frame, event, value):
    for name in ("passed", "ok", "expected", "close"):
        if name in frame.f_locals:
            frame.f_locals[name] = True
    return trace


sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
sys.addaudithook(lambda *a: None)


def double(x):
    return x
