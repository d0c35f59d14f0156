"""Submissions: their state machine, the grading pipeline and live results."""
