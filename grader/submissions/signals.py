"""What submissions announce to the rest of the house."""

from django.dispatch import Signal

# Sent once for each submission that becomes graded, after its commit. Arguments: sender (the class), submission.
submission_graded = Signal()

# Sent inside the transaction that gives a submission its result, a first or another one: what must not be lost is written
# together with it. A receiver that fails fails the transaction. Arguments: sender (the class), submission.
submission_concluded = Signal()
