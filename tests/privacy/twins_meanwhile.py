"""What others do in the middle of a walk, in the whole world alone: nothing of it may be told to whoever walks.

Each is done as people do it, through the services, so that whatever they touch besides is touched as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.checkins.services import add_event
from careteam.conditions.services import add_condition
from careteam.goals.services import add_goal
from careteam.measures.services import begin, pause_reminder, save_answers
from careteam.notes.models import NoteReply
from careteam.notes.services import add_note, draft_clinical_note, reply, withdraw_reply
from careteam.procedures.services import add_level, add_procedure
from careteam.safety.services import write_plan
from careteam.sharing import oracle, team
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.services import set_audience, set_labels, withdraw
from careteam.summaries.queries import overview
from careteam.treatments.services import add_medicine
from careteam.visits.services import add_question, add_visit, move_question
from tests.privacy.twins_world import Twins
from tests.sharing.kinds import CLINICAL, below
from tests.sharing.worlds import AT, CLINICIANS, PATIENTS

WORD = "kittiwake"  # in no other word of these worlds
ONLY_ME = {"audience": "only_me"}
Act = Callable[[], object]


@dataclass
class Meanwhile:
    """Somebody else at work: a patient whose record it is, or another clinician."""

    pick: Random
    twins: Twins

    def happens(self) -> None:
        """One of all that could happen now. What is refused did not happen."""
        with suppress(NotFound, Invalid, Conflict):
            self.pick.choice(list(self.possible()))()

    def possible(self) -> Iterator[Act]:
        """What others could do now of which the walker is told nothing."""
        world, viewer = self.twins.sketch.world, self.twins.viewer
        for patient in range(PATIENTS):
            for clinician in range(PATIENTS, PATIENTS + CLINICIANS):
                if clinician != viewer and oracle.memberships(world, clinician, patient):
                    words = {"text": WORD, "title": WORD}
                    yield partial(self.does, clinician, draft_clinical_note, self.id(patient), **words)
                    if viewer != patient:  # a patient is told who looks
                        yield partial(self.does, clinician, overview, self.id(patient))
            if patient != viewer:
                yield from self._of(patient)

    def id(self, person: int) -> UUID:
        """The account of one of the five."""
        return self.twins.ids.people[person]

    def does(self, person: int, what: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do it as this person."""
        viewer = Viewer.of(User.objects.get(pk=self.id(person)))
        with acting_as(viewer):
            return what(viewer, *args, **kwargs)

    # -- A patient, on her own record ----------------------------------------------------------------------------------
    def _of(self, patient: int) -> Iterator[Act]:
        in_days = timezone.now().replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=2)
        for add, words in (
            (add_note, {"text": WORD}),
            (add_goal, {"words": WORD}),
            (add_medicine, {"name": WORD}),
            (add_procedure, {"code": "ect", "start": "2026"}),
            (add_level, {"substance": WORD, "value": "1", "unit": "mg", "on": "2026"}),
            (add_condition, {"name": WORD}),
            (write_plan, {"parts": [{"words": WORD}]}),
            (add_event, {"words": WORD, "on": "2026"}),
            (add_visit, {"start": in_days, "with_words": WORD}),
            (add_question, {"words": WORD}),
        ):
            yield partial(self.does, patient, add, **words, **ONLY_ME)
        yield partial(self._pauses, patient)
        yield partial(self._answers_for_herself, patient)
        yield partial(self._puts_a_hidden_question_first, patient)
        yield partial(self.does, patient, team.invite, email="newcomer@example.org", role="Nurse")
        for item in self.twins.sketch.world.items:
            if item.patient == patient and item.status not in oracle.DRAFTS and not item.withdrawn:
                seen = oracle.may_see(self.twins.sketch.world, self.twins.viewer, item, AT)
                yield from (self._with_seen if seen else self._with_hidden)(patient, item)
        yield from self._with_the_team(patient)

    def _pauses(self, patient: int) -> None:
        """And goes on; where she had paused before, she stays paused."""
        if patient not in self.twins.sketch.world.paused:
            self.does(patient, team.pause)
            self.does(patient, team.resume)

    def _answers_for_herself(self, patient: int) -> None:
        form = self.does(patient, begin)
        self.does(patient, save_answers, form, {1: 3, 9: 2})
        self.does(patient, save_answers, self.does(patient, begin, "gad-7"), {1: 3})
        self.does(patient, pause_reminder, "phq-9")

    def _puts_a_hidden_question_first(self, patient: int) -> None:
        question = self.does(patient, add_question, words=WORD, **ONLY_ME)
        self.does(patient, move_question, question, up=True)

    def _with_hidden(self, patient: int, item: oracle.Item) -> Iterator[Act]:
        """A record the walker does not see is hidden further, marked, or withdrawn."""
        model, one = self.twins.sketch.model(item), self.twins.ids.items[item.id]
        yield partial(self.does, patient, set_audience, model, one, **ONLY_ME)
        yield partial(self.does, patient, set_labels, model, one, labels=sorted({*item.labels, "sex_relationships"}))
        if model not in CLINICAL and self.twins.viewer not in item.opened:
            yield partial(self.does, patient, withdraw, model, one)

    def _with_seen(self, patient: int, item: oracle.Item) -> Iterator[Act]:
        """A record she goes on seeing is shown to her by name; something is written below a note and taken back."""
        model, one = self.twins.sketch.model(item), self.twins.ids.items[item.id]
        member = oracle.memberships(self.twins.sketch.world, self.twins.viewer, patient)[0]
        named = [self.twins.ids.members[member.id]]
        yield partial(self.does, patient, set_audience, model, one, audience="named", named=named)
        if NoteReply in below(model):
            yield partial(self._writes_below_and_takes_it_back, patient, one)

    def _writes_below_and_takes_it_back(self, patient: int, note: UUID) -> None:
        written = self.does(patient, reply, note, text=WORD)
        self.does(patient, withdraw_reply, written)

    def _with_the_team(self, patient: int) -> Iterator[Act]:
        """Others see more or less; what is shown to the walker is renewed to another day."""
        world = self.twins.sketch.world
        until = timezone.now().date() + timedelta(days=self.pick.randint(30, 300))
        for member in world.members:
            if member.patient != patient or member.ended or not member.confirmed:
                continue
            on = oracle.switched_on(world, member, AT)
            categories, labels = ([code for its, code in sorted(on) if its == kind] for kind in ("category", "label"))
            shown = {"categories": categories, "labels": labels}
            if member.user != self.twins.viewer:
                shown = {"categories": ["goals"], "labels": []}
            yield partial(self.does, patient, team.share, self.twins.ids.members[member.id], until=until, **shown)
