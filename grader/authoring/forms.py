"""Forms of authors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exercises.format import MAX_SLUG
from grader.authoring.access import set_in
from grader.authoring.drafts import KINDS, slug_problem
from grader.courses.forms import Form
from grader.courses.models import Course
from grader.templatetags.gradus import kind_name


class CourseField(forms.ModelChoiceField):
    """With whom a draft is shared; empty: with nobody."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=Course.objects.none(),
            required=False,
            label=_("Course"),
            empty_label=_("none: only I can see it"),
            help_text=_("Its instructors can read and change the draft, too."),
            **options,
        )


class SharedForm(Form):
    """A form with a course among those in which the user sets exercises."""

    course = CourseField()

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["course"]
        assert isinstance(field, CourseField)
        field.queryset = set_in(user)


class NewForm(SharedForm):
    """A new exercise from the skeleton of its kind."""

    slug = forms.CharField(
        label=_("Short name"),
        max_length=MAX_SLUG,
        help_text=_("Stands in the address of its page and stays. Lower-case letters, digits and hyphens."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [(kind, kind_name(kind)) for kind in KINDS])
    field_order = ["slug", "kind", "course"]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip()
        if problem := slug_problem(slug):
            raise ValidationError(problem)
        return slug


class ImportForm(SharedForm):
    """A zip of an exercise's folder."""

    file = forms.FileField(label=_("Zip file"), help_text=_("The folder of one exercise, as “Export” gives it."))
    slug = forms.CharField(
        label=_("Short name"),
        max_length=MAX_SLUG,
        required=False,
        help_text=_("Leave it empty to take the folder's name."),
    )
    field_order = ["file", "slug", "course"]


class SettingsForm(SharedForm):
    """With whom it is shared."""


class PublishForm(Form):
    """What is new in this version."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What changed"),
        max_length=500,
        required=False,
        help_text=_("For whoever looks at the versions later."),
    )


class OverrideForm(Form):
    """Publishing without a proof."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it is published without a proof"),
        max_length=500,
        help_text=_("Is kept with your name beside the version."),
    )
