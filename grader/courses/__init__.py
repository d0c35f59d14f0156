"""Courses, who takes part in them, and what is set when."""
