"""Exercises in the admin: to look at, not to change."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from exercises.models import Exercise, ExerciseVersion


class ReadOnlyAdmin:
    """Versions come from `manage.py exercise publish` only."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Exercise)
class ExerciseAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["slug", "current"]
    list_select_related = ["current__exercise"]
    search_fields = ["slug"]


@admin.register(ExerciseVersion)
class ExerciseVersionAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["exercise", "content_hash", "published_at"]
    list_filter = ["exercise"]
    list_select_related = ["exercise"]
    search_fields = ["exercise__slug", "content_hash"]
    readonly_fields = ["published_at"]
