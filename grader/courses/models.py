"""Courses, enrolments, and the exercises that are set."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Course(models.Model):
    """A group of students who work on the same exercises."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


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
    def visible_to(self, user: object) -> AssignmentQuerySet:
        """What the user may work on: all for staff; in their courses all for teachers, what is open for students."""
        if getattr(user, "is_staff", False):
            return self.all()
        user_pk = getattr(user, "pk", None)
        mine = Enrollment.objects.filter(user_id=user_pk)
        is_open = Q(opens_at=None) | Q(opens_at__lte=timezone.now())
        return self.filter(
            Q(course__in=mine.filter(role__in=TEACHING).values("course"))
            | Q(is_open, course__in=mine.filter(role=Role.STUDENT).values("course"))
        )


class Assignment(models.Model):
    """An exercise that is set in a course, at a position, within dates."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="assignments")
    exercise = models.ForeignKey("exercises.Exercise", models.PROTECT, related_name="assignments")
    position = models.PositiveIntegerField(_("position"), default=0)
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.exercise} in {self.course}"


def teaches(user: object, course_ids: object = None) -> bool:
    """Whether the user is staff, or teaches (in one of the courses, where they are given)."""
    if getattr(user, "is_staff", False):
        return True
    taught = Enrollment.objects.filter(user_id=getattr(user, "pk", None), role__in=TEACHING)
    if course_ids is not None:
        taught = taught.filter(course__in=course_ids)
    return taught.exists()
