from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from grader.lti.models import Context, Deployment, LaunchRecord, LineItem, LtiUser, Platform, ResourceLink, ScorePost
from grader.lti.platforms import check_platform


class DeploymentInline(admin.TabularInline):
    model = Deployment
    extra = 1


@admin.register(Platform)
class PlatformAdmin(admin.ModelAdmin):
    list_display = ["__str__", "issuer", "client_id", "is_active"]
    search_fields = ["name", "issuer", "client_id"]
    inlines = [DeploymentInline]
    change_list_template = "lti/admin_platforms.html"
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = ["test"]

    @admin.action(description=_("Ask for keys and a token, as launches and grades will"), permissions=["change"])
    def test(self, request: HttpRequest, queryset: QuerySet[Platform]) -> None:
        for platform in queryset:
            for check in check_platform(platform):
                level = messages.SUCCESS if check.ok else messages.ERROR
                self.message_user(request, f"{platform}: {check.name}: {check.detail}", level)

    def save_model(self, request: HttpRequest, obj: Platform, form: Any, change: bool) -> None:
        """What was corrected is read and tried anew, as after `manage.py lti platform add`."""
        if change and form.changed_data:
            obj.keyset = obj.keyset_at = obj.rests_until = None
            obj.failures = 0
        super().save_model(request, obj, form, change)


class ReadOnlyAdmin(admin.ModelAdmin):
    """To be looked at only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(LaunchRecord)
class LaunchRecordAdmin(ReadOnlyAdmin):
    list_display = ["at", "request_id", "step", "code", "detail", "platform", "deployment_id", "sub"]
    list_filter = ["step", "code", "platform"]
    search_fields = ["request_id", "sub", "issuer", "detail"]
    list_select_related = ["platform"]


@admin.register(LtiUser)
class LtiUserAdmin(ReadOnlyAdmin):
    list_display = ["sub", "platform", "user", "launched_at"]
    list_filter = ["platform"]
    search_fields = ["sub", "user__username"]
    list_select_related = ["platform", "user"]


@admin.register(Context)
class ContextAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "deployment", "course"]
    search_fields = ["key", "title"]
    list_select_related = ["deployment__platform", "course"]


@admin.register(ResourceLink)
class ResourceLinkAdmin(ReadOnlyAdmin):
    list_display = ["link_id", "title", "context", "assignment"]
    search_fields = ["link_id", "title"]
    list_select_related = ["context", "assignment__exercise", "assignment__course"]


@admin.register(LineItem)
class LineItemAdmin(ReadOnlyAdmin):
    list_display = ["link", "url", "container_url"]
    list_select_related = ["link"]


@admin.register(ScorePost)
class ScorePostAdmin(ReadOnlyAdmin):
    list_display = ["line_item", "person", "state", "tries", "due_at", "status", "answer"]
    list_filter = ["state"]
    list_select_related = ["line_item", "person__user", "person__platform"]
