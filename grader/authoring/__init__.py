"""Exercises written on the web: drafts on the same folder format, proved in the sandbox, then published."""
