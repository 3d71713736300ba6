"""A22: nobody passes for a vouched clinician: not by a number, a name, a form, a program or a word in the database."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.urls import reverse

from careteam.accounts import queries, services
from careteam.accounts.models import ClinicAdmin, Organization, Practitioner, Role, User
from careteam.accounts.npi import is_npi
from careteam.sharing import queries as sharing
from tests.api.programs import program_of
from tests.conftest import Clinician, Maren, Person, as_owner, person
from tests.frontend.browsers import words

NPI = "1234567893"  # the example of the rule that made these numbers
NOT_YET = "Not yet vouched by a clinic"


def check_digit(nine: str) -> int:
    """The rule as it is printed: double every other digit from the right, add up all digits, and 24 for 80840."""
    total = 24 + sum(int(digit) for digit in nine[1::2])
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in nine[0::2])
    return -total % 10


def test_two_hundred_numbers_are_told_apart_by_their_form_alone() -> None:
    dice = random.Random(80840)  # noqa: S311 - numbers to try, no secrets
    assert is_npi(NPI)
    for _ in range(100):
        nine = dice.choice("12") + "".join(dice.choices("0123456789", k=8))
        right = f"{nine}{check_digit(nine)}"
        wrong = f"{nine}{(check_digit(nine) + dice.randint(1, 9)) % 10}"
        assert (is_npi(right), is_npi(wrong)) == (True, False), nine
    for wrong in (
        "",
        NPI[:-1],
        f"{NPI}0",
        "2" + NPI[1:],
        "0000000000",
        "123456789a",
        "\N{FULLWIDTH DIGIT ONE}234567893",
        f" {NPI}",
        "3234567891",
    ):
        assert not is_npi(wrong), wrong


def vouched(patient: Maren, whom: Clinician) -> tuple[bool, str]:
    """What the patient reads of her."""
    found = patient.does(sharing.member, whom.member.id)
    return found.vouched, found.vouched_by


def test_the_label_stays_until_a_clinic_vouches_and_comes_back_when_it_no_longer_does(
    patient: Maren, psychiatrist: Clinician, admin: Person
) -> None:
    psychiatrist.does(services.set_npi, NPI)  # a number that is written correctly proves nothing
    assert vouched(patient, psychiatrist) == (False, "")
    assert NOT_YET in words(patient.browser.get(reverse("sharing")))
    admin.does(services.vouch, psychiatrist.id)
    assert vouched(patient, psychiatrist) == (True, "Harbour Clinic")
    assert NOT_YET not in words(patient.browser.get(reverse("sharing")))
    admin.does(services.withdraw_vouching, psychiatrist.id)
    assert vouched(patient, psychiatrist) == (False, "")


def test_a_name_or_number_that_changes_afterwards_takes_the_clinics_word_along(
    patient: Maren, psychiatrist: Clinician, admin: Person
) -> None:
    changes: list[Any] = [
        lambda: program_of(psychiatrist).changes("me/", {"name": "Dr Somebody Else"}),
        lambda: psychiatrist.browser.post(
            reverse("account"), {"name": "Dr Somebody Else", "zone": "UTC", "npi": NPI, "weekly_mail": ""}
        ),
    ]
    for change in changes:
        admin.does(services.vouch, psychiatrist.id)
        psychiatrist.does(services.rename, User.objects.get(pk=psychiatrist.id).name)  # the same again
        assert vouched(patient, psychiatrist)[0]
        change()
        assert not vouched(patient, psychiatrist)[0]
    _, told = admin.does(queries.clinician, psychiatrist.id)
    assert [one.act for one in told] == ["lapsed", "vouched"] * 2
    wrong = psychiatrist.browser.post(reverse("account"), {"name": "Dr Lee", "zone": "UTC", "npi": "1234567890"})
    assert "not written as an NPI" in words(wrong)


def test_nobody_but_an_administrator_vouches_and_for_her_own_clinic_alone(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, admin: Person
) -> None:
    with as_owner():
        other = Person(person("omar@example.org", "Omar Haddad", Role.ADMIN, clinic="Hill Practice"))
    for who in (patient, psychiatrist, gp):
        for service in (services.vouch, services.close_account):
            assert who.refused(service, psychiatrist.id)
        for deed in ("vouch", "close"):
            assert who.browser.post(reverse("clinic_deed", args=[psychiatrist.id, deed])).status_code == 404
    admin.does(services.vouch, psychiatrist.id)
    for service in (services.vouch, services.withdraw_vouching, services.close_account):
        assert other.refused(service, psychiatrist.id)
    assert vouched(patient, psychiatrist) == (True, "Harbour Clinic")
    assert "is theirs to look after" in words(other.browser.get(reverse("clinic_person", args=[psychiatrist.id])))


def test_the_database_takes_nobody_elses_word_even_past_the_services(psychiatrist: Clinician, admin: Person) -> None:
    clinic = Organization.objects.get()
    rows = Practitioner.objects.filter(pk=psychiatrist.id)

    def tries(who: Person, what: Any, said: str) -> None:
        with pytest.raises(DatabaseError, match=said), who.acting(), transaction.atomic():
            what()

    for change in ({"vouched_at": Now()}, {"vouched_at": Now(), "vouched_by": clinic}):
        tries(psychiatrist, lambda change=change: rows.update(**change), "only an administrator vouches")
    tries(admin, lambda: rows.update(vouched_at=Now()), "only an administrator vouches")
    tries(psychiatrist, lambda: User.objects.filter(pk=psychiatrist.id).update(role=Role.ADMIN), "keeps its role")
    tries(psychiatrist, lambda: User.objects.filter(pk=admin.id).update(is_active=False), "closed and opened by")
    tries(
        psychiatrist,
        lambda: User.objects.open(email="new@example.org", name="New", role=Role.ADMIN),
        "administrators are made by the owner",
    )
    tries(
        psychiatrist,
        lambda: ClinicAdmin.objects.create(user_id=psychiatrist.id, organization=clinic),
        "permission denied",
    )
    assert rows.get().vouched_at is None
