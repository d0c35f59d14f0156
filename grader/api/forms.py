"""Making a token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from grader.api.models import Scope
from grader.api.tokens import DAYS

USUAL_DAYS = 90


class TokenForm(forms.Form):
    """`scopes` are offered as far as they are of any use to the user."""

    name = forms.CharField(
        label=gettext_lazy("Name of the token"), max_length=80, help_text=gettext_lazy("So that you know it again, such as the machine it is for.")
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it is good for"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Expires in"), coerce=int)

    def __init__(self, data: Any = None, *, teaches: bool) -> None:
        super().__init__(
            data, initial={"days": USUAL_DAYS, "scopes": [Scope.READ, Scope.SUBMIT]}, label_suffix="", auto_id="id_%s"
        )
        offered = [(scope.value, scope.label) for scope in Scope if teaches or scope != Scope.GRADEBOOK]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("%(count)d day", "%(count)d days", days) % {"count": days}) for days in DAYS
        ]
