"""How the log says things. Pure: rows of one request come in, sentences without a pronoun for anybody go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from careteam.audit.models import BELOW, AuditEvent, Purpose
from careteam.sharing.codes import Category, Label
from careteam.sharing.pictures import RecordLine

SOMEBODY = "Somebody"
EARLIER = " (an earlier version)"
LISTED = (Category.MEASURES.value, Category.TREATMENTS.value, Category.VISITS.value)

# The room of each category, in the order in which a sentence names them.
ROOM_OF = {
    Category.GOALS: "goals",
    Category.MY_NOTES: "notes",
    Category.CLINICAL_NOTES: "notes",
    Category.MEASURES: "measures",
    Category.CHECK_INS: "checkins",
    Category.TREATMENTS: "treatments",
    Category.CONDITIONS: "conditions",
    Category.VISITS: "visits",
    Category.HARD_DAYS_PLAN: "safety",
    Category.CARE_TEAM: "care_team",
}
# A room of its own whose records the log, which knows categories, tells among those of another.
TOLD_AS = {"procedures": "treatments"}
SEVERAL = {
    "goals": "your goals",
    "notes": "{} notes",
    "measures": "your questionnaires",
    "checkins": "your check-ins and life events",
    "treatments": "your treatments",
    "conditions": "your conditions",
    "visits": "your visits and questions",
    "safety": "your plan for hard days",
    "care_team": "who is on your team",
}
ONE = {
    "goals": "a goal",
    "notes": "a note",
    "measures": "a questionnaire",
    "checkins": "a check-in or life event",
    "treatments": "a treatment",
    "conditions": "a condition",
    "visits": "a visit, question, plan or call",
    "safety": "your plan for hard days",
}
COUNTED = {
    "goals": "goals",
    "notes": "notes",
    "measures": "questionnaires",
    "checkins": "check-ins or life events",
    "treatments": "treatments",
    "conditions": "conditions",
    "visits": "visits and questions",
    "safety": "plans for hard days",
}
ON_LIST = {
    Category.MEASURES.value: "your latest score",
    Category.TREATMENTS.value: "your medicines",
    Category.VISITS.value: "your visits",
}

# What one record is called, by its kind; notes have a title, or none.
CALLED = {
    "goal": "the goal “{}”",
    "measure": "your {name} of {day}",
    "check-in": "the check-in of {day}",
    "event": "the life event “{}”",
    "medicine": "the medicine {}",
    "procedure": "the treatment {}",
    "level": "the level {}",
    "condition": "the condition {}",
    "visit": "your visit of {day}",
    "question": "the question “{}”",
    "plan": "the plan “{}”",
    "call": "your request for a call of {day}",
}
OPENED = {
    Purpose.READ.value: "opened {}.",
    Purpose.EXPORT.value: "downloaded a visit summary with {}.",
    Purpose.DIGEST.value: "opened a weekly summary with {}.",
}
DID = {
    "create": "added {}.",
    "import": "brought in {}.",
    "accept": "kept {} that was brought in.",
    "decline": "left out {} that was brought in.",
    "revise": "changed {}.",
    "send": "sent {}.",
    "sign": "signed {}.",
    "error": "marked {} as written in error.",
    "reply": "replied to {}.",
    "addendum": "added to {}.",
    "statement": "added a statement to {}.",
    "reply-revise": "changed a reply to {}.",
    "reply-withdraw": "withdrew a reply to {}.",
    "statement-revise": "changed a statement below {}.",
    "statement-withdraw": "withdrew a statement below {}.",
    "withdraw": "withdrew {}.",
    "audience": "changed who can see {}.",
    "move": "moved {} in the list.",
    "done": "marked {} as done.",
    "agree": "agreed to the day to judge {} by.",
    "propose": "proposed {}.",
    "withdraw-proposal": "withdrew {}.",
    "goal-agree": "agreed to {}.",
    "goal-discuss": "wants to talk about {}.",
    "goal-disagree": "would rather not take up {}.",
    "taken": "said how often {} was taken.",
    "correction": "proposed a correction of {}.",
    "correction-answer": "answered a proposed correction of {}.",
    "acknowledge": "marked the answer to question 9 of {} as seen.",
    "labels": "changed the sensitive topics of {}.",
    "label-add": "marked {} with a sensitive topic.",
}
TEAM = {
    "invite": "sent an invitation.",
    "invite-off": "cancelled an invitation.",
    "accept": "accepted your invitation.",
    "confirm": "confirmed {} as part of your team.",
    "until": "changed until when {} sees what you show.",
    "category-on": "began to show {what} to {}.",
    "category-off": "stopped showing {what} to {}.",
    "label-on": "began to show {what} to {}.",
    "label-off": "stopped showing {what} to {}.",
    "tell-on": "chose that {} is told of an answer to question 9.",
    "tell-off": "chose that {} is not told of an answer to question 9.",
    "stop": "ended sharing with {}.",
    "leave": "left your team.",
    "pause": "paused sharing.",
    "resume": "ended the pause in sharing.",
}
SHOWN = {
    Category.GOALS.value: "your goals",
    Category.MY_NOTES.value: "your notes",
    Category.CLINICAL_NOTES.value: "the notes that clinicians write",
    Category.MEASURES.value: "your questionnaires",
    Category.CHECK_INS.value: "your check-ins and life events",
    Category.TREATMENTS.value: "your medicines and other treatments",
    Category.CONDITIONS.value: "your conditions",
    Category.VISITS.value: "your visits and questions",
    Category.HARD_DAYS_PLAN.value: "your plan for hard days",
    Category.CARE_TEAM.value: "who is on your care team",
}


@dataclass(slots=True)
class Said:
    """What one person did in one request in one way: the rows that one sentence tells."""

    actor: UUID
    action: str
    about: UUID | None
    records: dict[str, dict[UUID, int]] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    page: bool = False


def groups(rows: Sequence[AuditEvent]) -> list[Said]:
    """The rows of one request (newest first) as what is to be said of them, newest first."""
    found: dict[tuple[UUID, str, str, UUID | None], Said] = {}
    for row in rows:
        if row.category == BELOW:
            continue  # told with what it stands below
        action = Purpose.READ.value if row.action == Purpose.OVERVIEW else row.action
        # Acts on records are told per room ("2 notes"); openings and switches are told together.
        room = ROOM_OF[Category(row.category)] if action in DID and row.category else ""
        said = found.setdefault((row.actor_id, action, room, row.about_id), Said(row.actor_id, action, row.about_id))
        if row.action == Purpose.OVERVIEW and not row.category:
            said.page = True
        elif action.endswith(("-on", "-off")) and row.category:
            said.codes.append(row.category)
        elif row.category:
            records = said.records.setdefault(ROOM_OF[Category(row.category)], {})
            for record, version in zip(row.record_ids, row.versions, strict=True):
                records[record] = max(version, records.get(record, 0))
    return list(found.values())


def sentence(said: Said, member: str, titles: Mapping[UUID, RecordLine]) -> str:
    """What was done, in words that follow a name: `opened your goals, 2 notes and your questionnaires.`"""
    if said.action in OPENED:
        things = [_opened(room, said.records[room], titles) for room in SEVERAL if said.records.get(room)]
        if not things:
            return "opened your page. Nothing was shown."
        return OPENED[said.action].format(joined(things))
    if said.records and said.action in DID:
        room, records = next(iter(said.records.items()))
        return DID[said.action].format(_changed(room, records, titles))
    if said.action in TEAM:
        what = joined(_switched(said)) if said.codes else ""
        return TEAM[said.action].format(member or SOMEBODY, what=what)
    return f"made a change ({said.action})."


def listed_on(days: Mapping[str, int], week: str) -> str:
    """`showed your latest score and your medicines on 4 days this week.`"""
    by_count: dict[int, list[str]] = {}
    for code, count in days.items():
        if count:
            by_count.setdefault(count, []).append(ON_LIST[code])
    parts = [f"{joined(things)} on {count} day{'' if count == 1 else 's'}" for count, things in by_count.items()]
    return f"showed {joined(parts)} {week}."


def refused(times: int) -> str:
    """An attempt is told without a word of what it was for: whether it is there at all is nobody's to know."""
    tried = "tried" if times == 1 else f"tried {times} times"
    return f"{tried} to open something here that is not shown. Nothing was opened."


def joined(things: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


def _opened(room: str, records: Mapping[UUID, int], titles: Mapping[UUID, RecordLine]) -> str:
    if room == "care_team" or len(records) > 1:
        return SEVERAL[room].format(len(records))
    (record, version), *_ = records.items()
    earlier = record in titles and version < titles[record].version
    return _one(room, titles.get(record)) + (EARLIER if earlier else "")


def _changed(room: str, records: Mapping[UUID, int], titles: Mapping[UUID, RecordLine]) -> str:
    if len(records) > 1:
        return f"{len(records)} {COUNTED[room]}"
    return _one(room, titles.get(next(iter(records))))


def _one(room: str, line: RecordLine | None) -> str:
    if line is None:
        return ONE[room]
    if line.kind in CALLED:
        return called(line)
    return f"the note {line.words}" if line.words.startswith("“") else ONE[room]


def called(line: RecordLine) -> str:
    """What one record is called in a sentence to its patient: `the medicine Lithium`, `your PHQ-9 of 3 May`."""
    name = line.words.partition(":")[0]  # of a questionnaire: `PHQ-9: 12, moderate`
    return CALLED[line.kind].format(line.words, name=name, day=f"{line.at.day} {line.at:%B}")


def _switched(said: Said) -> list[str]:
    if said.action.startswith("label"):
        return ["what is marked " + joined([f"“{label.label}”" for label in Label if label in said.codes])]
    return [words for code, words in SHOWN.items() if code in said.codes]
