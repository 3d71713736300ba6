"""A04: a weekly summary that was waiting, or was made, shows nothing that was hidden since."""

from __future__ import annotations

from careteam.notes.models import ProgressNote
from careteam.sharing import services as sharing
from careteam.summaries.models import Digest, Kind, Outbox
from careteam.summaries.services import write_digest
from careteam.summaries.weeks import monday_of
from tests.conftest import Clinician, Maren, as_owner


def test_what_is_hidden_while_a_summary_waits_or_lies_there_is_not_in_it(
    patient: Maren, psychiatrist: Clinician
) -> None:
    waits, lies, stays = (
        patient.writes_note(f"kittiwake {which}", title=f"kittiwake {which}", shared=True)
        for which in ("waits", "lies", "stays")
    )
    week = Outbox(
        user=psychiatrist.user,
        kind=Kind.CLINICIAN_WEEK,
        zone=psychiatrist.user.zone,
        period_start=monday_of(psychiatrist.viewer.today),
    )
    patient.does(sharing.set_audience, ProgressNote, waits, audience="only_me")
    write_digest(psychiatrist.viewer, week)
    with as_owner():
        made = Digest.objects.get(user=psychiatrist.user)
    told = str(made.references)
    assert (str(waits) in told, str(lies) in told, str(stays) in told) == (False, True, True)
    assert "kittiwake" not in told
    browser, place = psychiatrist.browser, f"/weekly/{made.id}/"
    patient.does(sharing.set_audience, ProgressNote, lies, audience="only_me")
    page = browser.get(place).content.decode()
    assert ("kittiwake waits" in page, "kittiwake lies" in page, "kittiwake stays" in page) == (False, False, True)
    for hides, shows in ((patient.pauses, patient.resumes), (lambda: patient.stops(psychiatrist), None)):
        hides()
        page = browser.get(place).content.decode()
        assert "kittiwake" not in page
        assert str(stays) not in page
        if shows:
            shows()
            assert "kittiwake stays" in browser.get(place).content.decode()
