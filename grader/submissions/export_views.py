"""Taking one's own data along."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from tempfile import TemporaryFile
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from grader.errors import error_page
from grader.submissions.export import write_archive
from grader.submissions.limits import seconds_to_wait

EXPORTS_PER_MINUTE = 2
BLOCK = 64 << 10


class Blocks:
    """A file in blocks; the response closes it, also when the reader has gone away."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while block := await asyncio.to_thread(self.file.read, BLOCK):
            yield block

    def close(self) -> None:
        self.file.close()


@require_POST
@never_cache
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """All of one's own data as a ZIP file, built on disk and sent in blocks."""
    wait_s = seconds_to_wait(f"export:{request.user.pk}", EXPORTS_PER_MINUTE)
    if wait_s:
        message = _("That was a lot within a minute. Try again in %(seconds)d s.") % {"seconds": wait_s}
        refused = error_page(request, 429, message)
        refused["Retry-After"] = str(wait_s)
        return refused
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_archive(request.user, file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = StreamingHttpResponse(Blocks(file), content_type="application/zip")
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = f'attachment; filename="gradus-{timezone.localdate()}.zip"'
    return response
