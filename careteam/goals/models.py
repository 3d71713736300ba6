"""Goal: what a person is working toward."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.goals.codes import Achievement, Status
from careteam.goals.steps import Step, from_json
from careteam.sharing.codes import Category
from careteam.sharing.records import Record

WORDS_MOST = 500


class Goal(Record):
    """A goal in the patient's own words, hers to decide about. `target` is a partial date as text, "" is not set.

    `reason` is why it matters to her. `accepts_as` is the status that an import takes on once it is accepted.
    """

    category = Category.GOALS
    kind = "goal"
    content = ("words", "reason", "steps", "achievement", "target", "status")

    words = models.CharField(max_length=WORDS_MOST)
    reason = models.CharField(max_length=WORDS_MOST, blank=True)  # "why" elsewhere: `revise` has a `why` of its own
    steps = models.JSONField(default=list)
    achievement = models.CharField(max_length=14, choices=Achievement.choices, blank=True)
    target = models.CharField(max_length=10, blank=True)
    accepts_as = models.CharField(max_length=16, choices=Status.choices, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="goal_status"),
        ]

    @property
    def listed_steps(self) -> tuple[Step, ...]:
        """The steps in the patient's order."""
        return tuple(from_json(step) for step in self.steps)
