"""Template filters: what programs print made safe to look at, and numbers and names as people write them."""

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django import template
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import TIME_STRINGS, timeuntil
from django.utils.translation import get_language, gettext, gettext_noop, ngettext, ngettext_lazy

from exercises.render import code_html
from grader import names
from grader.courses.permissions import ways_of
from grader.submissions.svg import show_text_number

register = template.Library()

# Control, format (direction marks, zero widths), surrogate and separator characters: they hide or reorder what is
# there. Joiners belong to emoji and to several scripts, and stay.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = {"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}
UNUSUAL = re.compile(r"[^\n\t\x20-\x7e\u3000-\u9fff]")
KINDS = {
    "predict": gettext_noop("Predict"),
    "implement": gettext_noop("Implement"),
    "fix-the-bug": gettext_noop("Fix the bug"),
    "build-graph": gettext_noop("Build the graph"),
    "measure": gettext_noop("Measure"),
}


def code_point(character: str) -> str:
    """As Python would write it: \\x1b, \\u202e."""
    return character.encode("unicode_escape").decode()


def show_character(match: re.Match[str]) -> str:
    character = match[0]
    if character in JOINERS or unicodedata.category(character) not in UNSEEN:
        return character
    return f'<span class="odd-character">{code_point(character)}</span>'


def show_unseen(html: str) -> SafeString:
    """Escaped HTML in which characters that hide or reorder text are shown instead of obeyed."""
    return mark_safe(UNUSUAL.sub(show_character, html.replace("\r\n", "\n")))  # noqa: S308 - callers escape


@register.simple_tag
def kept(template_name: str, **values: object) -> SafeString:
    """Like include, for what depends on nothing but these values and the language: made once for all who see the same.

    The values are compared by their content: frozen dataclasses, tuples, strings and numbers.
    """
    return make_kept(template_name, get_language(), tuple(values.items()))


@lru_cache(maxsize=4096)
def make_kept(template_name: str, language: str, values: tuple[tuple[str, object], ...]) -> SafeString:
    return get_template(template_name).render(dict(values))


@register.filter
def visible(text: object) -> SafeString:
    """Escaped text, with every character to be seen."""
    return show_unseen(escape(text))


@register.filter
def python_code(text: str) -> SafeString:
    """Highlighted Python, with every character to be seen."""
    return show_unseen(code_html(text))


@register.filter
def reads_chapters(user: Any) -> bool:
    """Whether chapters are open to the user."""
    return bool(user.is_authenticated) and ways_of(user).takes_part


@register.filter
def sees_courses(user: Any) -> bool:
    """Whether the way to the courses stands in the head of the page: for who teaches, and who may make courses."""
    return bool(user.is_authenticated) and ways_of(user).manages_courses


@register.filter
def line_numbers(text: str) -> str:
    """1, 2, 3 … one a line, as many as the text has lines."""
    return "\n".join(str(number + 1) for number in range(text.rstrip("\n").count("\n") + 1))


@register.filter
def time_left(moment: datetime) -> str:
    """5 days, 10 hours. Django's Chinese counts days as a date does (日); what is left is counted in 天."""
    days = cast("str", ngettext_lazy("%(num)d day", "%(num)d days", "num"))
    return timeuntil(moment, time_strings=TIME_STRINGS | {"day": days})


@register.filter
def points(number: float | None) -> str:
    """4, 2.5: without the zero that a float drags along."""
    return "–" if number is None else f"{round(number, 2):g}"


@register.filter
def written(number: str) -> str:
    """A number that came as text, as people write it."""
    return show_text_number(number)


@register.filter
def seconds(ms: float) -> str:
    return f"{ms / 1000:.1f}"


@register.filter
def name_of(user: Any) -> str:
    return names.name_of(user) if user else "–"


@register.filter
def in_points(number: float | None) -> str:
    """One point, or 2.5 points."""
    text = ngettext("%(points)s point", "%(points)s points", 1 if number == 1 else 2)
    return text % {"points": points(number)}


@register.filter
def percent_of(part: float | None, whole: float) -> int:
    """0 … 100."""
    return round(100 * part / whole) if part and whole else 0


@register.filter
def kind_name(kind: str) -> str:
    """An exercise's kind in the reader's language."""
    return gettext(KINDS[kind])


@register.filter
def descent(percent: float) -> str:
    """How far down the wall of the bowl (stroke-dashoffset) the ball lies for this share of the points.

    All points would be the bottom, at 50; what is not passed stays visibly above it.
    """
    return f"-{4 + 0.34 * max(0.0, min(100.0, float(percent))):.1f}"


@register.filter
def failing(tests: list[Any]) -> list[Any]:
    """Those that ran and failed: what could not begin says nothing."""
    return [test for test in tests if test.reached and not test.passed]


@register.filter
def none_reached(tests: list[Any]) -> bool:
    return not any(test.reached for test in tests)


@register.filter
def passing(tests: list[Any]) -> list[Any]:
    return [test for test in tests if test.passed]


@register.filter
def first_failed(tests: list[Any]) -> str:
    """The title of the first test that failed, or nothing."""
    return next((test.title for test in tests if not test.passed), "")
