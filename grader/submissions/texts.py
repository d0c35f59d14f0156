"""Authors' texts as safe HTML for templates."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from exercises.render import code_html, code_spans, message_html, statement_html


def show_text(text: str) -> SafeString:
    """One line or message, with `code` between backticks."""
    return mark_safe(message_html(text))  # noqa: S308 - escaped by the renderer


@lru_cache(maxsize=256)
def show_statement(markdown: str) -> SafeString:
    """A whole statement."""
    return mark_safe(statement_html(markdown))  # noqa: S308 - escaped by the renderer


@lru_cache(maxsize=512)
def highlight(code: str) -> SafeString:
    """Python with Pygments' classes."""
    return mark_safe(code_html(code))  # noqa: S308 - escaped by the renderer


@lru_cache(maxsize=1024)
def highlight_line(code: str) -> SafeString:
    """A line of Python with Pygments' classes, for a place of one's own."""
    return mark_safe(code_spans(code).rstrip("\n"))  # noqa: S308 - escaped by the renderer
