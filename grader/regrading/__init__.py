"""Grading again what has been graded: first a preview, then applied or discarded; every old result is kept."""
