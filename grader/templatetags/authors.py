"""Whether the way to the authors' pages is shown."""

from typing import Any

from django import template

from grader.authoring.access import may_author

register = template.Library()


@register.filter
def writes_exercises(user: Any) -> bool:
    """For who sets exercises in some course, and staff."""
    return bool(user.is_authenticated) and may_author(user)
