from django.apps import AppConfig


class Campus(AppConfig):
    name = "campus"

    def ready(self) -> None:
        from campus import lms

        lms.stand_in()
