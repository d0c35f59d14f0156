"""Template filters: what programs print made safe to look at, and numbers and names as people write them."""

import unicodedata

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

register = template.Library()

# Joiners belong to emoji and to several scripts; every other format character only hides or reorders text.
HARMLESS = {"\n", "\t", "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
KINDS = {
    "predict": gettext_noop("Predict"),
    "implement": gettext_noop("Implement"),
    "fix-the-bug": gettext_noop("Fix the bug"),
    "build-graph": gettext_noop("Build the graph"),
    "measure": gettext_noop("Measure"),
}


def code_point(character: str) -> str:
    """␛ for a control character that has a picture, else its number."""
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    return "\N{SYMBOL FOR DELETE}" if number == 0x7F else f"U+{number:04X}"


@register.filter
def visible(text: object) -> SafeString:
    """Escaped text in which control and direction-changing characters are shown instead of obeyed."""
    shown = [
        f'<span class="odd-character">{code_point(character)}</span>'
        if character not in HARMLESS and unicodedata.category(character) in UNSEEN
        else escape(character)
        for character in str(text).replace("\r\n", "\n")
    ]
    return mark_safe("".join(shown))  # noqa: S308 - every character is escaped or replaced above


@register.filter
def points(number: float | None) -> str:
    """4, 2.5: without the zero that a float drags along."""
    return "–" if number is None else f"{round(number, 2):g}"


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
