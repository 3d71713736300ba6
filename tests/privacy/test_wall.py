"""The database's wall against somebody who could run SQL as the role that serves: nothing widens, nothing is forged."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from careteam.accounts.services import create_token
from careteam.accounts.viewer import acting_as, database_now
from careteam.audit.models import AuditEvent, SecurityEvent
from careteam.goals import services as goals
from careteam.logs import Quiet
from careteam.notes import queries
from careteam.notes import services as notes
from careteam.notes.models import ClinicalNote, NoteReply
from careteam.sharing import team
from careteam.sharing.codes import Category
from careteam.sharing.guards import TEAM
from careteam.sharing.models import CareTeamMember, Invitation
from careteam.sharing.queries import withdrawals
from careteam.sharing.services import set_audience
from tests.conftest import PASSWORD, Clinician, Maren, Person, as_owner, joins

EVENT = (
    "INSERT INTO audit_auditevent"
    " (id, patient_id, actor_id, actor_role, action, category, record_ids, versions, request_id)"
    " VALUES (gen_random_uuid(), %s, %s, 'practitioner', %s, '', '{}', '{}', gen_random_uuid())"
)
NAMING = (
    "INSERT INTO sharing_recordaudience (id, record_id, member_id, patient_id, user_id)"
    " VALUES (gen_random_uuid(), %s, %s, %s, %s)"
)
WITHDRAWAL = (
    "INSERT INTO sharing_withdrawal"
    " (id, record_id, patient_id, user_id, kind, category, labels, audience, withdrawn_at)"
    " VALUES (gen_random_uuid(), %s, %s, %s, 'note', 'my_notes', '{}', 'category', now())"
)


def changed(who: Person, statement: str, *values: Any, invitation: str = "", before: str = "", after: str = "") -> int:
    """How many rows the statement changed; 0 when it, or what came before or after it, was refused."""
    try:
        with acting_as(who.viewer, invitation=invitation), transaction.atomic(), connection.cursor() as cursor:
            if before:
                cursor.execute(before)
            cursor.execute(statement, values)
            rows = int(cursor.rowcount)
            if after:
                cursor.execute(after)
            return rows
    except DatabaseError:
        return 0


def test_nobody_makes_herself_a_member_a_consent_or_a_name(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    note = patient.writes_note("for Tomás", for_=[therapist])
    member = psychiatrist.member
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", [Category.MY_NOTES])
        elsewhere = CareTeamMember.objects.get(user=psychiatrist.user, patient_id=other_patient.id)
    joining = (
        "INSERT INTO sharing_careteammember (id, patient_id, user_id, role, invited_at, confirmed_at)"
        " VALUES (gen_random_uuid(), %s, %s, 'x', now(), now())"
    )
    consent = (
        "INSERT INTO sharing_consent (id, member_id, patient_id, user_id, kind, code, ends_at, created_by)"
        " VALUES (gen_random_uuid(), %s, %s, %s, 'label', 'trauma', now() + interval '1 day', %s)"
    )
    assert not changed(stranger, joining, patient.id, stranger.id)
    assert not changed(psychiatrist, "UPDATE sharing_careteammember SET role = 'Nurse', invited_at = '2001-01-01'")
    assert not changed(psychiatrist, consent, member.id, patient.id, psychiatrist.id, psychiatrist.id)
    assert not changed(psychiatrist, NAMING, note, member.id, patient.id, psychiatrist.id)
    # Another patient of hers names her on this patient's note: a row that neither the wall nor the rule heeds.
    changed(other_patient, NAMING, note, elsewhere.id, other_patient.id, psychiatrist.id)
    assert not psychiatrist.reads(note)


def test_who_keeps_a_record_joins_no_team(patient: Maren, other_patient: Maren, stranger: Clinician) -> None:
    joining = (
        "INSERT INTO sharing_careteammember (id, patient_id, user_id, role, invited_at)"
        " VALUES (gen_random_uuid(), %s, %s, 'x', now())"
    )
    for whom, joins_it in ((other_patient, 0), (stranger, 1)):
        invitation = patient.does(team.invite, email=whom.user.email, role="Nurse")
        _, token = patient.does(team.new_token, invitation)
        key = hashlib.sha256(token.encode()).hexdigest()
        assert changed(whom, joining, patient.id, whom.id, invitation=key) == joins_it


def test_records_keep_their_patient_their_author_and_their_signed_words(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = psychiatrist.does(notes.draft_clinical_note, patient.id, text="signed words")
    psychiatrist.does(notes.sign_note, patient.id, note)
    own = patient.writes_note("hers", shared=True)
    reply = psychiatrist.does(notes.reply, own, text="seen")
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", [Category.CLINICAL_NOTES])
    assert not changed(psychiatrist, "UPDATE notes_clinicalnote SET text = 'other'")
    assert not changed(patient, "UPDATE notes_clinicalnote SET text = 'other'")
    assert not changed(patient, "UPDATE notes_clinicalnote SET author_id = %s", patient.id)
    assert not changed(psychiatrist, "UPDATE notes_clinicalnote SET patient_id = %s", other_patient.id)
    assert not changed(psychiatrist, "UPDATE notes_clinicalnote SET status = 'draft'")
    assert not changed(psychiatrist, "DELETE FROM notes_clinicalnote")
    assert not changed(patient, "UPDATE notes_progressnote SET author_id = %s", psychiatrist.id)
    assert not changed(psychiatrist, "UPDATE notes_progressnote SET text = 'other'")
    assert not changed(psychiatrist, "UPDATE notes_notereply SET kind = 'statement' WHERE id = %s", reply)
    patient.does(set_audience, ClinicalNote, note, audience="only_me")
    assert not changed(psychiatrist, "UPDATE notes_clinicalnote SET audience = 'category', labels = '{}'")
    assert not psychiatrist.reads(note)


def test_a_signed_note_is_neither_withdrawn_nor_called_a_mistake_by_its_patient_nor_that_undone_by_its_author(
    patient: Maren, psychiatrist: Clinician
) -> None:
    note = psychiatrist.does(notes.draft_clinical_note, patient.id, text="signed words")
    psychiatrist.does(notes.sign_note, patient.id, note)
    assert not changed(patient, "UPDATE notes_clinicalnote SET withdrawn_at = now()")
    assert not changed(patient, "UPDATE notes_clinicalnote SET status = 'entered-in-error', error_reason = 'forged'")
    assert not changed(patient, "UPDATE notes_clinicalnote SET effective_at = '2001-01-01'")
    psychiatrist.does(notes.mark_entered_in_error, note, reason="another person's")
    assert not changed(psychiatrist, "UPDATE notes_clinicalnote SET status = 'final'")
    assert not changed(psychiatrist, "UPDATE notes_clinicalnote SET error_reason = ''")
    psychiatrist.does(notes.add_labels, note, labels=["trauma"])
    patient.does(set_audience, ClinicalNote, note, audience="only_me")


def test_nobody_finds_that_a_draft_names_her(patient: Maren, psychiatrist: Clinician) -> None:
    def named() -> int:
        with psychiatrist.acting(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sharing_recordaudience")
            return int(cursor.fetchone()[0])

    words: dict[str, Any] = {"text": "not yet", "audience": "named", "named": [psychiatrist.member.id]}
    draft = patient.does(notes.add_note, **words, draft=True)
    patient.does(notes.keep_draft, draft, **words)
    assert patient.does(queries.draft, patient.id, draft).named == (psychiatrist.member.id,)
    assert named() == 0
    note = patient.does(notes.finish_note, draft, audience="named", named=[psychiatrist.member.id])
    assert named() == 1
    assert psychiatrist.reads(note)


def test_nobody_writes_below_a_note_as_somebody_else_or_at_another_time(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    below = (
        "INSERT INTO notes_notereply"
        " (id, patient_id, author_id, about_id, kind, version, text, recorded_at, changed_at)"
        " VALUES (gen_random_uuid(), %s, %s, %s, %s, 1, 'forged', '2001-01-01', '2001-01-01')"
    )
    note = psychiatrist.does(notes.draft_clinical_note, patient.id, text="signed words")
    psychiatrist.does(notes.sign_note, patient.id, note)
    assert not changed(psychiatrist, below, patient.id, psychiatrist.id, note, "statement")
    assert not changed(therapist, below, patient.id, therapist.id, note, "addendum")
    assert not changed(patient, below, patient.id, patient.id, note, "addendum")
    assert not changed(therapist, below, patient.id, patient.id, note, "reply")
    assert changed(therapist, below, patient.id, therapist.id, note, "reply")
    with as_owner():
        assert NoteReply.unscoped("a test of the wall itself").filter(recorded_at__year=2001).count() == 0


def test_nobody_says_that_another_ended_a_membership(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    ended = "UPDATE sharing_careteammember SET ended_at = now(), ended_by = %s WHERE user_id = %s"
    nobody = "UPDATE sharing_careteammember SET ended_at = now() WHERE user_id = %s"
    assert not changed(therapist, ended, patient.id, therapist.id)
    assert not changed(therapist, nobody, therapist.id)
    assert not changed(patient, ended, psychiatrist.id, psychiatrist.id)
    therapist.does(team.leave, patient.id)
    assert not changed(therapist, "UPDATE sharing_careteammember SET ended_by = NULL WHERE user_id = %s", therapist.id)
    assert not changed(patient, "UPDATE sharing_careteammember SET ended_by = %s", patient.id)


def test_nobody_writes_anothers_log_or_history(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    note = patient.writes_note("hers", shared=True)
    history = (
        "INSERT INTO sharing_recordversion (id, record_id, patient_id, changed_by_id, version, content, why, until)"
        ' VALUES (gen_random_uuid(), %s, %s, %s, 1, \'{"title": "", "text": "forged"}\', \'\', now())'
    )
    assert not changed(psychiatrist, EVENT, patient.id, therapist.id, "read")
    assert not changed(stranger, EVENT, patient.id, stranger.id, "resume")
    assert not changed(psychiatrist, history, note, patient.id, psychiatrist.id)
    psychiatrist.does(notes.draft_clinical_note, patient.id, text="not yet")
    with patient.acting():
        assert not AuditEvent.objects.filter(action="draft").exists()


def test_the_log_says_itself_when_as_whom_and_by_whom_of_the_team(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    event = EVENT.replace("request_id)", "request_id, at)").replace("gen_random_uuid())", "gen_random_uuid(), %s)")
    event = event.replace("'practitioner'", "'patient'")
    refusal = (
        "INSERT INTO audit_securityevent (id, actor_id, patient_id, was_member, route, at)"
        " VALUES (gen_random_uuid(), %s, %s, %s, 'chart', '2001-01-01')"
    )
    # Tables of her own, by the names of ours: a trigger that asks by name alone would ask them.
    accounts = "CREATE TEMP TABLE accounts_user AS SELECT id, 'patient' AS role FROM accounts_user"
    hers = f"'{stranger.id}'::uuid AS user_id, '{patient.id}'::uuid AS patient_id"
    teams = f"CREATE TEMP TABLE {TEAM} AS SELECT {hers}"
    assert changed(psychiatrist, event, patient.id, psychiatrist.id, "read", "2001-01-01")
    no_more = "DROP TABLE pg_temp.accounts_user"
    values = (patient.id, psychiatrist.id, "read", "2001-01-01")
    assert changed(psychiatrist, event, *values, before=accounts, after=no_more)
    assert changed(psychiatrist, refusal, psychiatrist.id, patient.id, False)
    assert changed(stranger, refusal, stranger.id, patient.id, True)
    no_more = f"DROP TABLE pg_temp.{TEAM}"
    assert changed(stranger, refusal, stranger.id, patient.id, True, before=teams, after=no_more)
    assert not changed(stranger, refusal, psychiatrist.id, patient.id, True)
    a_minute_ago = database_now() - timedelta(minutes=1)
    with as_owner():
        assert list(AuditEvent.objects.filter(at__gt=a_minute_ago).values_list("actor_role")) == [("practitioner",)] * 2
        refusals = SecurityEvent.objects.filter(at__gt=a_minute_ago).order_by("at", "id")
        assert sorted(refusals.values_list("actor_id", "was_member")) == sorted(
            [(psychiatrist.id, True), (stranger.id, False), (stranger.id, False)]
        )


def test_who_was_on_the_team_once_is_told_of_as_well(patient: Maren, psychiatrist: Clinician) -> None:
    patient.stops(psychiatrist)
    assert psychiatrist.browser.get(f"/patients/{patient.id}/").status_code == 404
    with as_owner():
        assert list(SecurityEvent.objects.values_list("was_member", flat=True)) == [True]


def test_a_withdrawn_row_is_its_patients_alone_whatever_the_log_says(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    unread, read = patient.writes_note("never opened", shared=True), patient.writes_note("opened", shared=True)
    assert psychiatrist.reads(read)
    for note in (unread, read):
        patient.does(notes.withdraw_note, note)
    opened = EVENT.replace("'{}', '{}'", "ARRAY[%s::uuid], '{1}'")
    assert changed(psychiatrist, opened, patient.id, psychiatrist.id, "read", unread) == 1
    with psychiatrist.acting(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notes_progressnote")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT record_id FROM sharing_withdrawal")
        assert cursor.fetchall() == [(read,)]
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'sharing_withdrawal'")
        assert {name for (name,) in cursor.fetchall()} == {
            *("id", "record_id", "patient_id", "user_id", "kind", "category", "labels", "audience", "withdrawn_at")
        }
    assert not changed(psychiatrist, WITHDRAWAL, unread, patient.id, psychiatrist.id)
    assert not changed(patient, WITHDRAWAL, unread, patient.id, therapist.id)  # who had not opened it
    assert not changed(psychiatrist, "DELETE FROM sharing_withdrawal")
    assert not changed(patient, "UPDATE sharing_withdrawal SET audience = 'only_me'")
    assert not changed(patient, "UPDATE notes_progressnote SET withdrawn_at = NULL")
    assert not changed(patient, "UPDATE notes_progressnote SET labels = '{trauma}'")


def test_the_holder_of_an_invitation_cannot_point_it_elsewhere(
    patient: Maren, other_patient: Maren, stranger: Clinician
) -> None:
    invitation = patient.does(team.invite, email=stranger.user.email, role="Nurse")
    _, token = patient.does(team.new_token, invitation)
    key = hashlib.sha256(token.encode()).hexdigest()
    moved = "UPDATE sharing_invitation SET patient_id = %s, expires_at = now() + interval '9 years'"
    assert not changed(stranger, moved, other_patient.id, invitation=key)


@pytest.mark.parametrize("once", [False, True])
def test_who_shares_nothing_with_somebody_hides_her_pause_from_her(
    patient: Maren, stranger: Clinician, psychiatrist: Clinician, once: bool
) -> None:
    patient.stops(psychiatrist)
    patient.pauses()
    with (psychiatrist if once else stranger).acting(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sharing_pause")
        assert cursor.fetchone() == (0,)


# -- What a page shows is in the log, whatever its status --------------------------------------------------------------
@pytest.mark.parametrize("text", ["", "x" * 4_001])
def test_a_reply_that_cannot_be_kept_shows_the_note_and_the_log_says_so(
    patient: Maren, psychiatrist: Clinician, text: str
) -> None:
    note = patient.writes_note("a lantern", shared=True)
    answer = psychiatrist.browser.post(reverse("clinical_note_reply", args=[patient.id, note]), {"text": text})
    assert answer.status_code == 422
    assert "a lantern" in answer.content.decode()
    with as_owner():
        assert AuditEvent.objects.filter(actor_id=psychiatrist.id, record_ids__contains=[note]).exists()


def test_a_goal_that_was_not_shown_is_not_in_the_log_and_leaves_no_stub(
    patient: Maren, psychiatrist: Clinician
) -> None:
    goal = patient.does(goals.add_goal, words="a lantern")
    patient.does(goals.set_status, goal, status="completed", expected=1)
    assert "a lantern" not in psychiatrist.browser.get(f"/patients/{patient.id}/").content.decode()
    patient.does(goals.withdraw_goal, goal)
    assert not psychiatrist.does(withdrawals, patient.id, "goal")


def test_two_authors_first_notes_know_nothing_of_one_another(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    address = reverse("clinical_note_new", args=[patient.id])
    for author in (psychiatrist, therapist):
        page = author.browser.get(address).content.decode()
        once = page.split('name="once" value="')[1].split('"')[0] if 'name="once"' in page else ""
        answer = author.browser.post(address, {"text": "my first", "title": "", "once": once, "do": "keep"})
        assert answer.status_code == 302


def test_a_marker_of_a_list_that_is_not_ours_accuses_nobody(patient: Maren, psychiatrist: Clinician) -> None:
    answer = psychiatrist.browser.get(f"/patients/{patient.id}/notes/", {"after": "nonsense"})
    assert answer.status_code == 200


# -- Two at once -------------------------------------------------------------------------------------------------------
def together(*acts: Callable[[], Any]) -> list[str]:
    """Do these at the same moment, each in a thread and a connection of its own; what each came to."""
    ready = threading.Barrier(len(acts))
    found: list[str] = []

    def run(act: Callable[[], Any]) -> None:
        ready.wait()
        try:
            act()
            found.append("done")
        except Exception as error:  # the kind of whatever happens is the result
            found.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_taps_on_pause_pause_once(commits: None, patient: Maren) -> None:
    for _ in range(5):
        assert together(*[lambda: patient.does(team.pause)] * 3) == ["done"] * 3
        patient.resumes()


def test_two_taps_on_invite_leave_one_open_invitation(commits: None, patient: Maren) -> None:
    invite = lambda: patient.does(team.invite, email="nobody@example.org", role="Nurse")  # noqa: E731 - done twice
    assert together(invite, invite) == ["done", "done"]
    with as_owner():
        assert Invitation.objects.filter(cancelled_at=None).count() == 1


# -- Logs --------------------------------------------------------------------------------------------------------------
def test_a_failed_task_is_logged_without_its_words() -> None:
    refused = OSError({"lee@example.org": (550, b"no such box")})
    try:
        raise refused
    except OSError as error:
        record = logging.makeLogRecord(
            {
                "name": "celery.app.trace",
                "msg": "Task %(name)s[%(id)s] raised: %(exc)s",
                "args": {"name": "deliver", "id": "7", "exc": repr(error)},
                "data": {"name": "deliver", "id": "7", "exc": repr(error)},
                "exc_info": (OSError, error, error.__traceback__),
            }
        )
    said = Quiet("%(message)s").format(record)
    assert "lee@" not in said
    assert "deliver 7 OSError" in said


def test_a_new_password_ends_every_token(patient: Maren) -> None:
    token = patient.does(create_token, name="a script", until=patient.viewer.today + timedelta(days=1))
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me/").status_code == 200
    new = "a heron above the reeds"
    answer = Client()
    answer.post("/accounts/login/", {"login": patient.user.email, "password": PASSWORD})
    changed_to = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert answer.post("/accounts/password/change/", changed_to).status_code == 302
    patient.user.refresh_from_db()
    assert patient.user.check_password(new)
    assert program.get("/api/v1/me/").status_code == 401
