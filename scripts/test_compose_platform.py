"""The tests' learning platform as a container beside the deployment. It also tells what scores it was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.lti.platform import Handler, Platform

PORT = 9000


@dataclass
class NamedPlatform(Platform):
    """Under its name in the containers' network."""

    @property
    def url(self) -> str:
        return f"http://platform:{PORT}"


class TellingHandler(Handler):
    platform = NamedPlatform(port=PORT)
    platform.hints["7"] = platform.ags()  # where the grade of this launch belongs

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/told":
            return self.answer(200, self.platform.scores)
        return super().do_GET()


if __name__ == "__main__":
    print(json.dumps({"listens on": PORT}), flush=True)
    ThreadingHTTPServer(("0.0.0.0", PORT), TellingHandler).serve_forever()  # in its container
