"""Pairs of submissions that are suspiciously alike, to be looked at by a person. Nothing follows from it by itself."""
