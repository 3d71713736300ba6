"""Agreeing on a goal: a clinician proposes one, its patient and those it names say what they think of its words.

What somebody said is about the words as they stood; when they are written anew everybody is asked anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import record_act
from careteam.goals.codes import COMMENT_MOST, Acceptance, Status
from careteam.goals.models import Goal, GoalAcceptance
from careteam.goals.standing import OPEN_TO_ANSWERS, Said, agreed, answers, stands
from careteam.goals.steps import Step
from careteam.goals.words import written
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import Context, listed, who_can_see
from careteam.sharing.queries import must_be_open
from careteam.sharing.records import one_visible
from careteam.sharing.services import clean_choice, clean_labels, clean_text, created, keep

TOLD = {Acceptance.AGREE: "goal-agree", Acceptance.DISCUSS: "goal-discuss", Acceptance.DISAGREE: "goal-disagree"}
MEANWHILE = "This goal was answered or changed meanwhile. It is the patient’s now; you can say what you think of it."
CLOSED = "This goal is not open any more, so there is nothing to agree to."


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of those who agree on a goal, and what she said of its words as they stand ("": nothing yet).

    `away`, for its patient alone, says why somebody cannot answer now.
    """

    user: UUID
    name: str
    is_patient: bool
    you: bool
    answer: str
    answer_words: str
    comment: str
    at: datetime | None
    away: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody said of a goal; `earlier`: of words that were changed since."""

    name: str
    you: bool
    answer: str
    answer_words: str
    comment: str
    at: datetime
    earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How it stands with agreeing on a goal. `words` is one sentence; `remarks` is everything said, oldest first.

    `waits_for_you`: the reader is asked, and has said nothing of the words as they stand. `may_withdraw`: she proposed
    it, and nobody has said or done anything with it yet.
    """

    reached: bool
    words: str
    parties: tuple[Party, ...]
    may_answer: bool
    waits_for_you: bool
    may_withdraw: bool
    remarks: tuple[Remark, ...]


# -- Writing -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose_goal(
    viewer: Viewer,
    patient: UUID,
    *,
    words: str,
    why: str = "",
    exactly: str = "",
    measured: str = "",
    realistic: str = "",
    steps: Sequence[Step] = (),
    target: str | None = None,
    labels: Collection[str] = (),
) -> UUID:
    """For a clinician: lay a goal before a patient of hers, who takes it up, changes it or does not. She agrees to it
    herself by proposing it. Works while sharing is paused, and whatever is shown to her.

    Raises Invalid beside any field, NotFound for one who is not on the team.
    """
    must_be_open(viewer, patient)
    if not viewer.is_clinician:
        raise NotFound
    goal = Goal(
        patient_id=patient,
        author_id=viewer.user,
        status=Status.PROPOSED,
        agree_with=[str(viewer.user)],
        audience=Audience.CATEGORY,
        labels=clean_labels(labels),
        **written(
            words=words, why=why, exactly=exactly, measured=measured, realistic=realistic, steps=steps, target=target
        ),
    )
    return created(viewer, goal, action="propose")


@transaction.atomic
def withdraw_proposal(viewer: Viewer, patient: UUID, goal: UUID) -> None:
    """For the clinician who proposed it: withdraw a goal that nobody has answered. Said twice, it is said once.

    It is closed and stays to be read; its patient may take it up all the same. Raises Invalid ("") when somebody said
    or changed anything of it, NotFound when it is not hers or not visible.
    """
    found = one_visible(Goal, viewer, goal, lock=False)
    if found.patient_id != patient or found.author_id != viewer.user or not viewer.is_clinician or found.withdrawn_at:
        raise NotFound
    said = heard(viewer, [found], Purpose.CHECK)
    if said.unproposed(found):
        return
    if not said.untouched(found):
        raise Invalid(**{"": MEANWHILE})
    accept(viewer, found, Acceptance.DISAGREE)
    record_act(viewer, "withdraw-proposal", patient, category=found.category, records=[(found.id, found.version)])


@transaction.atomic
def answer_goal(
    viewer: Viewer, patient: UUID, goal: UUID, *, answer: str, comment: str = "", wording: int | None = None
) -> None:
    """Say what one thinks of a goal's words: its patient, or a clinician it names. The same said twice is said once.

    `answer` is a code of `Acceptance`, `comment` holds 4,000 characters, `wording` is the version of the words that
    were read. A patient's no to what a clinician proposed closes it, and a later yes opens it again.
    Raises Invalid (answer, comment, "" for a goal that is closed), NotFound, Conflict.
    """
    found = one_visible(Goal, viewer, goal, lock=viewer.patient == patient)
    hers = found.patient_id == viewer.patient
    if found.patient_id != patient or found.is_draft or found.withdrawn_at or not found.agree_with:
        raise NotFound
    if not hers and viewer.user not in found.asked:
        raise NotFound
    said = Acceptance(clean_choice(Acceptance, answer, "answer"))
    words = clean_text(comment, "comment", COMMENT_MOST, required=False)
    if wording is not None and wording != found.wording:
        raise Conflict(found.version)
    if found.status not in OPEN_TO_ANSWERS and not (hers and found.status == Status.REJECTED):
        raise Invalid(**{"": CLOSED})
    before = GoalAcceptance.below(viewer, [goal], purpose=Purpose.CHECK, author_id=viewer.user)
    last = before[-1] if before else None
    if last and (last.answer, last.comment, last.about_version) == (said, words, found.wording):
        return
    accept(viewer, found, said, words)
    record_act(viewer, TOLD[said], patient, category=found.category, records=[(found.id, found.version)])
    if hers and said == Acceptance.DISAGREE and found.author_id != viewer.user:
        keep(viewer, found, status=Status.REJECTED)
    elif hers and found.status == Status.REJECTED:
        keep(viewer, found, status=Status.PROPOSED)


def accept(viewer: Viewer, goal: Goal, answer: Acceptance, comment: str = "") -> None:
    """Write down what the viewer says of these words."""
    GoalAcceptance(
        patient_id=goal.patient_id,
        author_id=viewer.user,
        about_id=goal.id,
        about_version=goal.wording,
        answer=answer,
        comment=comment,
        recorded_at=Now(),
        changed_at=Now(),
    ).save(force_insert=True)


# -- Reading -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Heard:
    """What was said below some goals, with the names of those they ask; at most two statements for all of them."""

    said: Mapping[UUID, Sequence[GoalAcceptance]]
    names: Mapping[UUID, str]

    def both(self, goal: Goal) -> bool:
        """Whether both sides agreed to the words as they stand."""
        return agreed(goal.patient_id, goal.asked, self._answers(goal))

    def untouched(self, goal: Goal) -> bool:
        """Whether a clinician proposed it and nobody but she has said or changed anything of it."""
        proposed = goal.author_id != goal.patient_id and goal.status == Status.PROPOSED and goal.version == 1
        return proposed and set(self._answers(goal)) == {goal.author_id}

    def unproposed(self, goal: Goal) -> bool:
        """Whether she has withdrawn it before anybody else did anything."""
        return self.untouched(goal) and self._answers(goal)[goal.author_id] == Acceptance.DISAGREE

    def status(self, goal: Goal) -> Status:
        """Where it stands, in FHIR's words."""
        return Status.CANCELLED if self.unproposed(goal) else stands(goal.status, goal.asked, self.both(goal))

    def status_words(self, goal: Goal) -> str:
        """The same for people."""
        return "Withdrawn" if self.unproposed(goal) else str(self.status(goal).label)

    def agreement(self, goal: Goal, viewer: Viewer, shared: Context) -> Agreement | None:
        """The whole of it for one reader; None for a goal that asks nobody."""
        if not goal.agree_with:
            return None
        found = self._answers(goal)
        rows = [one for one in self.said.get(goal.id, ()) if one.withdrawn_at is None]
        last = {one.author_id: one for one in rows if one.about_version == goal.wording}
        may = viewer.user in (goal.patient_id, *goal.asked) and goal.withdrawn_at is None
        unproposed = self.unproposed(goal)
        may = may and (
            goal.status in OPEN_TO_ANSWERS or (goal.status == Status.REJECTED and viewer.user == goal.patient_id)
        )
        parties = tuple(
            self._party(goal, who, found.get(who, ""), last.get(who), viewer, shared)
            for who in (goal.patient_id, *goal.asked)
        )
        return Agreement(
            reached=agreed(goal.patient_id, goal.asked, found),
            words=_withdrawn_by(parties)
            if unproposed
            else _sentence(goal, parties, agreed(goal.patient_id, goal.asked, found)),
            parties=parties,
            may_answer=may,
            waits_for_you=may and not unproposed and goal.status != Status.REJECTED and viewer.user not in found,
            may_withdraw=viewer.user == goal.author_id and may and not unproposed and self.untouched(goal),
            remarks=tuple(
                Remark(
                    name=one.author.name,
                    you=one.author_id == viewer.user,
                    answer=one.answer,
                    answer_words=str(Acceptance(one.answer).label),
                    comment=one.comment,
                    at=viewer.local(one.recorded_at),
                    earlier=one.about_version != goal.wording,
                )
                for one in rows
                if one.author_id in (goal.patient_id, *goal.asked)
            ),
        )

    def _answers(self, goal: Goal) -> Mapping[UUID, str]:
        first = Said(goal.author_id, Acceptance.AGREE, 1)  # who writes it down agrees to what she wrote
        rows = (one for one in self.said.get(goal.id, ()) if one.withdrawn_at is None)
        return answers([first, *(Said(one.author_id, one.answer, one.about_version) for one in rows)], goal.wording)

    def _party(
        self, goal: Goal, who: UUID, answer: str, row: GoalAcceptance | None, viewer: Viewer, shared: Context
    ) -> Party:
        hers = who == goal.patient_id
        return Party(
            user=who,
            name=shared.patient_name if hers else self.names.get(who, ""),
            is_patient=hers,
            you=who == viewer.user,
            answer=answer,
            answer_words=str(Acceptance(answer).label) if answer else "",
            comment=row.comment if row else "",
            at=viewer.local(row.recorded_at if row else goal.recorded_at) if answer else None,
            away="" if hers or viewer.patient != goal.patient_id else _away(goal, who, shared),
        )


def heard(viewer: Viewer, goals: Collection[Goal], purpose: Purpose) -> Heard:
    """What was said below these goals, which were disclosed already; at most two statements, and one for the log."""
    asking = [goal for goal in goals if goal.agree_with]
    said: dict[UUID, list[GoalAcceptance]] = {}
    if not asking:
        return Heard(said, {})
    for row in GoalAcceptance.below(viewer, [goal.id for goal in asking], purpose=purpose):
        said.setdefault(row.about_id, []).append(row)
    users = {who for goal in asking for who in goal.asked}
    return Heard(said, dict(User.objects.filter(pk__among=list(users)).values_list("pk", "name")))


def _away(goal: Goal, who: UUID, shared: Context) -> str:
    """Why somebody whom a goal names cannot answer now: for its patient, who alone knows what is shown to whom."""
    if who not in {member.user for member in shared.sight.members}:
        return "Not on your team now."
    seeing = who_can_see(
        shared.sight, goal.category, goal.labels, goal.audience, shared.named.get(goal.id, frozenset())
    )
    return "" if who in {member.user for member in seeing} else "Cannot see this goal now."


def _withdrawn_by(parties: Sequence[Party]) -> str:
    who = next(one for one in parties if one.answer == Acceptance.DISAGREE)
    return f"Withdrawn by {'you' if who.you else who.name}."


def _sentence(goal: Goal, parties: Sequence[Party], both: bool) -> str:
    """How it stands, in one sentence."""

    def names(those: Collection[Party]) -> str:
        return listed(["you" if one.you else one.name for one in those])

    if goal.status == Status.REJECTED:
        return "Not taken up."
    yes = [one for one in parties if one.answer == Acceptance.AGREE]
    if both:
        rest = [one for one in parties if one.answer == Acceptance.DISAGREE]
        beside = f" {_upper(names(rest))} would rather not." if rest else ""
        return f"Agreed by {names(yes)}.{beside}"
    open_ = [one for one in parties if one.answer == ""]
    talk = [one for one in parties if one.answer in (Acceptance.DISCUSS, Acceptance.DISAGREE)]
    said = [f"Agreed by {names(yes)}." if yes else ""]
    said += [f"Waiting for {names(open_)}." if open_ else ""]
    said += [f"To talk about, with {names(talk)}." if talk else ""]
    return " ".join(part for part in said if part)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def clean_asked(given: Collection[UUID], team: Collection[UUID], before: Collection[str]) -> list[str]:
    """The accounts of those a goal asks, in a steady order; who was asked before may stay. Raises Invalid."""
    wanted = {str(one) for one in given}
    known = list(dict.fromkeys([*before, *map(str, team)]))
    if not wanted <= set(known):
        raise Invalid(agree_with="Choose somebody on your team.")
    return [one for one in known if one in wanted]
