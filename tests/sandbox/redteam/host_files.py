# attack: read what is worth reading on any host, and list the folders above
# layer: mount-namespace
# outcome: ok
# score: 2
import os
import sys

here = os.path.dirname(os.path.dirname(os.path.abspath(__import__("exercises").__file__)))
OWN = {"exercises", "sandbox", ".venv"}  # the way to the jail's own code, where Landlock lets it be listed
host = "/etc/shadow /etc/hostname /etc/ssh /root/.ssh /root/.bash_history /home /var /run /sys /boot /opt /mnt /srv".split()
beside = "manage.py var exercises/content exercises/grading.py grader tests .git".split()
for path in [*host, *(f"{here}/{name}" for name in beside)]:
    way = any(place.startswith(f"{path}/") for place in (here, sys.prefix, sys.base_prefix))  # to what is bound in
    if os.path.exists(path) and not way:
        os.write(1, f"BREACH {path} is there".encode())
for folder in ("/", "/root", "/etc/..", here):
    try:
        seen = set(os.listdir(folder))
    except OSError:
        continue
    if folder != here or not seen <= OWN:
        os.write(1, f"BREACH listed {folder}: {seen}".encode())


def double(x):
    return x * 2
