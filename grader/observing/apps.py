from django.apps import AppConfig


class ObservingConfig(AppConfig):
    name = "grader.observing"

    def ready(self) -> None:
        from grader.observing import errors, reports

        errors.set_up()
        reports.follow_workers()
