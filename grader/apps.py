from django.apps import AppConfig


class GraderConfig(AppConfig):
    """The project itself: management commands that span the apps, templates and translations."""

    name = "grader"
    verbose_name = "Gradus"
