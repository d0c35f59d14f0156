# attack: load modules, reboot, set clocks and names, swap, quota, accounting, ports
# layer: no-capabilities
# outcome: ok
# score: 2
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "uselib": 134, "modify_ldt": 154, "sysctl": 156, "adjtimex": 159, "acct": 163, "settimeofday": 164, "swapon": 167,
    "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176,
    "quotactl": 179, "clock_settime": 227, "kexec_load": 246, "vmsplice": 278, "fanotify_init": 300, "clock_adjtime": 305,
    "finit_module": 313, "kexec_file_load": 320, "pkey_alloc": 330, "syslog": 103, "vhangup": 153, "landlock": 444,
    "quotactl_fd": 443, "set_mempolicy_home_node": 450, "map_shadow_stack": 453, "lsm_set_self_attr": 460,
}
for name, number in NUMBERS.items():
    if libc.syscall(number, 1, 0, 0, 0, 0, 0) >= 0:
        os.write(1, f"BREACH {name}".encode())
if libc.syscall(169, 0xFEE1DEAD, 672274793, 0x89ABCDEF, None) == 0:
    os.write(1, b"BREACH reboot")


def double(x):
    return x * 2
