"""What the API gives and takes. The docstrings and descriptions here are the reference's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from grader.api.problems import Code

Role = Literal["student", "assistant", "instructor", ""]
Status = Literal["queued", "running", "graded", "errored"]
MAX_ANSWER = 100


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class FieldProblem(Shape):
    """What is wrong with one part of a request."""

    field: str
    message: str


class Problem(Shape):
    """Why a request was refused. `code` is for programs and one of a closed set; `message` is for people."""

    code: Code
    message: str
    request_id: str = Field(description="Names the request in the service's logs.")
    fields: list[FieldProblem]
    retry_after_s: int | None = Field(description="Seconds after which it may be tried again; also in Retry-After.")


class Course(Shape):
    """A course. `role` is empty for staff who take no part in it; `assignments` counts what is open to the reader."""

    course: str = Field(description="Its name in addresses.")
    title: str
    role: Role
    assignments: int
    next_due_at: datetime | None
    is_archived: bool
    url: str


class Courses(Shape):
    items: list[Course]


class Assignment(Shape):
    """An exercise that is set in a course. The attempts and points are the reader's own; teachers have none."""

    exercise: str = Field(description="Its name in addresses.")
    title: str
    kind: str = Field(description="predict, implement, fix-the-bug, build-graph or measure; empty when not published.")
    section: str = Field(description="Of the chapter that the exercise belongs to.")
    state: Literal["hidden", "open", "late", "closed"]
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    rules: list[str] = Field(description="All of its rules in words.")
    points: float = Field(description="What a full score is worth.")
    weight: float
    attempts: int
    attempts_left: int | None = Field(description="null: as many as one likes.")
    points_won: float | None
    days_late: int
    url: str


class Assignments(Shape):
    items: list[Assignment]


class HiddenTest(Shape):
    """What may be known of a hidden test beforehand. `advice`: it gives no points."""

    title: str
    points: float
    advice: bool


class Question(Shape):
    """One field of a prediction."""

    name: str
    type: str = Field(description="number, bool, shape, none-or-number or number-or-error.")
    label: str


class Prediction(Shape):
    """What is asked: to be answered with the same `ticket`. Each attempt has numbers of its own."""

    ticket: str
    attempt: int
    snippet: str
    questions: list[Question]


class Exercise(Shape):
    """An exercise as its page shows it. `starter` is null for predictions, `prediction` for all others."""

    course: str
    exercise: str
    title: str
    kind: str
    section: str
    tier: int
    concepts: list[str]
    statement: str = Field(description="Markdown with dollar maths.")
    entry_points: list[str] = Field(description="What a file must define.")
    starter: str | None
    prediction: Prediction | None
    tests: list[HiddenTest]
    examples: list[str] = Field(description="What a run tests.")
    hints: list[str] = Field(description="Those that failed attempts have opened.")
    max_score: float
    best_score: float | None
    is_passed: bool
    rules: list[str]
    rules_now: str = Field(description="What the rules mean right now.")
    attempts_left: int | None
    wait_until: datetime | None = Field(description="The end of the pause between two attempts, while there is one.")
    url: str


Answer = (
    Annotated[str, Field(max_length=MAX_ANSWER)]
    | bool
    | int
    | float
    | None
    | Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=20)]
)


class HandIn(BaseModel):
    """A file (`source`), or the answers to a prediction (`ticket` and `answers`).

    An answer is written as in the form (`"-2"`, `"yes"`, `"(2, 3)"`, `"none"`, `"error"`), or as JSON has it (-2, true,
    [2, 3], null).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: Literal["submit", "run"] = Field(
        default="submit", description="run: only the public examples, of a file; it costs no attempt."
    )
    source: str | None = Field(default=None, description="The file's text; 64 KiB at most.")
    ticket: str | None = Field(default=None, max_length=1000)
    answers: dict[str, Answer] | None = Field(default=None, max_length=100)


class Number(Shape):
    """A tensor of a hidden test beside the expected one: shapes, and yours / expected; never a value."""

    name: str
    agrees: bool
    yours_shape: str
    expected_shape: str
    ratio: str


class Test(Shape):
    """One test. `reached`: it could begin. `call`, `stdout` and `traceback` are those of a run and else empty."""

    __test__ = False

    title: str
    passed: bool
    advice: bool
    reached: bool
    points: float
    max_points: float
    messages: list[str]
    hint: str | None
    numbers: list[Number]
    call: str
    stdout: str
    traceback: str


class Note(Shape):
    """What concerns the whole file."""

    text: str
    code: str
    line: int | None


class Misconception(Shape):
    """A misconception that would explain the submission; of several, one."""

    title: str
    explanation: str


class AnswerGiven(Shape):
    """One answer to a prediction; `right` is null while it is not graded."""

    question: str
    answer: str
    right: bool | None


class Comment(Shape):
    """What a teacher said to a line; 0: to all of it."""

    line: int
    text: str
    by: str
    at: datetime


class Summary(Shape):
    """A submission in a list. Score and points are null until it is graded, and where we could not."""

    id: UUID
    course: str | None
    exercise: str
    purpose: Literal["submit", "run"]
    attempt: int
    status: Status
    is_final: bool
    passed: bool | None
    score: float | None
    max_score: float | None
    sent_at: datetime
    finished_at: datetime | None
    url: str


class Submission(Summary):
    """A submission with its result, exactly as its page tells it: no hidden inputs, no expected values."""

    title: str
    summary: str = Field(description="The result in one sentence.")
    place: str = Field(description="Where it stands in the queue, while it is there.")
    outcome: str = Field(description="ok, or what ended it: time_limit, memory_limit, crashed …")
    source: str | None
    question: str | None
    answers: list[AnswerGiven]
    notes: list[Note]
    misconceptions: list[Misconception]
    tests: list[Test]
    comments: list[Comment]
    stdout: str
    stderr: str
    wall_ms: float
    cpu_ms: float
    peak_mib: float


class Submissions(Shape):
    """One page, the newest first. `next_page` is null on the last."""

    items: list[Summary]
    next_page: int | None


class Column(Shape):
    """One assignment. `is_open`: students see it, so that it is part of the total."""

    exercise: str
    title: str
    section: str
    max_points: float
    weight: float
    is_open: bool


class Cell(Shape):
    """One student at one assignment, in the columns' order. `points` is what counts; `earned`, what the work alone won."""

    points: float | None
    earned: float | None
    attempts: int
    days_late: int
    is_overridden: bool
    is_extended: bool
    is_missing: bool
    submission: UUID | None = Field(description="What counts.")


class Line(Shape):
    """One student. `percent`: the mean share of the open assignments by their weights."""

    username: str
    name: str
    email: str
    section: str
    points: float
    max_points: float
    percent: float | None
    cells: list[Cell]


class Gradebook(Shape):
    """One page of students, by their names. `next_page` is null on the last."""

    course: str
    sections: list[str]
    columns: list[Column]
    lines: list[Line]
    students: int = Field(description="How many there are on all pages.")
    next_page: int | None
