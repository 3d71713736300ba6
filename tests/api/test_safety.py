"""Question 9 through the API: marked as seen under a key, and whom to tell."""

from __future__ import annotations

from django.core import mail

from careteam.sharing.telling import team_told
from tests.api.programs import Program
from tests.conftest import Clinician, Maren
from tests.measures.forms import sends
from tests.summaries.test_mail import worked


def test_an_answer_is_marked_as_seen_once_under_its_key(
    maren: Program, lee: Program, patient: Maren, psychiatrist: Clinician
) -> None:
    place = f"patients/{patient.id}/measures/{sends(patient, [1] * 8 + [2])}/acknowledgements/"
    assert lee.post(place, {"seen_version": 1}, idempotency_key="").status_code == 400
    first = lee.post(place, {"seen_version": 1}, idempotency_key="k")
    again = lee.post(place, {"seen_version": 1}, idempotency_key="k")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert lee.post(place, {"seen_version": 1}, idempotency_key="other").json() == first.json()
    assert lee.post(place, {"seen_version": 2}, idempotency_key="stale").status_code == 412
    (seen,) = maren.get(place).json()
    assert (seen["by"], seen["mine"], seen["current"]) == ("Dr Sun-hee Lee", False, True)
    assert maren.post(place, {"seen_version": 1}, idempotency_key="hers").status_code == 404


def test_a_program_chooses_whom_to_tell_and_sending_tells_her(
    maren: Program, patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    hers, lees = (f"patients/{patient.id}/consents/{one.member.id}/" for one in (gp, psychiatrist))
    assert maren.changes(hers, {}, how="PUT", below="telling/").status_code == 422
    assert maren.changes(lees, {}, how="PUT", below="telling/").status_code == 204
    assert maren.get(lees).json()["told"] is True
    assert [one.name for one in patient.does(team_told) if one.on] == ["Dr Sun-hee Lee"]
    sent = maren.post(f"patients/{patient.id}/measures/", {"answers": {"9": 1}}, idempotency_key="m")
    assert sent.status_code == 201
    worked()
    assert [one.to for one in mail.outbox] == [["lee@example.org"]]
    assert maren.changes(lees, how="DELETE", below="telling/").status_code == 204
    assert not any(one.on for one in patient.does(team_told))
