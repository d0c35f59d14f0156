"""Running the service: backup and restore, purging, guards, and limits on guessing passwords."""
