"""`manage.py bench`: what grading costs on this machine, each figure beside a baseline of the same run."""
