"""As the browser writes them, which fills most times in: Nov 18, 2026, 1:49 PM. Midnight is 12:00 AM, of a named day."""

DATE_FORMAT = "M j, Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "M j, Y, g:i A"
