# attack: look for the hidden tests in frames, gc, sys.modules, /proc and every readable file
# layer: mount-namespace
# outcome: ok
import gc
import os
import sys

NEEDLE = "hidden-" + "7f3a" + "9c51"


def hunt():
    frame = sys._getframe()
    while frame:
        yield from (repr(value)[:10000] for value in list(frame.f_locals.values()) if value is not NEEDLE)
        frame = frame.f_back
    for item in gc.get_objects():
        if isinstance(item, (str, bytes)) or type(item) is dict:
            yield repr(item)[:2000]
    for name, module in list(sys.modules.items()):
        yield name
    for root in ("/proc", "/tmp", "/home", "/root", "/var", "/dev/shm", "/etc"):
        for folder, folders, files in os.walk(root):
            if any(path.startswith(f"{folder}/") for path in sys.path if folder != "/tmp"):
                folders.clear()  # a checkout in there: site-packages would take minutes
            for file in files:
                try:
                    yield open(os.path.join(folder, file), errors="replace").read(100000)
                except OSError:
                    pass


def double(x):
    for text in hunt():
        if NEEDLE in text:
            print("BREACH", text[:200])
    return x
