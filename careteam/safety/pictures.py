"""What a plan for hard days is made of, and how a number typed by hand becomes one to tap. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of her own and what stands under it."""

    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to reach: a name, a number as she typed it ("" for none), and a few words."""

    name: str
    phone: str
    words: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """The same, with the number as a link takes it ("" when it holds none)."""

    name: str
    phone: str
    words: str
    tel: str


def tel(phone: str) -> str:
    """The digits of a number as a `tel:` link has them: `+1 (555) 01-23` is `+15550123`; "" with fewer than two."""
    digits = re.sub(r"[^0-9*#]", "", phone)
    if len(digits) < DIGITS_FEWEST:
        return ""
    return f"+{digits}" if phone.lstrip().startswith("+") else digits
