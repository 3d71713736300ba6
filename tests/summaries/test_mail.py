"""The mail of a week: one recipient, neutral, a link, a way to stop it, and no word of anybody's record."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.test import Client

from careteam.accounts.models import User
from careteam.accounts.services import set_weekly_mail
from careteam.summaries import services
from careteam.summaries.models import Digest, Outbox
from tests.conftest import Clinician, Maren, Person, as_owner


def planned() -> None:
    """What is due for people who joined nine days ago."""
    with as_owner():
        User.objects.update(joined_at=Now() - timedelta(days=9))
    services.plan()


def worked() -> None:
    """All that waits is done."""
    for outbox in services.waiting():
        services.work(outbox)


def mails_to(who: Person) -> list[EmailMessage]:
    """What this person got."""
    return [one for one in mail.outbox if one.to == [who.user.email]]


def test_a_clinician_is_told_each_week_and_a_patient_once_she_asks(patient: Maren, psychiatrist: Clinician) -> None:
    assert (patient.user.weekly_mail, psychiatrist.user.weekly_mail) == (False, True)
    planned()
    worked()
    assert (len(mails_to(patient)), len(mails_to(psychiatrist))) == (0, 1)
    with as_owner():
        assert Digest.objects.filter(user=patient.user).exists()  # the summary is made either way
        Outbox.objects.all().delete()
    patient.does(set_weekly_mail, True)
    planned()
    worked()
    assert len(mails_to(patient)) == 1


def test_the_mail_is_neutral_and_says_how_to_stop_it(patient: Maren) -> None:
    patient.does(set_weekly_mail, True)
    planned()
    worked()
    (one,) = mails_to(patient)
    assert (one.subject, one.from_email, one.to, one.cc, one.bcc) == (
        "You have an update",
        settings.DEFAULT_FROM_EMAIL,
        ["maren@example.org"],
        [],
        [],
    )
    stop = f"{settings.BASE_URL}/account/mail/"
    assert one.body == (
        "You have an update in careteam. Sign in to read it.\n\n"
        f"{settings.BASE_URL}/weekly/\n\nTo stop this mail, sign in here:\n{stop}\n"
    )
    whole = one.message()
    assert whole["List-Unsubscribe"] == f"<{stop}>"
    assert whole["Auto-Submitted"] == "auto-generated"
    assert whole.get_content_type() == "text/plain"
    assert "careteam" in whole["From"]


def test_no_link_of_the_mail_signs_in(patient: Maren) -> None:
    patient.does(set_weekly_mail, True)
    planned()
    worked()
    (one,) = mails_to(patient)
    links = re.findall(rf"{settings.BASE_URL}(\S+)", str(one.body))
    assert links == ["/weekly/", "/account/mail/"]
    for link in links:
        assert Client().get(link).headers["Location"].startswith("/accounts/login/")


def test_who_stops_the_mail_after_it_was_planned_gets_none(patient: Maren) -> None:
    patient.does(set_weekly_mail, True)
    planned()
    patient.does(set_weekly_mail, False)
    worked()
    assert mails_to(patient) == []
    row = Outbox.objects.filter(user=patient.user).latest("period_start")
    assert (row.done_at is not None, row.mailed_at) == (True, None)
