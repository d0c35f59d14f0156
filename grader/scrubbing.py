"""What never stands in a log or an error report, even where a library's own message would bring it along.

Gradus's own messages hold ids, numbers and names of things. This is for the texts of others: a database's words about a
row, an address with a password in it, a web server's line about a path that is itself a key.
"""

from __future__ import annotations

import re

LONGEST = 8000
HIDDEN = "[hidden]"

# PostgreSQL tells the whole row, source and all: `DETAIL:  Failing row contains (…)`, `Key (…)=(…) already exists`.
ROW = re.compile(r"(Failing row contains|Key \([^)\n]*\)=|CONTEXT: +COPY )[^\n]*")
URL_PASSWORD = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]*@")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")
NAMED = re.compile(
    r"(?i)\b(password|passwd|secret|api[_-]?key|token|id_token|access_token|client_assertion|sessionid|csrftoken"
    r"|csrfmiddlewaretoken|authorization|cookie)(['\"]?\s*[=:]\s*['\"]?)(?:bearer\s+)?[^\s'\"&,;)]+"
)
# Paths that open something to whoever knows them.
KEYS_IN_PATHS = re.compile(r"(/set-password/|/join/)[^\s'\"?]+")
# What a message would have to hold for one of the patterns above to apply: most lines are done after this look.
SUSPECT = (
    "@", "eyj", "failing row", "key (", "copy ", "passw", "secret", "api", "token", "assertion", "sessionid",
    "authorization", "cookie", "/join/",
)  # fmt: skip


def scrub(text: str) -> str:
    """The text without e-mail addresses, keys, tokens and rows, and not longer than LONGEST."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    lowered = text.lower()
    if not any(word in lowered for word in SUSPECT):
        return text
    text = ROW.sub(rf"\1 {HIDDEN}", text)
    text = URL_PASSWORD.sub(f"{HIDDEN}@", text)
    text = EMAIL.sub(HIDDEN, text)
    text = JWT.sub(HIDDEN, text)
    text = NAMED.sub(rf"\1\2{HIDDEN}", text)
    return KEYS_IN_PATHS.sub(rf"\1{HIDDEN}", text)
