"""`python -m campus PORT`: make the campus where there is none yet, and serve it."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "campus.settings"
django.setup()

from campus import lms  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import run  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from lti_consumer.api import config_id_for_block  # noqa: E402
from lti_consumer.models import CourseAllowPIISharingInLTIFlag, Lti1p3Passport, LtiConfiguration  # noqa: E402


def make() -> None:
    """People, the course's consent to tell names, and both blocks as an author sets them up, under one client id."""
    call_command("migrate", "--run-syncdb", verbosity=0)
    for name, (full_name, _role) in lms.PEOPLE.items():
        get_user_model().objects.create(username=name, first_name=full_name, email=f"{name}@campus.example")
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=lms.COURSE, enabled=True)
    passport = Lti1p3Passport.objects.create(
        name="Gradus", context_key=str(lms.COURSE), lti_1p3_tool_keyset_url=f"{settings.TOOL_URL}/lti/jwks.json"
    )
    for name in lms.BLOCKS:
        config = LtiConfiguration.objects.get(config_id=config_id_for_block(lms.load_block(lms.location_of(name))))
        config.lti_1p3_passport = passport
        config.lti_1p3_oidc_url = f"{settings.TOOL_URL}/lti/login/"
        config.lti_1p3_launch_url = config.lti_advantage_deep_linking_launch_url = f"{settings.TOOL_URL}/lti/launch/"
        config.lti_advantage_enable_nrps = True
        if name == "chosen":
            config.lti_advantage_deep_linking_enabled = True
            config.lti_advantage_ags_mode = LtiConfiguration.LTI_ADVANTAGE_AGS_PROGRAMMATIC
        config.clean()
        config.save()


if not settings.DATABASES["default"]["NAME"].exists():
    make()
run("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), threading=True)
