"""URLs of grades, of looking at work, and of the audit."""

from typing import Any

urlpatterns: list[Any] = []
