"""Forms of the course pages. Dates are entered on the course's clocks."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grader.courses.models import Assignment, Counted, Course, Enrollment, Extension, Role, Section
from grader.courses.rules import NoSuchTime, TwiceThatTime, in_zone, to_utc

RESERVED = {"new"}
WIDGET_FORMAT = "%Y-%m-%dT%H:%M"
MOST = 10_000.0


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Zones by region and city, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [(name, name.replace("_", " ")) for name in ["UTC", *names]]


class ZonedDateTimeField(forms.DateTimeField):
    """A local time in `zone`, cleaned to the moment; a time that clocks skip or show twice is refused with a way out.

    What was stored stays as it is while the text is not changed, seconds and a doubled hour included.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WIDGET_FORMAT)

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, input_formats=[WIDGET_FORMAT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options
        )
        self.zone = ZoneInfo("UTC")
        self.kept: datetime | None = None

    def prepare_value(self, value: Any) -> Any:
        return in_zone(value, self.zone).strftime(WIDGET_FORMAT) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if self.kept is not None and value == self.prepare_value(self.kept):
            return self.kept
        if value in self.empty_values:
            return None
        local = self.read(str(value).strip())
        try:
            return to_utc(local, self.zone)
        except NoSuchTime as gap:
            text = _("In this time zone the clocks go forward over this time. Choose %(before)s or %(after)s.")
            raise ValidationError(text % {"before": show(gap.before), "after": show(gap.after)}) from None
        except TwiceThatTime as twice:
            text = _(
                "In this time zone the clocks go back here, and this time comes twice. "
                "Choose one before %(start)s or from %(end)s."
            )
            raise ValidationError(text % {"start": show(twice.start), "end": show(twice.end)}) from None
        except (OverflowError, ValueError):
            raise ValidationError(_("Write a date and a time such as 2026-05-03 23:59.")) from None

    def read(self, text: str) -> datetime:
        for pattern in self.input_formats:
            try:
                local = datetime.strptime(text, str(pattern))  # noqa: DTZ007 - a local time, its zone comes next
            except ValueError:
                continue
            if 1970 <= local.year <= 2200:
                return local
        raise ValidationError(_("Write a date and a time such as 2026-05-03 23:59."))


def show(local: datetime) -> str:
    return date_format(local, "Y-m-d H:i")


class Form(forms.Form):
    """Labels without a colon; `rows` for templates that lay fields out in groups."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, label_suffix="", **options)


class CourseForm(Form):
    """What every course has; the short name is chosen once, since addresses are built of it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=80,
        help_text=gettext_lazy("Stands in the address of its pages and stays. Letters, digits and hyphens."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zone_choices,
        help_text=gettext_lazy("All dates of the course are entered and shown in it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the lessons"), choices=Course._meta.get_field("language").choices or []
    )

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in RESERVED or Course.objects.filter(slug=slug).exists():
            free = slugify(self.data.get("title", ""))[:70] or slug[:70]
            taken = set(Course.objects.filter(slug__startswith=free).values_list("slug", flat=True)) | RESERVED
            free = next(name for name in (free, *(f"{free}-{n}" for n in range(2, 10_000))) if name not in taken)
            raise ValidationError(_("This name is taken. One that is free: %(name)s") % {"name": free})
        return slug


class EditForm(CourseForm):
    slug = None  # type: ignore[assignment]


class CopyForm(CourseForm):
    time_zone = None  # type: ignore[assignment]
    language = None  # type: ignore[assignment]
    shift_days = forms.IntegerField(
        label=gettext_lazy("Move all dates by days"),
        min_value=-3660,
        max_value=3660,
        initial=0,
        help_text=gettext_lazy("364 keeps the days of the week a year later. Times of day stay the same."),
    )


class RulesForm(Form):
    """The rules of an assignment, entered in the course's time zone."""

    opens_at = ZonedDateTimeField(
        label=gettext_lazy("Opens"), help_text=gettext_lazy("Hidden from students until then.")
    )
    due_at = ZonedDateTimeField(label=gettext_lazy("Due"), help_text=gettext_lazy("Full points until then."))
    closes_at = ZonedDateTimeField(
        label=gettext_lazy("Closes"), help_text=gettext_lazy("Nothing is taken from then on.")
    )
    late_percent = forms.IntegerField(
        label=gettext_lazy("Percent less a day"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Of the full points, for each 24 hours begun after the due date."),
    )
    grace_minutes = forms.IntegerField(
        label=gettext_lazy("Grace in minutes"),
        min_value=0,
        max_value=10_080,
        help_text=gettext_lazy("So much later still counts as in time."),
    )
    floor_percent = forms.IntegerField(
        label=gettext_lazy("Not below percent"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Lateness alone takes a full score no lower."),
    )
    attempt_limit = forms.IntegerField(
        label=gettext_lazy("Attempts at most"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=gettext_lazy("Empty: as many as they like. Runs of the examples are never limited."),
    )
    cooldown_s = forms.IntegerField(
        label=gettext_lazy("Seconds between attempts"),
        min_value=0,
        max_value=86_400,
        help_text=gettext_lazy("0: no pause."),
    )
    counted = forms.ChoiceField(label=gettext_lazy("What counts"), choices=Counted.choices)

    DATES = ("opens_at", "due_at", "closes_at")
    LATE = ("late_percent", "grace_minutes", "floor_percent")
    ATTEMPTS = ("attempt_limit", "cooldown_s", "counted")

    def __init__(self, *args: Any, course: Course, assignment: Assignment | None = None, **options: Any) -> None:
        self.course, self.assignment = course, assignment
        shown = assignment or Assignment(course=course)
        initial = {name: as_written(getattr(shown, name)) for name in self.base_fields if hasattr(shown, name)}
        super().__init__(*args, initial=initial | (options.pop("initial", None) or {}), **options)
        for name in self.DATES:
            self.fields[name].zone = course.zone  # type: ignore[attr-defined]
            self.fields[name].kept = getattr(shown, name)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        check_order(self, values)
        return values

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields by subject, for the template."""
        return [
            (_("Dates"), [self[name] for name in self.DATES]),
            (_("Late submissions"), [self[name] for name in self.LATE]),
            (_("Attempts"), [self[name] for name in self.ATTEMPTS]),
        ]

    def put_into(self, assignment: Assignment, names: tuple[str, ...] = (*DATES, *LATE, *ATTEMPTS)) -> Assignment:
        for name in names:
            setattr(assignment, name, self.cleaned_data[name])
        return assignment


def as_written(value: Any) -> Any:
    """1, not 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def check_order(form: forms.Form, values: dict[str, Any]) -> None:
    """Opens before due, due not after close, each complaint at the later field."""
    opens, due, closes = (values.get(name) for name in RulesForm.DATES)
    if opens and due and opens >= due:
        form.add_error("due_at", _("This must come after the opening."))
    if opens and closes and opens >= closes:
        form.add_error("closes_at", _("This must come after the opening."))
    if due and closes and due > closes:
        form.add_error("closes_at", _("This must not come before the due date."))


class AssignmentForm(RulesForm):
    """One assignment."""

    points = forms.FloatField(
        label=gettext_lazy("Points"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=gettext_lazy("What a full score is worth. Empty: the exercise's own points."),
    )
    weight = forms.FloatField(
        label=gettext_lazy("Weight"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("In the course's total. 0: it does not count there."),
    )
    WORTH = ("points", "weight")

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(_("Worth"), [self[name] for name in self.WORTH]), *super().groups()]


class AddForm(RulesForm):
    """Several exercises at once, by the same rules."""

    exercises = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("Tick at least one.")}
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["exercises"].choices = choices  # type: ignore[attr-defined]


class ManyForm(RulesForm):
    """The same rules for several assignments; a group of rules is set only when it is ticked."""

    assignments = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("Tick at least one assignment.")}
    )
    set_dates = forms.BooleanField(label=gettext_lazy("Set the dates"), required=False)
    set_late = forms.BooleanField(label=gettext_lazy("Set the rule for late submissions"), required=False)
    set_attempts = forms.BooleanField(label=gettext_lazy("Set the attempts"), required=False)

    def __init__(self, *args: Any, choices: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["assignments"].choices = [(pk, str(pk)) for pk in choices]  # type: ignore[attr-defined]
        for name in (*self.LATE, "cooldown_s", "counted"):
            self.fields[name].required = False  # filled in where nothing came: their group may not be meant

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.chosen_names() and not self.errors:
            self.add_error(None, _("Tick what is to be set: the dates, the late rule or the attempts."))
        for name in (*self.LATE, "cooldown_s"):
            values[name] = values.get(name) or 0
        values["counted"] = values.get("counted") or Counted.BEST
        return values

    def chosen_names(self) -> tuple[str, ...]:
        values = self.cleaned_data
        return (
            (self.DATES if values.get("set_dates") else ())
            + (self.LATE if values.get("set_late") else ())
            + (self.ATTEMPTS if values.get("set_attempts") else ())
        )

    def tick_groups(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        ticks = [self[name] for name in ("set_dates", "set_late", "set_attempts")]
        return [(tick, fields) for tick, (_title, fields) in zip(ticks, self.groups(), strict=True)]


class ExtensionForm(Form):
    """More time or attempts for one student."""

    user = forms.TypedChoiceField(label=gettext_lazy("Student"), coerce=int)
    assignment = forms.TypedChoiceField(label=gettext_lazy("Assignment"), coerce=int)
    due_at = ZonedDateTimeField(label=gettext_lazy("Due"), help_text=gettext_lazy("Empty: as for everybody."))
    closes_at = ZonedDateTimeField(
        label=gettext_lazy("Closes"),
        help_text=gettext_lazy("Empty: as for everybody, but not before the due date here."),
    )
    extra_attempts = forms.IntegerField(label=gettext_lazy("Extra attempts"), min_value=0, max_value=1000, initial=0)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("For those who teach; students do not see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        course: Course,
        extension: Extension | None = None,
        students: list[tuple[int, str]] | None = None,
        assignments: list[tuple[int, str]] | None = None,
        **options: Any,
    ) -> None:
        self.extension = extension
        super().__init__(*args, **options)
        if extension is None:
            self.fields["user"].choices = students or []  # type: ignore[attr-defined]
            self.fields["assignment"].choices = assignments or []  # type: ignore[attr-defined]
        else:
            del self.fields["user"], self.fields["assignment"]
        for name in ("due_at", "closes_at"):
            self.fields[name].zone = course.zone  # type: ignore[attr-defined]
            self.fields[name].kept = getattr(extension, name) if extension else None  # type: ignore[attr-defined]
        if extension:
            self.initial |= {
                name: getattr(extension, name) for name in ("due_at", "closes_at", "extra_attempts", "reason")
            }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        check_order(self, values)
        if not self.errors and not (values.get("due_at") or values.get("closes_at") or values.get("extra_attempts")):
            self.add_error(None, _("Give more time, or at least one more attempt."))
        return values


class MemberForm(Form):
    """A member's role and section."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    section = forms.ModelChoiceField(
        label=gettext_lazy("Section"), queryset=Section.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, member: Enrollment, **options: Any) -> None:
        super().__init__(*args, initial={"role": member.role, "section": member.section_id}, **options)
        self.fields["section"].queryset = member.course.sections.all()  # type: ignore[attr-defined]


class SectionForm(Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)

    def __init__(self, *args: Any, course: Course, section: Section | None = None, **options: Any) -> None:
        self.course, self.section = course, section
        super().__init__(*args, initial={"name": section.name if section else ""}, **options)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = self.course.sections.filter(name=name)
        if self.section:
            others = others.exclude(pk=self.section.pk)
        if others.exists():
            raise ValidationError(_("There is a section of this name."))
        return name


class InviteForm(Form):
    """The list of people as a file or as text; a file wins."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or paste the lines here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
    )
