"""Which passwords may be chosen: NIST SP 800-63B-4 (decision 15). Length and guessing count, nothing else does."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from careteam.accounts.models import User
from careteam.accounts.second_factor import OBLIGED

ALONE, BESIDE_A_FACTOR = 15, 8  # characters
DIFFERENT = 5  # letters that differ, at least
A_DATE = 8  # digits, as in 19840504
LEFT = 4  # characters that must be left when what everybody could guess is taken out
ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
EASY = "This password is among the first that somebody would try. A few words that only you put together are better."


def least(role: str) -> int:
    """How long a password must be: alone it guards more than beside a second factor, which a patient may switch off."""
    return BESIDE_A_FACTOR if role in OBLIGED else ALONE


def hint(role: str) -> str:
    """What a form says before anything is typed."""
    return f"{least(role)} characters or more. A few words in a row are easy to remember; nothing has to be mixed in."


def guessable(password: str, *about: str) -> bool:
    """Whether it is a common password, two of them in a row, a run of keys or one thing again and again.

    What is known of its owner (`about`: name and address) and the name of this place count for nothing in it.
    """
    typed = unicodedata.normalize("NFKC", password).casefold()
    if typed.strip() in _common() or len(set(typed)) < DIFFERENT:
        return True
    bare = re.sub(r"[\W_]", "", typed)
    for known in sorted(
        {"careteam", *(part for one in about for part in re.split(r"[\W_]+", one.casefold()))}, key=len
    ):
        if len(known) >= LEFT:
            bare = bare.replace(known, "")
    words = bare.strip("0123456789")
    if not words and len(bare) <= A_DATE:
        return True
    return any(
        len(_without_runs(one)) < LEFT
        or one in _common()
        or any(one[:cut] in _common() and one[cut:] in _common() for cut in range(LEFT, len(one) - LEFT + 1))
        or (one + one).find(one, 1) < min(len(one), BESIDE_A_FACTOR)
        for one in {words or bare, bare}
    )


@cache
def _common() -> frozenset[str]:
    """The 20,000 most common, as Django ships them."""
    return frozenset(CommonPasswordValidator().passwords)


def _without_runs(word: str) -> str:
    """What is left when neighbours on the keyboard or in the alphabet are taken out, in either direction."""
    beside = {pair for row in ROWS for way in (row, row[::-1]) for pair in pairwise(way + way[0])}
    steps = [pair in beside or pair[0] == pair[1] for pair in pairwise(word)]
    return "".join(
        letter
        for letter, before, after in zip(word, [False, *steps], [*steps, False], strict=False)
        if not (before or after)
    )


class LongEnough:
    """As long as its account needs it."""

    def validate(self, password: str, user: User | None = None) -> None:
        role = user.role if user else ""
        if len(password) < least(role):
            raise ValidationError(
                f"This is shorter than {least(role)} characters. A few words in a row are easy to remember."
            )

    def get_help_text(self) -> str:
        return hint("")


class NotGuessable:
    """Nothing that a stranger would try first."""

    def validate(self, password: str, user: User | None = None) -> None:
        if guessable(password, *((user.name, user.email) if user else ())):
            raise ValidationError(EASY)

    def get_help_text(self) -> str:
        return "Nothing that somebody would try first."


class NotTheDemoPassword:
    """The demo's password is public, so nobody may choose it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == settings.DEMO_PASSWORD:
            raise ValidationError("This is the password of the public demo. Choose one that only you know.")

    def get_help_text(self) -> str:
        return "Not the password of the demo."
