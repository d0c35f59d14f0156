from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from grader.submissions.models import Submission


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):
    """To look at, not to change: only the pipeline writes a state or a score."""

    list_display = [
        "created_at",
        "user",
        "exercise",
        "purpose",
        "attempt",
        "status",
        "outcome",
        "score",
        "tries",
        "losses",
        "breaks",
    ]
    list_filter = ["status", "purpose", "outcome", "exercise"]
    search_fields = ["id", "user__username", "exercise__slug"]
    list_select_related = ["user", "exercise"]
    date_hierarchy = "created_at"
    exclude = ["source", "seed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
