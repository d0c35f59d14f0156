"""What the drawings of a traced run share: the frame of an SVG, and numbers and names that fit into one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe

from exercises.results import showable

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def named_svg(
    size: tuple[float, float], kind: str, name: str, title: str, text: str, shapes: Sequence[str]
) -> SafeString:
    """A drawing with a title and a description for who cannot see it; `name` begins their ids. Shapes are escaped."""
    width, height = (math.ceil(side) for side in size)
    opening = f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" class="figure {kind}" role="img"'
    named = f' aria-labelledby="{name}-title {name}-text"><title id="{name}-title">{escape(title)}</title>'
    described = f'<desc id="{name}-text">{escape(text)}</desc>'
    return mark_safe(f"{opening}{named}{described}{''.join(shapes)}</svg>")  # noqa: S308 - every text is escaped


def silent_svg(size: tuple[int, int], kind: str, shapes: Sequence[str]) -> SafeString:
    """A drawing that says nothing that is not said beside it."""
    opening = f'<svg viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" height="{size[1]}" class="{kind}"'
    return mark_safe(f'{opening} aria-hidden="true" focusable="false">{"".join(shapes)}</svg>')  # noqa: S308 - numbers


def show_number(value: float, digits: int = 4) -> str:
    """As people write it: 4, −0.8667, 1.2 × 10⁻⁷."""
    if not math.isfinite(value):
        return str(value).replace("-", "−")
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    if 1e4 <= abs(value) < 1e7 and value == int(value):
        mantissa, exponent = str(int(value)), ""
    mantissa = (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa).replace("-", "−")
    if not exponent:
        return mantissa
    power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa} × {power}")


def show_text_number(text: str) -> str:
    """A number that came as text, as people write it; anything else as it came."""
    try:
        return show_number(float(text))
    except ValueError:
        return text


def columns(text: str) -> int:
    """How many columns the text takes: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def clip(text: str, most: int) -> str:
    """A stranger's text as it may stand in a drawing, of at most so many columns."""
    text = " ".join(showable(text).split())
    if columns(text) <= most:
        return text
    while text and columns(text) > most - 1:
        text = text[:-1]
    return f"{text}…"
