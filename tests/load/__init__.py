"""Deadline night: students by the hundred against the real service, and what breaks while they hand in. `make load`."""
