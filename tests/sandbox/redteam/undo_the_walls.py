# attack: undo what was set for it: the signal of a dying parent, no_new_privs, dumpable, securebits, the filter
# layer: seccomp
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in {
    "PR_SET_PDEATHSIG": (1, 0), "PR_SET_DUMPABLE": (4, 1), "PR_SET_KEEPCAPS": (8, 1), "PR_SET_SECCOMP": (22, 2, 0),
    "PR_SET_SECUREBITS": (28, 0), "PR_SET_MM": (35, 1, 4096), "PR_SET_CHILD_SUBREAPER": (36, 1), "PR_SET_PTRACER": (0x59616D61, -1),
    "PR_CAP_AMBIENT": (47, 2, 21), "PR_SET_TSC": (26, 2), "PR_SET_IO_FLUSHER": (57, 1), "PR_SCHED_CORE": (62, 1),
    "PR_SET_MDWE": (65, 1), "PR_SET_NO_NEW_PRIVS off": (38, 0),
}.items():
    if libc.prctl(*arguments, *[0] * (5 - len(arguments))) == 0:
        os.write(1, f"BREACH {name}".encode())
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
if libc.syscall(126, header, (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)) == 0:
    os.write(1, b"BREACH capset")
if libc.personality(0x0040000) != -1:
    os.write(1, b"BREACH personality")


def double(x):
    return x * 2
