"""What the pages of submissions show of this room."""

from __future__ import annotations

from typing import Any

from django import template

from grader.gradebook.remarks import Remarks, build_remarks

register = template.Library()


@register.simple_tag(takes_context=True)
def remarks_on(context: Any, submission: Any) -> Remarks:
    """Comments, and for teachers the forms beside them."""
    return build_remarks(context["user"], submission)
