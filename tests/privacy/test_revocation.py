"""What a patient takes away is gone for every request that begins afterwards, whatever was open or under way."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from careteam.accounts.middleware import AfterCommit
from careteam.accounts.models import User
from careteam.notes.models import ProgressNote
from careteam.summaries import services as summaries
from careteam.summaries.models import Digest
from tests.conftest import Clinician, Maren, as_owner
from tests.privacy.hidden import words_of
from tests.privacy.races import WORD, Held, Team, nth, of_a_record, shows, when_written

RACES = 200
STATEMENTS = 24  # a request that is held anywhere stops before one of as many
UNDER_WAY = {200, 201, 302, 404}  # what a request that had begun may come to
WHOLE_PAGES = ("chart", "summary", "digest", "api overview", "api digest")  # these take five times as long as others
SEEDED = "CARETEAM_RACES"


@pytest.mark.usefixtures("commits")
def test_two_hundred_races_show_nothing_that_was_taken_away_before_they_began(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    """In each pair one request is under way while the patient takes the note away, and one begins afterwards.

    Held before anything was decided, the one under way must find nothing either; held later, it may end.
    """
    seed = os.environ.get(SEEDED) or secrets.token_hex(4)
    pick = Random(seed)  # noqa: S311 - nothing here is a secret
    team = Team(patient, psychiatrist, therapist)
    takings = team.takings()
    few = [one for one in team.reads if one not in WHOLE_PAGES]
    quick = [*few, *team.writes]
    begun = {"not yet decided": of_a_record, "everything read": when_written}
    stale: list[str] = []
    shown: set[str] = set()
    stopped = 0
    try:
        for number in range(RACES // 2):
            way = [*takings][number % len(takings)]
            takes, gives_back = takings[way]
            what = pick.choice(WHOLE_PAGES) if number % 8 == pick.randrange(8) else pick.choice(quick)
            then = pick.choice(WHOLE_PAGES) if number % 8 == pick.randrange(8) else pick.choice(quick)
            stop = pick.choice([*begun, "anywhere"])
            held = Held(begun.get(stop) or nth(pick.randrange(STATEMENTS)))
            race = f"{SEEDED}={seed}, pair {number}: {way}; {what} held, {stop}; then {then}"
            going = team.begins(what, held)
            team.in_her_thread(takes)
            held.go.set()
            answer = going.result()
            stopped += held.stopped
            if shows(answer):
                shown.add(way)
            assert answer.status_code in UNDER_WAY, f"{race}: {answer.status_code}"
            if held.stopped and stop == "not yet decided" and (shows(answer) or team.wrote(what)):
                stale.append(race)
            answer = team.asks(then)
            if shows(answer) or team.wrote(then):
                stale.append(race)
            assert answer.status_code == 404 or then not in team.of_the_note, race
            team.in_her_thread(gives_back)
            if number % 10 == 0:
                assert shows(team.asks("api note")), f"{race}: it was not given back"
    finally:
        team.leave()
    assert stale == []
    assert len(shown) > len(takings) / 2, "nothing was at stake"
    assert stopped > RACES / 4, "nothing was under way"


def test_e39_whatever_was_open_finds_nothing_afterwards_and_writes_nothing(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    """A form that is posted, the page asked for again by the back button or by htmx, a program, a queued summary."""
    team = Team(patient, psychiatrist, therapist)
    for what in team.reads:
        assert shows(team.asks(what)), f"{what} never showed it"
    page = team.reads["note"]
    for way, (takes, gives_back) in team.takings().items():
        opened = team.browser.get(page)
        assert team.writes["reply"] in opened.content.decode(), way
        takes()
        for what in team.writes:
            assert (team.asks(what).status_code, team.wrote(what)) == (404, False), (way, what)
        for headers in ({}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-History-Restore-Request": "true"}):
            again = team.browser.get(page, headers=headers)
            assert (again.status_code, shows(again)) == (404, False), (way, headers)
        for answer in (opened, again, team.asks("api note")):
            assert "no-store" in answer["Cache-Control"], way
        assert str(team.note) not in str(team.weekly()), way
        gives_back()


def test_a_file_that_is_being_drawn_is_a_snapshot_and_the_next_one_holds_nothing(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(patient, psychiatrist, therapist)
    file = f"{team.reads['summary']}pdf/"
    draw = AfterCommit.finish

    def taken_away_before(response: AfterCommit) -> None:
        patient.pauses()
        draw(response)

    with monkeypatch.context() as during:
        during.setattr(AfterCommit, "finish", taken_away_before)
        under_way = team.browser.get(file)
    assert WORD in words_of(under_way.content, "application/pdf")
    assert WORD not in words_of(team.browser.get(file).content, "application/pdf")


def test_a_queued_summary_holds_and_mails_nothing_that_was_taken_away_before_its_turn(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    team = Team(patient, psychiatrist, therapist)
    with as_owner():
        Digest.objects.all().delete()
        User.objects.update(joined_at=Now() - timedelta(days=9), weekly_mail=True)
        patient_note = ProgressNote.unscoped("a test's dates").filter(pk=team.note)
        patient_note.update(effective_at=Now() - timedelta(days=7))
    summaries.plan()
    queued = summaries.waiting()
    patient.pauses()
    for outbox in queued:
        summaries.work(outbox)
    with as_owner():
        stored = {one.user_id: str(one.references) for one in Digest.objects.all()}
        mailed = [str(message.message()) for message in mail.outbox]
    assert str(team.note) in stored[patient.id], "the note is not of that week"
    assert stored[psychiatrist.id] == "[]"
    assert {psychiatrist.user.email in text for text in mailed} == {True, False}
    assert not any(WORD in text or str(team.note) in text for text in mailed)


def test_what_is_taken_away_between_the_decision_and_the_writing_is_absent_and_no_fault(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    team = Team(patient, psychiatrist, therapist)

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "notes_notereply"'):
            patient.pauses()
        return execute(sql, params, many, context)

    for what in team.writes:
        with connection.execute_wrapper(meanwhile):
            answer = team.asks(what)
        assert (answer.status_code, team.wrote(what)) == (404, False), what  # the wall refused the row
