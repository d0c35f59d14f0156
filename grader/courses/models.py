"""Courses, who takes part in them, the exercises that are set, and by which rules."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grader.courses import rules

# No letter or digit that is easily taken for another: the code is read out in class.
JOIN_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
JOIN_LENGTH = 10  # 49 bits


def default_time_zone() -> str:
    """New courses begin in the server's time zone."""
    return settings.TIME_ZONE


def join_digest(code: str) -> str:
    """What a join code is looked up by: how long a search in an index takes then tells nothing of the code."""
    return hashlib.sha256(code.strip().lower().encode("utf-8", "replace")).hexdigest()


class CourseQuerySet(models.QuerySet["Course"]):
    def of(self, user: Any) -> CourseQuerySet:
        """The courses in which the user takes part; all for staff."""
        if getattr(user, "is_staff", False):
            return self.all()
        return self.filter(pk__in=Enrollment.objects.filter(user_id=user.pk).values("course"))

    def joinable(self, code: str) -> CourseQuerySet:
        return self.filter(join_digest=join_digest(code), archived_at=None)


class Course(models.Model):
    """A group of students who work on the same exercises.

    Dates are shown and entered in `time_zone`. An archived course is read-only for students and not in any list.
    """

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=64, default=default_time_zone)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    join_code = models.CharField(_("join code"), max_length=20, blank=True, default="", editable=False)
    join_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - unique

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def renew_join_code(self) -> None:
        """A new code; the old one opens nothing any more."""
        self.join_code = "".join(secrets.choice(JOIN_ALPHABET) for _ in range(JOIN_LENGTH))
        self.join_digest = join_digest(self.join_code)
        self.save(update_fields=["join_code", "join_digest"])

    def switch_join_code_off(self) -> None:
        self.join_code, self.join_digest = "", None
        self.save(update_fields=["join_code", "join_digest"])

    def archive(self) -> None:
        self.archived_at = timezone.now()
        self.save(update_fields=["archived_at"])

    def bring_back(self) -> None:
        self.archived_at = None
        self.save(update_fields=["archived_at"])


class Section(models.Model):
    """A named group of a course's members."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="sections")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["course", "name"]
        constraints = [models.UniqueConstraint(fields=["course", "name"], name="one_section_a_name")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    STUDENT = "student", _("student")
    ASSISTANT = "assistant", _("assistant")
    INSTRUCTOR = "instructor", _("instructor")


TEACHING = (Role.ASSISTANT, Role.INSTRUCTOR)


class Enrollment(models.Model):
    """One person's part in one course."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrollments")
    course = models.ForeignKey(Course, models.CASCADE, related_name="enrollments")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.STUDENT)
    section = models.ForeignKey(Section, models.SET_NULL, null=True, blank=True, related_name="members")
    # The account was made by an invitation to this course: only then may its instructors hand out a password link.
    invited = models.BooleanField(_("invited"), default=False, editable=False)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="one_enrollment_a_course"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="enrollment_role_known"),
        ]
        indexes = [models.Index(fields=["course", "role"], name="enrollment_by_role")]

    def __str__(self) -> str:
        return f"{self.user} in {self.course} ({self.role})"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def reachable_by(self, user: object) -> AssignmentQuerySet:
        """What the user may open, also in an archived course: all for staff; in their courses all for teachers, what is
        open for students."""
        if getattr(user, "is_staff", False):
            return self.all()
        return self.reachable_at(getattr(user, "pk", None), timezone.now())

    def reachable_at(self, user: int | None, now: datetime) -> AssignmentQuerySet:
        """The same for who is not staff."""
        mine = Enrollment.objects.filter(user_id=user)
        is_open = Q(opens_at=None) | Q(opens_at__lte=now)
        return self.filter(
            Q(course__in=mine.filter(role__in=TEACHING).values("course"))
            | Q(is_open, course__in=mine.filter(role=Role.STUDENT).values("course"))
        )

    def listed_for(self, user: int, now: datetime) -> AssignmentQuerySet:
        """What stands in the lists of who is not staff: what they may open, without archived courses."""
        return self.reachable_at(user, now).filter(course__archived_at=None)

    def most_urgent_first(self, now: datetime | None = None) -> AssignmentQuerySet:
        """Of one exercise in several courses: where work still counts, and is due soonest."""
        now = now or timezone.now()
        is_over = models.Case(models.When(closes_at__lte=now, then=1), default=0, output_field=models.IntegerField())
        return self.order_by(
            F("course__archived_at").asc(nulls_first=True), is_over, F("due_at").asc(nulls_last=True), "pk"
        )


class Counted(models.TextChoices):
    BEST = rules.BEST, _("the best attempt")
    LAST = rules.LAST, _("the last attempt")


def percent_field(name: Any) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(name, default=0, validators=[MaxValueValidator(100)])


class Assignment(models.Model):
    """An exercise that is set in a course, at a position, by rules; `rules.effective` says what they come to."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="assignments")
    exercise = models.ForeignKey("exercises.Exercise", models.PROTECT, related_name="assignments")
    position = models.PositiveIntegerField(_("position"), default=0)
    # What a full score is worth; empty: the exercise's own points.
    points = models.FloatField(_("points"), null=True, blank=True, validators=[MinValueValidator(0)])
    weight = models.FloatField(_("weight"), default=1, validators=[MinValueValidator(0)])
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    late_percent = percent_field(_("percent less a day"))
    grace_minutes = models.PositiveIntegerField(_("grace in minutes"), default=0, validators=[MaxValueValidator(10080)])
    floor_percent = percent_field(_("floor in percent"))
    attempt_limit = models.PositiveIntegerField(
        _("attempt limit"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    cooldown_s = models.PositiveIntegerField(
        _("seconds between attempts"), default=0, validators=[MaxValueValidator(86400)]
    )
    counted = models.CharField(_("which attempt counts"), max_length=4, choices=Counted, default=Counted.BEST)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["course", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "exercise"], name="one_assignment_an_exercise"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(due_at=None) | Q(opens_at__lt=models.F("due_at")),
                name="assignment_opens_before_due",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(closes_at=None) | Q(due_at__lte=F("closes_at")),
                name="assignment_closes_after_due",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="assignment_opens_before_close",
            ),
            models.CheckConstraint(
                condition=Q(late_percent__lte=100) & Q(floor_percent__lte=100), name="assignment_percent_in_range"
            ),
            models.CheckConstraint(condition=Q(counted__in=Counted.values), name="assignment_counted_known"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} in {self.course}"

    @property
    def max_points(self) -> float:
        """What a full score is worth."""
        if self.points is not None:
            return self.points
        return float(self.exercise.current.meta["max_score"]) if self.exercise.current else 0.0


class Extension(models.Model):
    """More time or more attempts for one student at one assignment. It only ever gives (see `rules.effective`)."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="extensions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    extra_attempts = models.PositiveSmallIntegerField(
        _("extra attempts"), default=0, validators=[MaxValueValidator(1000)]
    )
    reason = models.CharField(_("reason"), max_length=500)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(_("set at"), default=timezone.now)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-set_at"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "user"], name="one_extension_a_student"),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(closes_at=None) | Q(due_at__lte=F("closes_at")),
                name="extension_closes_after_due",
            ),
        ]

    def __str__(self) -> str:
        return f"extension of {self.assignment_id} for {self.user_id}"


class Override(models.Model):
    """Points that a teacher put in the place of the counted ones, with the reason. Rows are only ever added.

    The latest row of a student and an assignment holds; one without points withdraws what stood before it.
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="overrides")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="overrides")
    points = models.FloatField(_("points"), null=True, blank=True, validators=[MinValueValidator(0)])
    reason = models.CharField(_("reason"), max_length=500)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(_("set at"), default=timezone.now)

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points=None) | Q(points__gte=0), name="override_points_in_range")
        ]
        indexes = [models.Index(fields=["assignment", "user"], name="override_by_student")]

    def __str__(self) -> str:
        return f"override of {self.assignment_id} for {self.user_id}"


class AppendOnly(Exception):
    """Somebody tried to change or remove what is only ever added to."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **values: Any) -> int:
        raise AppendOnly("audit entries are never changed")

    def delete(self) -> Any:
        raise AppendOnly("audit entries are never removed")


class AuditEntry(models.Model):
    """Who did what in a course, and when. Only ever added to: the database refuses changes too.

    Entries outlive what they tell of, so that nothing in the database holds on to the rows that they name; `subject` is
    the student concerned, where there is one.
    """

    course = models.ForeignKey(Course, models.DO_NOTHING, db_constraint=False, related_name="audit")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    action = models.CharField(_("action"), max_length=40)
    details = models.JSONField(_("details"), default=dict)
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["course", "-id"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.action} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("audit entries are never changed")
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> Any:
        raise AppendOnly("audit entries are never removed")
