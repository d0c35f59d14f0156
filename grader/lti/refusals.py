"""Why a login or launch is refused: a code for the log, and in the reader's language what happened and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refused(Exception):
    """A login or launch that does not go on. `detail` is for administrators: it never holds a token.

    `return_url` is the platform's own, once its signature has been proved.
    """

    def __init__(self, code: str, detail: str = "", **found: Any) -> None:
        assert code in WHAT, code
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.platform = found.get("platform")
        self.return_url: str = found.get("return_url", "")
        self.asked: dict[str, str] = found.get("asked", {})
        self.claims: dict[str, Any] = found.get("claims", {})


@dataclass(frozen=True)
class Words:
    what: Text
    remedy: Text


NO_LAUNCH, NO_REGISTRATION = _("This launch did not work"), _("This registration did not work")
AGAIN = _("Go back to your course and open the link again.")
TELL = _("Tell your teacher or administrator, with the number below.")
REGISTER = _(
    "An administrator of Gradus registers the platform with “manage.py lti platform add”, or corrects what is there."
)

WHAT: dict[str, Words] = {
    "login_incomplete": Words(_("The platform's request lacks something that a login needs."), TELL),
    "platform_unknown": Words(_("This learning platform is not registered here."), REGISTER),
    "platform_ambiguous": Words(
        _("Several registrations fit this platform, and it did not say which one it means."), REGISTER
    ),
    "platform_inactive": Words(
        _("This learning platform has not been approved yet."), _("An administrator of Gradus approves it.")
    ),
    "platform_error": Words(_("The learning platform could not log you in."), AGAIN),
    "state_unknown": Words(_("This launch was not begun here, or it was begun too long ago."), AGAIN),
    "state_used": Words(_("This launch has been used already."), AGAIN),
    "cookie_missing": Words(
        _("Your browser did not send the cookie that belongs to this launch."),
        _("Open it in a new tab. If that does not help either, allow cookies for this site, and open the link again."),
    ),
    "token_missing": Words(_("The platform sent no launch."), AGAIN),
    "token_malformed": Words(_("What the platform sent is no LTI 1.3 launch."), TELL),
    "algorithm": Words(_("The launch is not signed as LTI 1.3 asks for (RS256)."), TELL),
    "key_unknown": Words(_("The launch is signed with a key that the platform does not publish."), TELL),
    "keyset_unreachable": Words(
        _("The platform's keys could not be read just now."), _("Open the link again in a moment.")
    ),
    "signature": Words(_("The launch's signature is not the platform's."), TELL),
    "issuer": Words(_("The launch comes from another platform than the login."), AGAIN),
    "audience": Words(_("The launch is meant for another tool."), TELL),
    "expired": Words(_("The launch is too old."), _("Open the link again. If that does not help, a clock is wrong.")),
    "not_yet": Words(_("The launch comes from the future."), _("The platform's clock, or the one here, is wrong.")),
    "nonce": Words(_("The launch does not belong to this login."), AGAIN),
    "version": Words(_("This is not a launch of LTI 1.3."), TELL),
    "message_type": Words(_("The platform asks for something that Gradus does not offer."), TELL),
    "deployment": Words(
        _("This place of the platform is not registered here."),
        _("An administrator of Gradus adds the deployment id with “manage.py lti platform add”."),
    ),
    "claims": Words(_("The launch lacks something, or has it in the wrong form."), TELL),
    "exercise_unknown": Words(
        _("The exercise of this link is not there."), _("A teacher corrects the exercise's name in the link.")
    ),
    "section_unknown": Words(
        _("The section of this link is not there."), _("A teacher corrects the section's number in the link.")
    ),
    "registration": Words(
        _("Gradus and the platform could not exchange their settings."),
        _("Begin it again in the platform, or register the platform by hand with “manage.py lti platform add”."),
    ),
    "teaching_only": Words(_("Only teachers choose exercises for a course."), TELL),
    "account_closed": Words(_("Your account here is closed."), TELL),
}
