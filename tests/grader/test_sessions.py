"""Whom a request comes from: what ends a session ends it at once, whoever keeps the SQL that reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.grader.conftest import SLUG

pytestmark = pytest.mark.django_db
PAGE = f"/exercises/{SLUG}/"


@pytest.fixture
def student(browse):
    browser = browse("student")
    assert browser.get(PAGE).status_code == 200
    return browser


def test_a_session_that_is_over_is_nobodys(student):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert student.get(PAGE).status_code == 302


def test_a_session_that_was_ended_elsewhere_is_nobodys(student):
    Session.objects.all().delete()
    assert student.get(PAGE).status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_an_account_that_was_closed_or_has_another_password_is_logged_out(student, people, change):
    type(people["student"]).objects.filter(username="student").update(**change)
    assert student.get(PAGE).status_code == 302


def test_a_deleted_account_is_nobodys(student, people):
    people["student"].delete()
    assert student.get(PAGE).status_code == 302
