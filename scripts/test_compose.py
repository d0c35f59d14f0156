"""The deployment of docker-compose.yml, tried as an administrator and a class use it: `make test-compose`.

Needs a Docker engine, docker-compose (or `docker compose`) and Python's standard library. Everything is made under a project
name and on ports of its own, and taken away at the end, whatever happens; the image stays. DOCKER_BUILD_ARGS are more
arguments for `docker build`, such as --network host; KEEP=1 leaves everything running to be looked at. With --if-possible
it is skipped, in one line that says why, where there is no engine or where the public base images are not to be had.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from test_compose_browser import Browser, Page, Unexpected

ROOT = Path(__file__).resolve().parent.parent
HOST = "gradus.test"
PROJECT = f"gradus-test-{os.getpid()}"
COURSE, CLASS = "autograd", 20
CONTENT = ROOT / "exercises" / "content" / "chapter03"
WITH_CHECK = {"sandbox", "web", "worker", "worker-lti", "beat", "postgres", "redis"}
ENDLESS = "def fit(X, y, lr, epochs):\n    while True:\n        pass\n"
PLATFORM = "http://platform:9000"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_compose() -> list[str]:
    """docker-compose, else the engine's plugin. Raises Unexpected."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        return ["docker", "compose"]
    raise Unexpected("neither docker-compose nor `docker compose` is installed")


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is done and how long it took."""
    print(f"· {title} …", flush=True)
    started = time.monotonic()
    yield
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


@dataclass
class Deployment:
    """The project's containers, driven from the command line alone."""

    folder: Path
    compose: list[str] = field(default_factory=find_compose)
    port: int = field(default_factory=free_port)
    platform_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.env_file = self.folder / "env"
        run(sys.executable, ROOT / "docker" / "new_env.py", HOST, self.env_file)
        with self.env_file.open("a") as file:
            # The simulated platform is in the same network; the class hands in as fast as it can.
            file.write(f"PORT={self.port}\nLTI_PRIVATE_HOSTS=1\nRUNS_PER_MINUTE=200\nWORKER_CONCURRENCY=2\n")

    def __call__(self, *words: str, timeout_s: float = 900) -> str:
        command = [*self.compose, "--project-name", PROJECT, "--env-file", str(self.env_file), *words]
        return run(*command, timeout_s=timeout_s)

    def manage(self, *words: str, **environment: str) -> str:
        passed = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
        return self("exec", "-T", *passed, "web", "python", "manage.py", *words)

    def browser(self) -> Browser:
        return Browser(self.port, HOST)

    def containers(self) -> dict[str, str]:
        """Name and state of every container with a check: healthy, starting, unhealthy, exited …"""
        names = run(
            "docker", "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}"
        ).split()
        told = json.loads(run("docker", "inspect", *names)) if names else []
        found = {}
        for each in told:
            service = each["Config"]["Labels"]["com.docker.compose.service"]
            if service in WITH_CHECK:
                state = each["State"]
                found[each["Name"].lstrip("/")] = state.get("Health", {}).get("Status") or state["Status"]
        return found

    def wait_until_healthy(self, count: int, timeout_s: float = 240) -> None:
        deadline = time.monotonic() + timeout_s
        while True:
            states = self.containers()
            if len(states) >= count and set(states.values()) == {"healthy"}:
                return
            if time.monotonic() > deadline:
                raise Unexpected(f"not healthy after {timeout_s:.0f} s: {states}")
            time.sleep(1)


def run(*command: object, timeout_s: float = 900) -> str:
    """Standard output of a command. Raises Unexpected with everything that it printed."""
    words = [str(word) for word in command]
    # What else this shell holds must not change the deployment: it would come before the file.
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG") or "DOCKER" in name}
    done = subprocess.run(
        words, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=timeout_s, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise Unexpected(f"{shlex.join(words)} ended with code {done.returncode}:\n{done.stdout}{done.stderr}"[-6000:])
    return done.stdout


def expect(condition: bool, text: str) -> None:
    if not condition:
        raise Unexpected(text)


# --- what is tried ----------------------------------------------------------------------------------------------------


def build() -> None:
    run(
        "docker", "build", "--tag", "gradus", *shlex.split(os.environ.get("DOCKER_BUILD_ARGS", "")), ".", timeout_s=3600
    )
    told = run("docker", "image", "inspect", "gradus", "--format", "{{.Size}}")
    print(f"  the image has {int(told) / 1e6:.0f} MB, its base included", flush=True)


def check_sandbox(service: Deployment) -> None:
    told = service("exec", "-T", "sandbox", "python", "-m", "sandbox", "check")
    layers = re.findall(r"^(\S+) +(yes|no|NO) ", told, re.MULTILINE)
    print("  " + ", ".join(f"{layer} {holds}" for layer, holds in layers), flush=True)
    expect("all required layers hold" in told, told)


def check_containers(service: Deployment) -> None:
    """What a container must not have, tried from within."""
    for name in ("web", "worker", "sandbox"):
        who = service(
            "exec", "-T", name, "sh", "-c", "id -u; touch /srv/gradus/x 2>&1; command -v gcc cc node npm pip; true"
        )
        expect(who.startswith("1000\n") and "Read-only" in who and len(who.splitlines()) == 2, f"{name}: {who}")
    routes = service("exec", "-T", "sandbox", "cat", "/proc/net/route").splitlines()[1:]
    expect(not routes, f"the sandbox has a network: {routes}")
    secret = service("exec", "-T", "sandbox", "env")
    expect("SECRET" not in secret and "PASSWORD" not in secret, "the sandbox has credentials")


def open_course(service: Deployment) -> list[tuple[str, str]]:
    """Administrator, course, exercises and class, by the pages that an administrator uses; names and passwords."""
    password = secrets.token_urlsafe(16)
    words = ["createsuperuser", "--noinput", "--username", "admin", "--email", "admin@example.edu"]
    service.manage(*words, DJANGO_SUPERUSER_PASSWORD=password)
    admin = service.browser()
    admin.log_in("admin", password)
    admin.send("/courses/new/", title="Autograd", slug=COURSE)
    choices = admin.get(f"/courses/{COURSE}/assignments/add/").fields()["exercises"]
    admin.send(f"/courses/{COURSE}/assignments/add/", exercises=choices)
    people = [(f"student{number}", secrets.token_urlsafe(12)) for number in range(CLASS + 1)]
    listed = "username\n" + "\n".join(name for name, _ in people)
    invited = admin.send(f"/courses/{COURSE}/members/invite/", text=listed, confirm="1")
    links = [urlsplit(link).path for link in invited.text.split('<code class="one-link">')[1:]]
    links = [link.partition("<")[0] for link in links]
    expect(len(links) == len(people), f"{len(links)} links for {len(people)} people\n{invited.text[:3000]}")
    for link, (_name, chosen) in zip(links, people, strict=True):
        done = service.browser().send(link, new_password1=chosen, new_password2=chosen)
        expect(done.path == "/accounts/login/", f"a password could not be set: {done.path}")
    print(f"  {len(choices)} exercises, {len(people)} students", flush=True)
    return people


def right_answers(service: Deployment, page: Page) -> dict[str, str]:
    """What torch says of the snippet on the page, asked in the sandbox's container."""
    names = ["x.grad", "y.grad", "z.grad"]
    shown = f"print([None if t is None else t.item() for t in ({', '.join(names)})])"
    code = "import warnings; warnings.simplefilter('ignore')\n" + page.code_block() + "\n" + shown
    told = service("exec", "-T", "sandbox", "python", "-c", code)
    values = told.strip().strip("[]").split(", ")
    return {name.replace(".", "_"): value.lower() for name, value in zip(names, values, strict=True)}


def hand_in_as_a_student(service: Deployment, name: str, password: str) -> dict[str, tuple[float, float]]:
    """Right and wrong code, and a prediction; the scores by submission."""
    student = service.browser()
    student.log_in(name, password)
    right = student.hand_in("fix-regression", source=(CONTENT / "fix-regression/solution.py").read_text())
    wrong = student.hand_in("fix-regression", source=(CONTENT / "fix-regression/mutants/no_zero.py").read_text())
    form = student.get("/exercises/predict-chain/")
    guess = student.predict("predict-chain", right_answers(service, form), form.fields()["token"][0])
    scores = {}
    for submission in (right, wrong, guess):
        expect(student.wait_for(submission) == "graded", f"{submission} was not graded")
        scores[submission] = student.score(submission)
    (points, most), (fewer, _), (guessed, whole) = scores.values()
    expect(points == most > fewer and guessed == whole, f"scores: {scores}")
    print(f"  right {points:g} of {most:g}, wrong {fewer:g}, prediction {guessed:g} of {whole:g}", flush=True)
    return scores


def launch_from_a_platform(service: Deployment) -> None:
    """Register it as an administrator does, launch, hand in, and see the grade arrive there."""
    start = ["docker", "run", "--detach", "--name", f"{PROJECT}-platform", "--network", f"{PROJECT}_outside"]
    start += ["--network-alias", "platform", "--publish", f"127.0.0.1:{service.platform_port}:9000"]
    start += ["--volume", f"{ROOT}:/checkout:ro", "--workdir", "/checkout", "--env", "PYTHONPATH=/checkout"]
    run(*start, "gradus", "python", "scripts/test_compose_platform.py")
    ends = {"auth-url": "/auth", "token-url": "/token", "keyset-url": "/keys"}
    add = [part for name, end in ends.items() for part in (f"--{name}", PLATFORM + end)]
    service.manage(
        "lti", "platform", "add", "--issuer", PLATFORM, "--client-id", "gradus-client", "--deployment-id", "d1", *add
    )
    student = service.browser()
    target = f"https://{HOST}/lti/launch/"
    begun = student.open("/lti/login/", {"iss": PLATFORM, "login_hint": "7", "target_link_uri": target}, follow=False)
    expect(
        begun.status == 302 and begun.path.startswith(PLATFORM),
        f"login: {begun.status} {begun.path} {begun.text[:1000]}",
    )
    with urlopen(f"http://127.0.0.1:{service.platform_port}/auth?{urlsplit(begun.path).query}") as answer:
        fields = Page(200, "", answer.read().decode()).fields()
    launched = student.open("/lti/launch/", {name: values[0] for name, values in fields.items()})
    expect(launched.status == 200 and "zero-grad-loop" in launched.path, f"launch: {launched.status} {launched.path}")
    submission = student.hand_in("zero-grad-loop", source=(CONTENT / "zero-grad-loop/solution.py").read_text())
    expect(student.wait_for(submission) == "graded", "the launched work was not graded")
    deadline = time.monotonic() + 90
    while True:
        with urlopen(f"http://127.0.0.1:{service.platform_port}/told") as answer:
            told = json.loads(answer.read())
        if told:
            break
        expect(time.monotonic() < deadline, "no grade came to the platform within 90 s")
        time.sleep(1)
    expect(told[-1]["scoreGiven"] == told[-1]["scoreMaximum"], f"the platform was told {told}")
    print(f"  the platform was told {told[-1]['scoreGiven']:g} of {told[-1]['scoreMaximum']:g}", flush=True)


def hand_in_as_a_class(service: Deployment, people: list[tuple[str, str]]) -> None:
    """All log in first; then all hand in at once."""
    source = (CONTENT / "zero-grad-loop/solution.py").read_text()

    def enter(person: tuple[str, str]) -> Browser:
        browser = service.browser()
        browser.log_in(*person)
        return browser

    def work(browser: Browser) -> str:
        return browser.wait_for(browser.hand_in("zero-grad-loop", source=source))

    with ThreadPoolExecutor(CLASS) as pool:
        browsers = list(pool.map(enter, people))
        started = time.monotonic()
        ends = list(pool.map(work, browsers))
    expect(ends == ["graded"] * len(people), f"of {len(people)} submissions: {ends}")
    print(f"  {len(ends)} graded {time.monotonic() - started:.1f} s after the first was sent", flush=True)


def stop_while_grading(service: Deployment, name: str, password: str) -> None:
    """A worker that is asked to end finishes what it has, and loses nothing."""
    student = service.browser()
    student.log_in(name, password)
    submission = student.hand_in("fix-regression", source=ENDLESS)
    address = f"{submission}status/"
    deadline = time.monotonic() + 30
    while json.loads(student.get(address).text)["status"] == "queued":
        expect(time.monotonic() < deadline, "nobody took the submission")
        time.sleep(0.05)
    service("stop", "worker")
    state = json.loads(student.get(address).text)
    expect(state["status"] == "graded", f"the stopped workers left it {state['status']}")


def come_back(service: Deployment, name: str, password: str, scores: dict[str, tuple[float, float]]) -> None:
    service("down")
    expect(not service.containers(), f"still there: {service.containers()}")
    service("up", "--detach")
    service.wait_until_healthy(len(WITH_CHECK))
    student = service.browser()
    student.log_in(name, password)
    again = {submission: student.score(submission) for submission in scores}
    expect(again == scores, f"before {scores}, after {again}")


def try_it(service: Deployment) -> None:
    with step("Building the image"):
        build()
    with step("Starting everything"):
        service("up", "--detach")
    with step("Waiting until all are healthy"):
        service.wait_until_healthy(len(WITH_CHECK))
    with step("Proving the jail in the sandbox's container"):
        check_sandbox(service)
    with step("Looking at the containers from within"):
        check_containers(service)
    with step("Making an administrator, a course and a class through the web"):
        people = open_course(service)
    with step("Handing in as a student"):
        scores = hand_in_as_a_student(service, *people[0])
    with step("Launching from a learning platform, grade and all"):
        launch_from_a_platform(service)
    with step("Scaling to three workers"):
        service("up", "--detach", "--scale", "worker=3")
        service.wait_until_healthy(len(WITH_CHECK) + 2)
    with step(f"Handing in as a class of {CLASS}"):
        hand_in_as_a_class(service, people[1:])
    with step("Stopping the workers while one grades"):
        stop_while_grading(service, *people[0])
    with step("Taking it down and up again"):
        remove_platform()
        come_back(service, *people[0], scores)


def remove_platform() -> None:
    subprocess.run(["docker", "rm", "--force", f"{PROJECT}-platform"], capture_output=True, check=False)


def clean_up(service: Deployment) -> None:
    remove_platform()
    service("down", "--volumes", "--remove-orphans", "--timeout", "5")


def find_obstacle() -> str:
    """Why the deployment cannot even be built here; empty where it can."""
    try:
        find_compose()
        run("docker", "info")
        wanted = {"python:3.11-slim-bookworm", "postgres:15-bookworm", "redis:7-bookworm"}
        there = set(run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").split())
        for image in sorted(wanted - there):
            run("docker", "pull", "--quiet", image)
    except FileNotFoundError:
        return "docker is not installed"
    except (Unexpected, subprocess.TimeoutExpired) as problem:
        return str(problem).strip().splitlines()[-1]
    return ""


def main() -> int:
    if obstacle := find_obstacle():
        possible = "--if-possible" in sys.argv[1:]
        print(f"test-compose: {'skipped' if possible else 'cannot run'}: {obstacle}", flush=True)
        return 0 if possible else 1
    started = time.monotonic()
    failed = ""
    with tempfile.TemporaryDirectory(prefix="gradus-compose-") as folder:
        service = Deployment(Path(folder))
        try:
            try_it(service)
        except (Unexpected, OSError, KeyError, subprocess.TimeoutExpired) as problem:
            failed = f"{type(problem).__name__}: {problem}"
            logs = subprocess.run(
                [*service.compose, "-p", PROJECT, "--env-file", str(service.env_file), "logs", "--tail", "40"],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            print(logs.stdout[-20000:])
        finally:
            if os.environ.get("KEEP") and failed:
                print(f"left running: {PROJECT}, http://127.0.0.1:{service.port}/")
            else:
                with step("Cleaning up"):
                    clean_up(service)
    print(f"test-compose: {failed or 'passed'} after {time.monotonic() - started:.0f} s", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
