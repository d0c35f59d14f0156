"""The ASGI entry point: `uvicorn grader.asgi:application`."""

import gc
import os
from importlib import import_module

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grader.settings")
# One process serves many at once: it keeps connections to PostgreSQL between requests, and has an upper bound of them.
os.environ.setdefault("DATABASE_POOL", "20")


def start() -> ASGIHandler:
    """Read every view now and not in somebody's request; what has been read stays, so no later collection looks at it."""
    from django.conf import settings

    handler = get_asgi_application()
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    return handler


application = start()
