"""Courses, submissions and grades for programs, over HTTP; `docs/api.md` is for those who write them."""
