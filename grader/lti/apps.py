from django.apps import AppConfig


class LtiConfig(AppConfig):
    name = "grader.lti"
    verbose_name = "LTI"

    def ready(self) -> None:
        from grader.lti import frames, listening

        frames.teach_cookies_partitioned()
        listening.connect()
