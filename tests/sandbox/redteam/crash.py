# attack: crash by its own signal, for a core file and a confused parent
# layer: checker
# outcome: crashed
import ctypes


def double(x):
    ctypes.string_at(0)
