"""What students and instructors see of their progress."""
