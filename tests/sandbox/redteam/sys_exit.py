# attack: sys.exit(0) inside the graded call
# layer: checker
# outcome: exited
import sys


def double(x):
    sys.exit(0)
