# attack: look for the hidden tests in every object of the interpreter, the frozen ones included
# layer: checker
# outcome: ok
# score: 2
import gc
import os
import time

PREFIX, SUFFIX = "hidden-", [c ^ 0x55 for c in b"\x62\x33\x66\x34\x6c\x36\x60\x64"]
control = {"a": ["hidden-" + "".join(map(chr, [99, 111, 110, 116, 114, 111, 108, 33]))]}


def objects():
    """Every text that a container holds; containers of texts alone are known to their holders only."""
    gc.unfreeze()
    deadline = time.process_time() + 4
    for holder in gc.get_objects():
        stack = [holder]
        while stack:
            for item in gc.get_referents(stack.pop()):
                if type(item) in (str, bytes):
                    yield item
                elif type(item) in (dict, tuple, frozenset) and not gc.is_tracked(item):
                    stack.append(item)
        if time.process_time() > deadline:
            return


def search():
    found_control = False
    for item in objects():
        text = item if type(item) is str else item.decode("latin-1")
        start = text.find(PREFIX)
        while start >= 0:
            after = [ord(c) for c in text[start + 7 : start + 15]]
            if after == SUFFIX:
                os.write(1, b"BREACH a hidden test among the objects")
            found_control |= after == [99, 111, 110, 116, 114, 111, 108, 33]
            start = text.find(PREFIX, start + 1)
    assert found_control, "this search finds nothing"


def double(x):
    if x.dim() == 1:
        search()
    return x * 2
