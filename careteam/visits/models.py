"""Encounter (a visit), Question, TrackingPlan, CommunicationRequest (asking for a call) and the Reply that ends one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from careteam.accounts.models import User
from careteam.sharing.codes import Category
from careteam.sharing.records import Record, Reply
from careteam.visits.codes import ACTIVE, Mode

NAME_MOST = 200
WORDS_MOST = 500
TEXT_MOST = 4_000
MINUTES_MOST = 24 * 60
WEEKS_MOST = 12


class Encounter(Record):
    """A visit, whose start is its `effective_at`. With somebody of the team (`practitioner`) or in free words.

    The person is kept, not the membership: her name travels with the visit, whoever may know the team.
    """

    category = Category.VISITS
    kind = "visit"
    correctable = True
    content = ("effective_at", "minutes", "with_words", "mode", "place", "decisions", "status")

    minutes = models.PositiveSmallIntegerField(null=True)
    practitioner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    with_words = models.CharField(max_length=NAME_MOST, blank=True)
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True)
    place = models.CharField(max_length=NAME_MOST, blank=True)
    decisions = models.TextField(blank=True)

    class Meta(Record.Meta):
        pass

    @property
    def with_name(self) -> str:
        """With whom, as a page says it."""
        return self.practitioner.name if self.practitioner else self.with_words

    def as_content(self) -> dict[str, Any]:
        """Its words, with the name of the person in place of her id."""
        return {**super().as_content(), "with_words": self.with_name}


class Question(Record):
    """A question to bring to a visit, with its answer. `priority` is her own order, smallest first."""

    category = Category.VISITS
    kind = "question"
    correctable = True
    content = ("words", "answer", "status")

    words = models.CharField(max_length=WORDS_MOST)
    priority = models.IntegerField()
    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)

    class Meta(Record.Meta):
        pass


class TrackingPlan(Record):
    """How one clinician and the patient check progress: which forms, how often, what counts as better, next review."""

    category = Category.VISITS
    kind = "plan"
    content = ("measures", "weeks", "better", "review")

    practitioner = models.ForeignKey(User, models.PROTECT, related_name="+")
    measures = ArrayField(models.CharField(max_length=16))
    weeks = models.PositiveSmallIntegerField()
    better = models.CharField(max_length=WORDS_MOST, blank=True)
    review = models.CharField(max_length=10, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient", "practitioner"],
                condition=Q(withdrawn_at=None, status=ACTIVE),
                name="one_plan_a_person",
            ),
        ]


class CommunicationRequest(Record):
    """Asking for a call: open until she withdraws it, or somebody who sees it marks it as done. Never a promise."""

    category = Category.VISITS
    kind = "call"
    content = ("words",)

    words = models.CharField(max_length=NAME_MOST, blank=True)

    class Meta(Record.Meta):
        pass


class CallDone(Reply):
    """Below a call: somebody who sees it has seen to it. The patient's own row stays as she wrote it."""

    class Meta(Reply.Meta):
        pass

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Calls alone."""
        return (CommunicationRequest,)
