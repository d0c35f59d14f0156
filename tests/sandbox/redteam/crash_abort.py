# attack: abort from a child thread while the interpreter is held
# layer: checker
# outcome: crashed
import ctypes


def double(x):
    ctypes.CDLL(None).abort()
