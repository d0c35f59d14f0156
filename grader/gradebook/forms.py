"""Putting points right by hand, comments and flags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grader.gradebook.models import MAX_COMMENT
from grader.templatetags.gradus import points as show_points


class OverrideForm(forms.Form):
    """Points in the place of the counted ones, with the reason that the student reads."""

    points = forms.FloatField(label=gettext_lazy("Points"), min_value=0)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("The student reads it, with your name.")
    )

    def __init__(self, data: Any, *, max_points: float, points: float | None = None) -> None:
        super().__init__(data, initial={"points": show_points(points) if points is not None else ""}, label_suffix="")
        self.max_points = max_points
        field = self.fields["points"]
        field.help_text = _("0 to %(max)s, whatever was handed in and when.") % {"max": show_points(max_points)}
        field.widget.attrs |= {"max": show_points(max_points), "step": "any"}

    def clean_points(self) -> float:
        points: float = self.cleaned_data["points"]
        if points > self.max_points:
            raise forms.ValidationError(_("At most %(max)s points.") % {"max": show_points(self.max_points)})
        return points


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class CommentForm(forms.Form):
    """`line` 0, or nothing: on the whole submission."""

    line = forms.IntegerField(label=gettext_lazy("Line"), required=False, min_value=0, max_value=1_000_000)
    text = forms.CharField(
        label=gettext_lazy("Comment"), max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 3})
    )


class FlagForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
