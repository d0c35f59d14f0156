"""Gradus's Django project: people, courses, submissions and their results."""

from grader.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
