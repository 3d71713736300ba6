"""The forms of Sharing: inviting, confirming, and the table of who sees what with the sentences that read it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django import forms

from careteam.accounts.viewer import Viewer
from careteam.sharing import team
from careteam.sharing.codes import Category, Label
from careteam.sharing.errors import Invalid
from careteam.sharing.queries import MemberView, TeamView
from careteam.sharing.whatif import Count, Shift, would_change
from frontend.forms import DayInput

# Under the topic's name in the table, and in the sentence "… can see ….".
HINTS: dict[str, str] = {
    Category.GOALS: "Your goals, their steps, and how they go",
    Category.MY_NOTES: "Except those you keep for yourself or for people you name",
    Category.CLINICAL_NOTES: "What clinicians write about your visits",
    Category.MEASURES: "The PHQ-9, GAD-7 and PHQ-2, with every answer you sent",
    Category.CHECK_INS: "How a day was, and what happened in your life",
    Category.TREATMENTS: "Also therapy, levels, what helped, and side effects",
    Category.CONDITIONS: "What you have, and when this episode began",
    Category.VISITS: "When you meet, what was decided, what you want to ask",
    Category.HARD_DAYS_PLAN: "What helps you, and whom you can reach, in your own words",
    Category.CARE_TEAM: "Names and what they do, not what they see",
}
SEEN: dict[str, str] = {
    Category.GOALS: "your goals",
    Category.MY_NOTES: "your notes",
    Category.CLINICAL_NOTES: "the notes clinicians write",
    Category.MEASURES: "your questionnaires",
    Category.CHECK_INS: "your check-ins and life events",
    Category.TREATMENTS: "your medicines and other treatments",
    Category.CONDITIONS: "your conditions",
    Category.VISITS: "your visits and questions",
    Category.HARD_DAYS_PLAN: "your plan for hard days",
    Category.CARE_TEAM: "who is on your care team",
}
# What a person's card says in one line.
BRIEF: dict[str, str] = {
    Category.GOALS: "goals",
    Category.MY_NOTES: "your notes",
    Category.CLINICAL_NOTES: "clinicians’ notes",
    Category.MEASURES: "questionnaires",
    Category.CHECK_INS: "check-ins",
    Category.TREATMENTS: "treatments",
    Category.CONDITIONS: "conditions",
    Category.VISITS: "visits",
    Category.HARD_DAYS_PLAN: "your plan for hard days",
    Category.CARE_TEAM: "who is on your team",
}
# What a count of records of each kind is called: one, several.
COUNTED: dict[str, tuple[str, str]] = {
    "goal": ("goal", "goals"),
    "note": ("note of yours", "notes of yours"),
    "clinical-note": ("note a clinician wrote", "notes clinicians wrote"),
    "measure": ("questionnaire", "questionnaires"),
    "check-in": ("check-in", "check-ins"),
    "event": ("life event", "life events"),
    "medicine": ("medicine", "medicines"),
    "procedure": ("other treatment", "other treatments"),
    "level": ("level", "levels"),
    "condition": ("condition", "conditions"),
    "visit": ("visit", "visits"),
    "question": ("question for a visit", "questions for a visit"),
    "plan": ("plan", "plans"),
    "call": ("wish for a call", "wishes for a call"),
    "hard-days": ("plan for hard days", "plans for hard days"),
}
UNKNOWN = {"invalid_choice": "There is no such topic."}
KEPT = "What is already read, printed or copied cannot be called back."


def everything(words: list[str]) -> str:
    """All of it, for a sentence: nothing is left out as "others"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def sees_in_words(member: MemberView) -> str:
    """What this person can see, in one line: `goals and medicines, and what is marked “Trauma”`. Empty for nothing."""
    topics = [BRIEF[code] for code in Category.values if code in member.categories]
    if not topics:
        return ""
    words = "all topics" if len(topics) == len(Category) else everything(topics)
    sensitive = [f"“{label.label}”" for label in Label if label in member.labels]
    return f"{words}, and what is marked {everything(sensitive)}" if sensitive else words


def counted(kinds: Iterable[Count]) -> str:
    """`3 notes of yours and 1 goal`."""
    return everything([f"{of.count} {COUNTED[of.kind][of.count != 1]}" for of in kinds])


def in_numbers(shift: Shift) -> str:
    """What saving would change today, in numbers: `Today that adds 3 notes of yours and hides 1 goal.`"""
    parts = [f"{verb} {counted(kinds)}" for verb, kinds in (("adds", shift.adds), ("hides", shift.hides)) if kinds]
    return f"Today that {' and '.join(parts)}." if parts else "Today that adds no entry and hides none."


def day_in_words(day: date, today: date) -> str:
    """`30 June`, or `30 June 2027` when that is not this year."""
    return f"{day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B %Y}"


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label="Their email address",
        help_text="At their practice or clinic, if you have it.",
        max_length=team.EMAIL_MOST,
        widget=forms.EmailInput,
    )
    role = forms.ChoiceField(
        label="What this person does for you",
        choices=[("", "Choose"), *((role, role) for role in team.ROLES)],
        error_messages={"required": "Choose what this person does."},
    )


class ConfirmForm(forms.Form):
    """What somebody sees from now on. Nothing is ticked beforehand."""

    categories = forms.MultipleChoiceField(
        label="What may this person see?",
        choices=[(code, f"{Category(code).label}\n{HINTS[code]}") for code in Category.values],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(
        label="Until when?",
        widget=DayInput,
        error_messages={"required": "Choose a date.", "invalid": "This is not a date. Choose one from the calendar."},
    )


class MemberForm(forms.Form):
    """One person's column of the table: what is on for her, and until when."""

    categories = forms.MultipleChoiceField(choices=Category.choices, required=False, error_messages=UNKNOWN)
    labels = forms.MultipleChoiceField(choices=Label.choices, required=False, error_messages=UNKNOWN)
    until = forms.DateField(
        required=False,
        widget=DayInput,
        error_messages={"invalid": "This is not a date. Choose one from the calendar."},
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = self.cleaned_data
        if not (found.get("categories") or found.get("labels")):
            self.errors.pop("until", None)  # nothing is on, so the date says nothing
        elif found.get("until"):
            try:
                team.clean_until(self.viewer, found["until"])
            except Invalid as refused:
                self.add_error("until", refused.fields["until"])
        elif "until" not in self.errors:
            self.add_error("until", "Choose a date. You can renew it before then.")
        return found


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence of what would change for one person, and what is good to know about it."""

    kind: Literal["on", "sensitive", "off", "date"]
    words: str
    notes: tuple[str, ...] = ()


class Column:
    """One confirmed member in the table: the switches as they are set in the browser, beside those in force."""

    def __init__(self, viewer: Viewer, member: MemberView, data: Mapping[str, Any] | None, *, renew: bool) -> None:
        self.viewer = viewer
        self.member = member
        lapsed = renew and member.until is None
        self.begun = lapsed or data is not None  # something is filled in that is not saved yet
        preset = team.months_after(viewer.today, team.MONTHS_PRESET)
        self.form = MemberForm(
            viewer,
            data,
            prefix=str(member.id),
            initial={
                "categories": member.expired_categories if lapsed else member.categories,
                "labels": member.expired_labels if lapsed else member.labels,
                "until": member.until or preset,
            },
        )

    @property
    def categories(self) -> frozenset[str]:
        """The topics that are switched on in the browser."""
        return frozenset(self.form["categories"].value() or ())

    @property
    def labels(self) -> frozenset[str]:
        """The sensitive topics that are switched on in the browser."""
        return frozenset(self.form["labels"].value() or ())

    @property
    def sees(self) -> str:
        """What this person can see now, in one line."""
        return sees_in_words(self.member)

    @property
    def topics(self) -> list[Row]:
        """The switches of the categories, of this person alone."""
        return [topic_row(code, [self]) for code in Category.values]

    @property
    def sensitive(self) -> list[Row]:
        """The switches of the labels, of this person alone."""
        return [sensitive_row(code, [self]) for code in Label.values]

    def cell(self, kind: Literal["categories", "labels"], code: str, sees: str) -> Cell:
        """One switch of this person."""
        name = self.form.add_prefix(kind)
        on = code in (self.categories if kind == "categories" else self.labels)
        return Cell(f"{name}-{code}", name, code, on, self.member.name, sees)

    @property
    def until(self) -> date:
        """The last day; today where nothing is on and it does not matter."""
        found: date | None = self.form.cleaned_data.get("until") if self.categories or self.labels else None
        return found or self.viewer.today

    @property
    def problem(self) -> str:
        """What keeps this column from being saved."""
        return " ".join(str(words) for found in self.form.errors.values() for words in found)

    @property
    def last(self) -> str:
        """The last day as the date field holds it."""
        return str(self.form["until"].value() or "")

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that carry the column through the review."""
        return [
            *((self.form.add_prefix("categories"), code) for code in sorted(self.categories)),
            *((self.form.add_prefix("labels"), code) for code in sorted(self.labels)),
            (self.form.add_prefix("until"), self.last),
        ]

    def shift(self) -> Shift:
        """How many entries saving would show and hide, by the rule itself."""
        return would_change(
            self.viewer, self.member.id, categories=self.categories, labels=self.labels, until=self.until
        )

    def changes(self) -> Iterator[Change]:
        """What would change for this person, read back in sentences."""
        name, today, member = self.member.name, self.viewer.today, self.member
        last = day_in_words(self.until, today)
        on = [SEEN[code] for code in Category.values if code in self.categories - member.categories]
        off = [SEEN[code] for code in Category.values if code in member.categories - self.categories]
        if on:
            words = f"From now until {last}, {name} can see {everything(on)}. You can stop this at any time."
            notes = Category.MY_NOTES in self.categories - member.categories
            yield Change(
                "on", words, ("Notes for yourself, or for people you name, stay as they are.",) if notes else ()
            )
        within = [SEEN[code] for code in Category.values if code in self.categories - {Category.CARE_TEAM}]
        note = f"Until {last}, within the topics that are on: {everything(within)}."
        for code in Label.values:
            if code in self.labels - member.labels:
                words = f"This shows {name} everything marked “{Label(code).label}”, old and new. Share it?"
                yield Change(
                    "sensitive", words, (note if within else "It shows once one of the topics is on as well.",)
                )
        if off:
            words = f"{name} no longer sees {everything(off)}."
            mix = member.prescribes and Category.TREATMENTS in member.categories - self.categories
            warning = f"Some medicines do not mix. {name} will not see yours."
            yield Change("off", words, (warning, KEPT) if mix else (KEPT,))
        for code in Label.values:
            if code in member.labels - self.labels:
                yield Change("off", f"{name} no longer sees what is marked “{Label(code).label}”.", (KEPT,))
        stays = self.categories & member.categories or self.labels & member.labels
        if stays and member.until and self.until != member.until:
            before = day_in_words(member.until, today)
            words = f"What {name} sees already stays on until {last}. Before, it was until {before}."
            yield Change("date", words)


@dataclass(frozen=True, slots=True)
class Cell:
    """One switch."""

    id: str
    name: str
    value: str
    on: bool
    who: str
    sees: str


@dataclass(frozen=True, slots=True)
class Row:
    """One topic with a switch for each person."""

    words: str
    hint: str
    cells: tuple[Cell, ...]


def topic_row(code: str, columns: Sequence[Column]) -> Row:
    """The switches of a category."""
    cells = (column.cell("categories", code, SEEN[code]) for column in columns)
    return Row(str(Category(code).label), HINTS[code], tuple(cells))


def sensitive_row(code: str, columns: Sequence[Column]) -> Row:
    """The switches of a label."""
    words = str(Label(code).label)
    cells = (column.cell("labels", code, f"what is marked “{words}”") for column in columns)
    return Row(words, "", tuple(cells))


class Table:
    """Who sees what: a column for each confirmed member that the browser knew of."""

    def __init__(
        self, viewer: Viewer, shown: TeamView, data: Mapping[str, Any] | None = None, *, renew: UUID | None = None
    ) -> None:
        members = [member for member in shown.members if member.state == "member"]
        if data is not None:  # somebody who joined meanwhile was not on her page, so nothing of his was decided
            members = [member for member in members if f"{member.id}-until" in data]
        self.columns = [Column(viewer, member, data, renew=member.id == renew) for member in members]
        known = {column.member.id: column for column in self.columns}
        # On a phone each person has a form of her own: what was sent of one leaves the others as they are in force.
        self.people = [
            known.get(member.id) or Column(viewer, member, None, renew=False)
            for member in shown.members
            if member.state == "member"
        ]

    def is_valid(self) -> bool:
        """Whether every column can be saved."""
        return not self.wrong

    @property
    def wrong(self) -> list[Column]:
        """The columns that cannot be saved."""
        return [column for column in self.columns if column.problem]

    @property
    def topics(self) -> list[Row]:
        """The rows of the categories."""
        return [topic_row(code, self.columns) for code in Category.values]

    @property
    def sensitive(self) -> list[Row]:
        """The rows of the labels."""
        return [sensitive_row(code, self.columns) for code in Label.values]

    def changes(self) -> list[tuple[Column, list[Change]]]:
        """The people for whom something would change, with their sentences."""
        found = [(column, list(column.changes())) for column in self.columns]
        return [(column, changes) for column, changes in found if changes]

    @staticmethod
    def read(changes: list[tuple[Column, list[Change]]]) -> str:
        """The mark of what was read back: saving asks for the same, so that nothing counts that was not read."""
        words = [f"{column.member.id} {change.words}" for column, of in changes for change in of]
        return sha256("\n".join(words).encode()).hexdigest()
