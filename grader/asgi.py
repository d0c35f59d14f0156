"""The ASGI entry point: `uvicorn grader.asgi:application`."""

import asyncio
import gc
import os
from importlib import import_module

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grader.settings")
# One process serves many at once: it keeps connections to PostgreSQL between requests, and has an upper bound of them.
os.environ.setdefault("DATABASE_POOL", "20")

# Requests of a process, of each class; together fewer than it keeps connections, since live results need some as well.
AT_ONCE = 8
WITHOUT_DATABASE = {"/livez"}
# When a whole class comes at once, handing in and hearing of it do not stand in line behind the reading of pages.
URGENT = ("/submit/", "/run/", "/events/")


class Handler(ASGIHandler):
    """Runs all middleware and the view of a request in one thread.

    Django's own handler changes threads for each middleware, forth and back, and that costs more than most of our views.
    More requests than a process can be busy with wait here, in turn, where they cost neither a thread nor a connection.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)
        chain = sync_to_async(self._middleware_chain, thread_sensitive=True)
        turns = {is_urgent: asyncio.Semaphore(AT_ONCE) for is_urgent in (True, False)}

        async def take_turn(request: HttpRequest) -> HttpResponseBase:
            if request.path in WITHOUT_DATABASE:
                return await chain(request)
            async with turns[request.path.endswith(URGENT)]:
                return await chain(request)

        self._middleware_chain = take_turn


def start() -> ASGIHandler:
    """Read every view now and not in somebody's request; what has been read stays, so no later collection looks at it."""
    from django.conf import settings

    from grader import pool

    django.setup(set_prefix=False)
    pool.install()
    handler = Handler()
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    return handler


application = start()
