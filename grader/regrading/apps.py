from django.apps import AppConfig


class RegradingConfig(AppConfig):
    name = "grader.regrading"
