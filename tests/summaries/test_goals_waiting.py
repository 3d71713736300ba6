"""Goals that wait for a clinician's answer, in her weekly summary as it is opened."""

from __future__ import annotations

from careteam.audit.models import AuditEvent, Purpose
from careteam.goals.agreeing import answer_goal, propose_goal
from careteam.goals.models import Goal
from careteam.goals.queries import awaiting
from careteam.goals.services import add_goal, edit_goal, set_status
from careteam.sharing.services import set_audience
from careteam.summaries.digests import digest
from tests.conftest import Clinician, Maren
from tests.summaries.test_digests import writes


def test_a_goal_waits_for_whom_it_asks_until_she_answers_and_again_when_its_words_change(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    other_patient.does(add_goal, words="Somebody else's")
    asked = patient.does(add_goal, words="Walk", agree_with=[psychiatrist.id])
    hidden = patient.does(add_goal, words="Hidden", agree_with=[psychiatrist.id], audience="only_me")
    proposed = psychiatrist.does(propose_goal, patient.id, words="Sleep")
    week = writes(psychiatrist)

    def waits(who: Clinician) -> list[object]:
        return [one.id for one in who.does(awaiting, [patient.id, other_patient.id], purpose=Purpose.DIGEST)]

    assert (waits(psychiatrist), waits(gp)) == ([asked], [])
    (part,) = psychiatrist.does(digest, week.pk).parts
    assert [one.words for one in part.waiting] == ["Walk"]
    answer = {"answer": "pending", "comment": "how far?"}
    psychiatrist.does(answer_goal, patient.id, asked, **answer)
    assert waits(psychiatrist) == []
    words = {"why": "", "steps": [], "target": ""}
    patient.does(edit_goal, asked, words="Walk to the corner", **words, expected=1)
    patient.does(edit_goal, proposed, words="Sleep by eleven", **words, expected=1)
    assert set(waits(psychiatrist)) == {asked, proposed}
    patient.does(set_status, asked, status="cancelled", expected=2)
    assert waits(psychiatrist) == [proposed]
    patient.does(set_audience, Goal, hidden, audience="category")
    assert set(waits(psychiatrist)) == {proposed, hidden}
    patient.pauses()
    assert waits(psychiatrist) == []
    with patient.acting():
        told = AuditEvent.objects.filter(actor_id=psychiatrist.id, action="digest").values_list("record_ids", flat=True)
        assert {one for ids in told for one in ids} == {asked, proposed, hidden}
