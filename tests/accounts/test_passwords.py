"""Passwords by length and guessing alone (NIST SP 800-63B-4): long ones for a password alone, nothing common."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from careteam.accounts.models import Role, User
from careteam.accounts.passwords import guessable, least


def said(password: str, role: Role) -> str:
    try:
        validate_password(password, User(email="maren@harbour.example", name="Maren Holt", role=role))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def test_a_password_alone_has_fifteen_characters_and_one_beside_a_second_factor_eight() -> None:
    assert (least(Role.PATIENT), least(Role.PRACTITIONER), least("")) == (15, 8, 15)
    assert "shorter than 15 characters" in said("grey rain door", Role.PATIENT)
    assert said("grey rain doors", Role.PATIENT) == ""
    assert "shorter than 8 characters" in said("rainbar", Role.PRACTITIONER)
    assert said("rainbarn", Role.PRACTITIONER) == ""
    assert said("早晨在湖边慢慢走一圈再回家吃饭", Role.PATIENT) == ""  # fifteen characters, whatever the script
    assert said("grey rain doors" * 20, Role.PATIENT) == ""
    assert "public demo" in said("careteam-demo", Role.PRACTITIONER)


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "passwordpassword",
        "Sunshine Princess 1",
        "password2026!!!!",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "lanternlanternlantern",
        "123456789012345",
        "987654321987654",
        "qwertyuiopasdfgh",
        "poiuytrewqlkjhgf",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnopq",
        "careteam careteam",
        "careteam-2026-01",
        "marenholt19840504",
        "Maren@Harbour.example",
        "harbourharbour77",
    ],
)
def test_what_a_stranger_would_try_first_is_refused_in_words(password: str) -> None:
    assert "first that somebody would try" in said(password, Role.PRACTITIONER)


@pytest.mark.parametrize(
    "password",
    [
        "a lantern by the window",
        "seven quiet harbours",
        "another quiet harbour",
        "kettle on the porch",
        "maren walks to the lake",
        "correct horse battery staple lamp",
        "no rules here at all",
        "11 geese 12 ducks 13",
    ],
)
def test_words_that_belong_together_for_one_person_pass(password: str) -> None:
    assert not guessable(password, "Maren Holt", "maren@harbour.example")


def test_nothing_has_to_be_mixed_in_and_one_spelling_signs_in_like_the_other() -> None:
    user = User(email="x@example.org", name="x", role=Role.PATIENT)
    user.set_password("cafe\u0301 in the rain")  # e and an accent; elsewhere one letter
    assert user.check_password("caf\u00e9 in the rain")
    assert not user.check_password("cafe in the rain")
