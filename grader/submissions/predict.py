"""Predict exercises: which numbers a student sees, the signed form, and reading the answers."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import string
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.conf import settings
from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exercises.format import Exercise, PredictField
from exercises.models import ExerciseVersion
from grader.submissions.models import Purpose, Submission, next_attempt
from grader.submissions.texts import highlight, show_text

SALT = "gradus.predict"
INSTEAD = {"none-or-number": "none", "number-or-error": "error"}
MAX_ANSWER_CHARACTERS = 100
Value = float | int | bool | str | None | tuple[int, ...]


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    """What a form was shown for: it travels signed in the form, so that the answers meet the same numbers."""

    user: int
    version: int
    variant: int
    attempt: int


@dataclass
class FieldView:
    """One question of the form. `kind` is the format's field type; `instead` the tick box beside a number, if any."""

    name: str
    kind: str
    label: SafeString
    input_name: str
    value: str = ""
    instead: str = ""
    instead_name: str = ""
    instead_checked: bool = False
    error: str = ""


@dataclass
class PredictForm:
    """The form as a template needs it."""

    action: str
    token: str
    snippet_html: SafeString
    fields: list[FieldView]
    attempt: int
    again_url: str = ""


@dataclass
class Answers:
    """What was posted: values by field, the raw texts (kept for the record), and a message per field that is wrong."""

    values: dict[str, Value] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def choose_variant(version: ExerciseVersion, user_pk: int, attempt: int, previous: Any) -> int:
    """Index into the version's pool: fixed for (user, exercise, attempt), unguessable, and not the `previous` variant."""
    count = len(version.variants)
    name = f"{user_pk}:{version.exercise_id}:{attempt}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), name, hashlib.sha256).digest()
    index = int.from_bytes(digest[:8], "big") % count
    if count > 1 and version.variants[index] == previous:
        return (index + 1) % count
    return index


def issue_ticket(user: Any, version: ExerciseVersion) -> Ticket:
    """The user's next attempt at a predict exercise."""
    attempt = next_attempt(user, version.exercise_id, Purpose.SUBMIT)
    last = Submission.objects.filter(
        user=user, exercise_id=version.exercise_id, purpose=Purpose.SUBMIT, attempt=attempt - 1
    )
    previous = last.values_list("variant", flat=True).first()
    return Ticket(user.pk, version.pk, choose_variant(version, user.pk, attempt, previous), attempt)


def sign(ticket: Ticket) -> str:
    return signing.dumps(msgspec.to_builtins(ticket), salt=SALT)


def read_ticket(token: str, user: Any, exercise_pk: int) -> tuple[Ticket, ExerciseVersion] | None:
    """The ticket of a posted form and its version; None when forged, another user's or another exercise's."""
    try:
        ticket = msgspec.convert(signing.loads(token, salt=SALT), Ticket)
    except (signing.BadSignature, msgspec.ValidationError):
        return None
    version = ExerciseVersion.objects.select_related("exercise").filter(pk=ticket.version, exercise=exercise_pk).first()
    if version is None or ticket.user != user.pk or not 0 <= ticket.variant < len(version.variants):
        return None
    return ticket, version


def build_form(
    exercise: Exercise, version: ExerciseVersion, ticket: Ticket, locale: str, answers: Answers | None = None
) -> PredictForm:
    """The form for a ticket, with what was posted and what is wrong with it."""
    assert exercise.predict is not None
    return PredictForm(
        action=reverse("submit", args=[exercise.slug]),
        token=sign(ticket),
        snippet_html=highlight(snippet(exercise, version.variants[ticket.variant])),
        fields=[view_field(spec, locale, answers or Answers()) for spec in exercise.predict.fields],
        attempt=ticket.attempt,
        again_url=reverse("exercise", args=[exercise.slug]),
    )


def view_field(spec: PredictField, locale: str, answers: Answers) -> FieldView:
    raw = answers.raw.get(spec.name, "")
    instead = INSTEAD.get(spec.type, "")
    ticked = bool(instead) and raw == instead
    return FieldView(
        name=spec.name,
        kind=spec.type,
        label=show_text(spec.label.get(locale)),
        input_name=f"answer-{spec.name}",
        value="" if ticked else raw,
        instead=instead,
        instead_name=f"answer-{spec.name}-instead" if instead else "",
        instead_checked=ticked,
        error=answers.errors.get(spec.name, ""),
    )


def snippet(exercise: Exercise, variant: dict[str, Any]) -> str:
    """The snippet with the variant's numbers in place."""
    return string.Template(exercise.files["snippet.tmpl"]).substitute(variant).rstrip("\n")


def read_answers(fields: list[PredictField], posted: QueryDict) -> Answers:
    """The posted answers, each read by its field's type."""
    answers = Answers()
    for spec in fields:
        text = posted.get(f"answer-{spec.name}", "").strip()[:MAX_ANSWER_CHARACTERS]
        instead = INSTEAD.get(spec.type, "")
        if instead and posted.get(f"answer-{spec.name}-instead") == instead:
            text = instead
        answers.raw[spec.name] = text
        try:
            answers.values[spec.name] = read_answer(spec.type, text)
        except ValueError as error:
            answers.errors[spec.name] = str(error)
    return answers


def read_answer(kind: str, text: str) -> Value:
    """One answer. Raises ValueError with the message for the student."""
    # Full-width digits and the typographic minus are what a Chinese input method and a copied page give.
    text = text.translate(WIDE).strip()
    if not text:
        raise ValueError(_("Answer this one too."))
    word = text.lower()
    if kind == "bool":
        if word in ("yes", "true"):
            return True
        if word in ("no", "false"):
            return False
        raise ValueError(_("Choose yes or no."))
    if kind == "shape":
        return read_shape(text)
    if kind == "none-or-number" and word == "none":
        return None
    if kind == "number-or-error" and word == "error":
        return "error"
    return read_number(text)


WIDE = str.maketrans("０１２３４５６７８９．，（）－−＋　", "0123456789.,()--+ ")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
SPECIAL = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


def read_number(text: str) -> float | int:
    """A decimal number, nan or inf. Raises ValueError."""
    if SPECIAL.fullmatch(text):
        return float(text)
    if not NUMBER.fullmatch(text):
        raise ValueError(_("Write a number such as -2, 0.5 or 1e-3."))
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(_("This number is too large."))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def read_shape(text: str) -> tuple[int, ...]:
    """A shape such as (2, 3), 2,3, (5,) or (). Raises ValueError."""
    inner = re.sub(r"^(torch\.size)?\s*\(?\s*\[?|\]?\s*\)?$", "", text, flags=re.IGNORECASE).strip().rstrip(",").strip()
    if not inner:
        return ()
    parts = [part.strip() for part in inner.split(",")]
    if not all(re.fullmatch(r"\d{1,9}", part) for part in parts):
        raise ValueError(_("Write a shape such as (2, 3), (5,) or ()."))
    return tuple(int(part) for part in parts)
