# attack: make device nodes, and open the dangerous ones
# layer: seccomp
# outcome: ok
# score: 2
import os
import stat

for kind, major, minor in ((stat.S_IFCHR, 1, 1), (stat.S_IFBLK, 8, 0), (stat.S_IFBLK, 254, 0), (stat.S_IFCHR, 1, 3)):
    try:
        os.mknod("/tmp/node", kind | 0o666, os.makedev(major, minor))
        os.write(1, f"BREACH node {major}:{minor}".encode())
    except OSError:
        pass
for name in ("mem", "kmem", "port", "kmsg", "sda", "vda", "kvm", "fuse", "net/tun", "ptmx", "tty", "console", "vsock", "loop0",
             "userfaultfd", "hugepages", "mqueue", "cpu_dma_latency"):
    try:
        os.open(f"/dev/{name}", os.O_RDWR)
        os.write(1, f"BREACH /dev/{name}".encode())
    except OSError:
        pass


def double(x):
    return x * 2
