"""States, steps and findings in the reader's language. What the proof says is English in the command, too."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exercises.prove import Finding

DONE = {
    "created": gettext_noop("begun"),
    "copied": gettext_noop("copied"),
    "imported": gettext_noop("imported"),
    "edited": gettext_noop("changed"),
    "added": gettext_noop("added"),
    "uploaded": gettext_noop("uploaded"),
    "renamed": gettext_noop("renamed"),
    "removed": gettext_noop("removed"),
    "restored": gettext_noop("restored"),
}


def step(what: str) -> str:
    return _(DONE.get(what, what))


# What a proof can say, and the same for people. `{}` is filled with what the pattern found.
PHRASES: list[tuple[str, Callable[[], str]]] = [
    (r"passes, but must not", lambda: _("Survives: it passes every test, but must not")),
    (
        r"passes (\w+), but must fail it",
        lambda: _("Survives %(found)s: it passes this test, but says that it fails it"),
    ),
    (r"fails public (\w+)", lambda: _("Fails the example %(found)s")),
    (r"fails (\w+)", lambda: _("Fails %(found)s")),
    (r"does not pass publicly", lambda: _("Does not pass the examples")),
    (r"does not pass", lambda: _("Does not pass")),
    (r"scores (.+)", lambda: _("Scores %(found)s")),
    (r"could not be graded \((.+)\)", lambda: _("Could not be graded (%(found)s)")),
    (r"runs into the time limit: .*", lambda: _("Runs into the time limit; a wrong answer should be quick")),
    (r"is not recognised as (.+)", lambda: _("Is not recognised as %(found)s: students would not be told of it")),
    (r"is taken for (.+)", lambda: _("Is taken for another idea: %(found)s")),
    (r"no mutant says that it fails (\w+)", lambda: _("No wrong answer says that it fails %(found)s: can it fail?")),
    (r"gives no variants", lambda: _("Gives no numbers that could be shown")),
]


def explain(finding: Finding) -> str:
    """A finding in the current language, as far as its phrase is known."""
    for pattern, text in PHRASES:
        if found := re.fullmatch(pattern, finding.what):
            return text() % {"found": found[1] if found.groups() else ""}
    return finding.what


def is_survivor(finding: Finding) -> bool:
    """Whether it tells of a wrong answer that a test lets pass."""
    return finding.file.startswith("mutants/") and finding.what.startswith("passes")
