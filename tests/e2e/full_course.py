"""A course some weeks old for pictures: people with long and short names, work that was really graded, late, alike,
put right, commented and graded again, rules that bite, and a course in which nothing has happened yet."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.e2e.chromium import mutant, solution
from tests.stack import Stack
from tests.visitor import Visitor

LONG_TITLE = "Differentiable programming with PyTorch for engineers and scientists · 給工程師與科學家的可微分程式設計"
# User name, first name, last name.
PEOPLE = (
    ("b12901001", "怡君", "陳"),
    ("b12901002", "志豪", "林"),
    ("wilhelmina", "Wilhelmina", "Featherstonehaugh-Cholmondeley van der Westhuizen"),
    ("khai", "Nguyễn Thị Minh", "Khai"),
    ("b12345678901234567890123456789@students.example.edu.tw", "", ""),
    ("li", "", "李"),
    ("oyvind", "Øyvind", "Ødegård"),
)
WRONG_BY_A_HAIR = solution("zero-grad-loop").replace("lr * param.grad", "1.37 * lr * param.grad")
OWN_WAY = """import torch


def fit(X, y, lr, epochs):
    {w} = torch.zeros(1, 1, dtype=X.dtype, requires_grad=True)
    {b} = torch.zeros(1, dtype=X.dtype, requires_grad=True)
    {kept} = []
    for {step} in range(epochs):
        predicted = X.mm({w}) + {b}
        gap = predicted - y
        loss = gap.pow(2).sum() / gap.numel()
        if {w}.grad is not None:
            {w}.grad.zero_()
            {b}.grad.zero_()
        loss.backward()
        {kept}.append(float(loss.detach()))
        with torch.no_grad():
            {w}.sub_(lr * {w}.grad)
            {b}.sub_(lr * {b}.grad)
    return float({w}.detach()), float({b}.detach()), {kept}
"""
# Who, which exercise, what, and how many days ago.
WORK = (
    *(
        ("b12901001", "zero-grad-loop", mutant("zero-grad-loop", name), 33 - n)
        for n, name in enumerate(("no_zero", "zero_once"))
    ),
    ("b12901001", "zero-grad-loop", solution("zero-grad-loop"), 30),
    ("b12901002", "zero-grad-loop", mutant("zero-grad-loop", "no_zero"), 26),
    ("b12901002", "zero-grad-loop", mutant("zero-grad-loop", "update_recorded"), 24),
    ("wilhelmina", "zero-grad-loop", WRONG_BY_A_HAIR, 19),
    ("khai", "zero-grad-loop", WRONG_BY_A_HAIR, 18),
    ("khai", "zero-grad-loop", mutant("zero-grad-loop", "tensor_history"), 12),
    ("khai", "zero-grad-loop", mutant("zero-grad-loop", "no_zero"), 11),
    ("khai", "zero-grad-loop", solution("zero-grad-loop"), 10),
    ("li", "zero-grad-loop", mutant("zero-grad-loop", "uphill"), 9),
    ("li", "zero-grad-loop", "import torch\n\ndef train(params, loss_fn, lr, steps)\n    return []\n", 8),
    ("oyvind", "zero-grad-loop", mutant("zero-grad-loop", "no_zero"), 2),
    (PEOPLE[4][0], "zero-grad-loop", solution("zero-grad-loop"), 4),
    ("b12901001", "fix-regression", mutant("fix-regression", "mse_loss_broadcasts"), 20),
    ("b12901001", "fix-regression", OWN_WAY.format(w="w", b="b", kept="losses", step="epoch"), 16),
    ("b12901002", "fix-regression", OWN_WAY.format(w="slope", b="shift", kept="history", step="k"), 15),
    ("wilhelmina", "fix-regression", mutant("fix-regression", "original"), 14),
    ("wilhelmina", "fix-regression", mutant("fix-regression", "no_zero"), 13),
    ("khai", "fix-regression", solution("fix-regression"), 7),
    ("li", "fix-regression", mutant("fix-regression", "original"), 5),
    ("oyvind", "fix-regression", mutant("fix-regression", "half_squares"), 1),
    ("student1", "fix-regression", mutant("fix-regression", "original"), 3),
    ("student1", "fix-regression", mutant("fix-regression", "squeezed_target_only"), 2),
    ("student1", "gradient-penalty", mutant("gradient-penalty", "no_create_graph"), 1),
    ("b12901002", "gradient-penalty", solution("gradient-penalty"), 6),
    ("student1", "freeze-layer", solution("freeze-layer"), 0),
)

MAKE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from grader.courses.models import *
users = get_user_model().objects
teacher = users.get(username="teacher")
demo = Course.objects.get(slug="demo")
groups = [Section.objects.create(course=demo, name=name) for name in ("Monday, 10:20 · 週一第三節", "Thursday")]
for number, (name, first, last) in enumerate(json.loads({people!r})):
    user = users.create(username=name, first_name=first, last_name=last, password=teacher.password)
    Enrollment.objects.create(user=user, course=demo, section=groups[number % 2], invited=number == 5)
helper = users.create(username="helper", first_name="Mei", last_name="Wu", password=teacher.password)
Enrollment.objects.create(user=helper, course=demo, role=Role.ASSISTANT)
boss = users.create(username="boss", is_staff=True, is_superuser=True, password=teacher.password)
stranger = users.create(username="stranger", first_name="Noor", last_name="Ali", password=teacher.password)
for slug, title in (("quiet", {title!r}), ("last-year", "Autograd, last year")):
    course = Course.objects.create(slug=slug, title=title, time_zone="Asia/Taipei")
    Enrollment.objects.create(user=teacher, course=course, role=Role.INSTRUCTOR)
    Enrollment.objects.create(user=users.get(username="student2"), course=course)
course.archive()
demo.renew_join_code()
sessions = dict()
for user in users.all():
    store = SessionStore()
    store.update({{SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], HASH_SESSION_KEY: user.get_session_auth_hash()}})
    store.create()
    sessions[user.username] = store.session_key
print(json.dumps(sessions))
"""

# When it was handed in, and by which rules: one assignment is closed, one past due, one spent, one in a pause.
DATE = """
import json
from datetime import timedelta
from django.utils import timezone
from grader.analytics.models import OpenedHint
from grader.courses.models import *
now = timezone.now()
for path, days in json.loads({ages!r}):
    row = Submission.objects.get(pk=path.split("/")[2])
    at = now - timedelta(days=days, minutes=7)
    Submission.objects.filter(pk=row.pk).update(created_at=at, finished_at=at + timedelta(seconds=1))
    if not row.passed and row.attempt == 1:
        OpenedHint.objects.get_or_create(user=row.user, exercise=row.exercise, number=1, defaults=dict(at=at + timedelta(minutes=3)))
demo = Course.objects.get(slug="demo")
def rules(slug, **values):
    demo.assignments.filter(exercise__slug=slug).update(**values)
rules("zero-grad-loop", due_at=now - timedelta(days=5), closes_at=now + timedelta(days=9), late_percent=10, floor_percent=50, points=20)
rules("fix-regression", due_at=now + timedelta(days=2), weight=2)
rules("grad-clip", due_at=now - timedelta(days=12), closes_at=now - timedelta(days=2))
rules("gradient-penalty", attempt_limit=1, cooldown_s=0)
rules("freeze-layer", cooldown_s=86000, attempt_limit=3)
rules("hvp", opens_at=now + timedelta(days=4), due_at=now + timedelta(days=18))
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
invited = Enrollment.objects.get(course=demo, user__username="li").user
Submission.objects.filter(user__username="khai", exercise__slug="fix-regression").update(score=0, passed=False)
print(json.dumps(dict(
    assignments=dict(demo.assignments.values_list("exercise__slug", "pk")),
    users=dict(demo.enrollments.values_list("user__username", "user")),
    members=dict(demo.enrollments.values_list("user__username", "pk")),
    join=demo.join_code,
    password=f"{{urlsafe_base64_encode(force_bytes(invited.pk))}}/{{default_token_generator.make_token(invited)}}",
    regrade=0,
)))
"""

Shell = Callable[[Stack, str], str]
HandIn = Callable[..., str]


@dataclass(frozen=True)
class FullCourse:
    """`sessions` by user name; `paths` of the submissions in the order of WORK; `keys`: what addresses are made of."""

    sessions: dict[str, str]
    paths: list[str]
    keys: dict[str, Any]

    def work_of(self, user: str, slug: str) -> str:
        """The path of the last submission."""
        rows = zip(WORK, self.paths, strict=True)
        return [path for (who, exercise, *_), path in rows if (who, exercise) == (user, slug)][-1]


def last_line(text: str) -> Any:
    return json.loads(text.strip().splitlines()[-1])


def fill(stack: Stack, shell: Shell, hand_in: HandIn, graded: HandIn) -> FullCourse:
    """Make all of it; about a minute."""
    sessions = last_line(shell(stack, MAKE.format(people=json.dumps(PEOPLE), title=LONG_TITLE)))
    visitors = {name: Visitor(stack.url, session) for name, session in sessions.items()}
    paths = [
        graded(visitors[who], hand_in(visitors[who], source, slug=f"/exercises/{slug}/"))
        for who, slug, source, _ in WORK
    ]
    ages = [(path, days) for path, (*_, days) in zip(paths, WORK, strict=True)]
    course = FullCourse(sessions, paths, last_line(shell(stack, DATE.format(ages=json.dumps(ages)))))
    teach(course, visitors["teacher"])
    return course


def teach(course: FullCourse, teacher: Visitor) -> None:
    """What a teacher does with the work: comments, a flag, points put right, more time, a regrade."""
    users, assignments = course.keys["users"], course.keys["assignments"]
    mine = course.work_of("student1", "fix-regression")
    send(teacher, f"{mine}comments/", line="6", text="What shape does this difference have?\nPrint it once.")
    send(teacher, f"{mine}comments/", line="", text="Close! 形狀對了，其他就對了。")
    send(teacher, f"{course.work_of('oyvind', 'fix-regression')}flag/", note="Asked by mail; answer before Thursday")
    grade = f"/courses/demo/grades/{users['student1']}/{assignments['fix-regression']}/"
    send(teacher, grade, points="7.5", reason="Explained the broadcast well in the lesson")
    times = {
        "due_at": "2099-01-01T00:00",
        "closes_at": "",
        "extra_attempts": "2",
        "reason": "Was ill, with a note from the doctor",
    }
    send(
        teacher,
        "/courses/demo/extensions/new/",
        user=str(users["wilhelmina"]),
        assignment=str(assignments["zero-grad-loop"]),
        **times,
    )
    send(
        teacher,
        "/courses/demo/regrades/new/",
        assignment=str(assignments["fix-regression"]),
        submission="",
        reason="The tolerance of the second test was too narrow",
    )


def send(visitor: Visitor, path: str, **form: str) -> None:
    answer = visitor.post(path, form, htmx=False)
    assert answer.status == 302, (path, answer.status, answer.text[:3000])
