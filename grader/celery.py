"""The Celery application; every option is in the settings under CELERY_."""

import os

from celery import Celery

from grader import alive, broker, connections, logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grader.settings")

broker.install()
logs.follow_tasks()
alive.install()
app = Celery("gradus")
app.config_from_object("django.conf:settings", namespace="CELERY")
connections.install(app)
app.autodiscover_tasks()
