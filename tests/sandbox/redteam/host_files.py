# attack: read what is worth reading on any host, and list the folders above
# layer: mount-namespace
# outcome: ok
# score: 2
import os

here = os.path.dirname(os.path.dirname(os.path.abspath(__import__("exercises").__file__)))
for path in ("/etc/shadow", "/etc/hostname", "/etc/ssh", "/root/.ssh", "/root/.bash_history", "/home", "/var", "/run", "/sys", "/boot", "/opt", "/mnt", "/srv",
             f"{here}/manage.py", f"{here}/var", f"{here}/exercises/content", f"{here}/exercises/grading.py", f"{here}/grader",
             f"{here}/tests", f"{here}/.git"):
    if os.path.exists(path):
        os.write(1, f"BREACH {path} is there".encode())
for folder in ("/", "/root", "/etc/..", here, f"{here}/.."):
    try:
        os.write(1, f"BREACH listed {folder}: {os.listdir(folder)}".encode())
    except OSError:
        pass


def double(x):
    return x * 2
