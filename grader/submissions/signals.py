"""What submissions announce to the rest of the house."""

from django.dispatch import Signal

# Sent once for each submission that becomes graded, after its commit. Arguments: sender (the class), submission.
submission_graded = Signal()
