"""How people are called."""

from __future__ import annotations

from typing import Any

HAN = range(0x3400, 0xA000)


def full_name(user: Any) -> str:
    """Empty where nothing is known. A Chinese name begins with the family's, without a space: 林志豪."""
    first, last = user.first_name.strip(), user.last_name.strip()
    if first and last and all(ord(letter) in HAN for letter in first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def name_of(user: Any) -> str:
    """The full name, or else the user name."""
    return full_name(user) or str(user.get_username())
