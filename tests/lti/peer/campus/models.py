"""The LMS's gradebook."""

from django.conf import settings
from django.db import models


class Grade(models.Model):
    """One event of a block that published a grade; the latest one counts."""

    block = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    value = models.FloatField(null=True)
    max_value = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.value} of {self.max_value} for {self.user_id} at {self.block}"
