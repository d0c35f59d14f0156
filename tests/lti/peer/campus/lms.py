"""What `lti_consumer` asks of the LMS around it: blocks, people, roles, courses, the gradebook."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from crum import get_current_user
from django.conf import settings
from django.contrib.auth import get_user_model
from lti_consumer.exceptions import LtiError
from lti_consumer.plugin import compat
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import Runtime

COURSE = CourseKey.from_string("course-v1:Campus+DL101+2026")
PEOPLE = {
    "teacher": ("Tilda Teacher", "staff"),
    "learner": ("Lena Learner", "student"),
    "quiet": ("Quentin Quiet", "student"),
}
COMMON = {
    "config_type": "database", "lti_version": "lti_1p3", "has_score": True,
    "ask_to_send_full_name": True, "ask_to_send_email": True,
}  # fmt: skip
# Two blocks of one unit. The first names its exercise itself and has a grade of the LMS's making; for the second the
# tool is asked to choose (Deep Linking) and to make the grade's column.
BLOCKS: dict[str, dict[str, Any]] = {
    "named": {**COMMON, "display_name": "Zero grad", "weight": 20.0, "custom_parameters": ["exercise=zero-grad-loop"]},
    "chosen": {**COMMON, "display_name": "Chosen by the teacher", "weight": 30.0},
}


def location_of(name: str) -> UsageKey:
    return COURSE.make_usage_key("lti_consumer", name)


def external_id(user: Any) -> str:
    """Stable and opaque, as ExternalId has it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.LMS_ROOT_URL}/{user.username}"))


def user_of(found: str) -> Any:
    for user in get_user_model().objects.all():
        if external_id(user) == found:
            return user
    raise LtiError("Invalid User")


# --- blocks -----------------------------------------------------------------------------------------------------------


class Inherited:
    """What the LMS adds to each block."""

    start = due = graceperiod = None
    graded = True


class CurrentUser(UserService):
    def get_current_user(self) -> XBlockUser:
        user = get_current_user()
        found = XBlockUser(is_current_user=True, emails=[user.email], full_name=user.first_name)
        found.opt_attrs = {
            "edx-platform.is_authenticated": user.is_authenticated,
            "edx-platform.user_id": user.id,
            "edx-platform.username": user.username,
            "edx-platform.user_role": PEOPLE[user.username][1],
        }
        return found

    def get_external_user_id(self, _kind: str) -> str:
        return external_id(get_current_user())


class Campus(Runtime):
    """Runs blocks, and takes the grades that they publish."""

    def __init__(self) -> None:
        rebind = SimpleNamespace(rebind_noauth_module_to_user=lambda _block, _user: None)
        super().__init__(None, None, mixins=(Inherited,), services={"user": CurrentUser(), "rebind_user": rebind})

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        from campus.models import Grade

        assert event_type == "grade"
        Grade.objects.create(block=block.scope_ids.usage_id.block_id, **event_data)

    def handler_url(self, *_: Any, **__: Any) -> str:
        raise NotImplementedError

    resource_url = local_resource_url = handler_url


def load_block(location: UsageKey) -> Any:
    from lti_consumer.lti_xblock import LtiConsumerXBlock

    scope_ids = ScopeIds(None, "lti_consumer", location, location)
    return Campus().construct_xblock_from_class(
        LtiConsumerXBlock, scope_ids, DictFieldData(dict(BLOCKS[location.block_id]))
    )


# --- courses ----------------------------------------------------------------------------------------------------------


def members(_course: CourseKey) -> dict[int, dict[str, Any]]:
    return {
        user.id: {
            "id": user.id, "username": user.username, "email": user.email, "name": user.first_name,
            "roles": [PEOPLE[user.username][1]],
        }
        for user in get_user_model().objects.all()
    }  # fmt: skip


def stand_in() -> None:
    """Take the place of the LMS's functions that `lti_consumer` reaches by its layer of compatibility."""
    compat.load_enough_xblock = compat.load_block_as_user = load_block
    compat.get_course_by_id = lambda _key: SimpleNamespace(
        display_name_with_default="Deep Learning", display_org_with_default="Campus"
    )
    compat.get_user_from_external_user_id = user_of
    compat.user_has_studio_write_access = lambda user, _key: PEOPLE.get(user.username, ("", ""))[1] == "staff"
    compat.get_course_members = members
    compat.batch_get_or_create_externalids = lambda users: {
        user.id: SimpleNamespace(external_user_id=external_id(user)) for user in users.prefetch_related(None)
    }
