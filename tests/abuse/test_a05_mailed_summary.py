"""A05: a mail says nothing of anybody, and its link asks who one is."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db.models.functions import Now
from django.test import Client

from careteam.accounts.models import User
from careteam.summaries import services
from careteam.summaries.models import Digest, Outbox
from tests.conftest import Clinician, Maren, as_owner
from tests.privacy.hidden import CANARY, hides


def test_no_mail_and_nothing_stored_for_one_says_a_word_of_a_record(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hides(patient, gp)
    patient.writes_note(f"{CANARY} shared", title=f"{CANARY} shared", shared=True)
    with as_owner():
        User.objects.update(joined_at=Now() - timedelta(days=9), weekly_mail=True)
    services.plan()
    for outbox in services.waiting():
        services.work(outbox)
    with as_owner():
        stored = [str(one.references) for one in Digest.objects.all()]
        stored += [str(list(one.values())) for one in Outbox.objects.values()]
    assert len(mail.outbox) == 3
    assert "Maren" not in str(stored)
    for text in (*stored, caplog.text, *(str(message.message()) for message in mail.outbox)):
        assert CANARY not in text.lower()
    for message in mail.outbox:
        body = str(message.body).strip()
        assert re.sub(rf"{settings.BASE_URL}\S+", "-", body) == f"{services.WORDS}\n\n-\n\n{services.OFF}\n-"
        assert "Maren" not in f"{message.subject} {body}"
        link = re.findall(rf"{settings.BASE_URL}(\S+)", body)[0]
        assert Client().get(link).headers["Location"].startswith("/accounts/login/")
