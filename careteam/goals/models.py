"""Goal: what a person is working toward; below it, what those whom it asks to agree said of its words."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from careteam.goals import scale
from careteam.goals.codes import Acceptance, Achievement, Status
from careteam.goals.scale import Scale
from careteam.goals.steps import Step, from_json
from careteam.sharing.codes import Category
from careteam.sharing.records import Record, Reply

WORDS_MOST = 500


class Goal(Record):
    """A goal in the patient's own words, hers to decide about. `target` is a partial date as text, "" is not set.

    `reason` is why it matters to her. `accepts_as` is the status that an import takes on once it is accepted.
    `agree_with` holds the accounts of the clinicians it asks to agree, `wording` the version in which the words they
    agree to were last written. `status` is what its patient said (standing.py says where it stands); `level` is a
    rating on `scale`. A clinician may propose one: it is its patient's to take up, change or leave all the same.
    """

    category = Category.GOALS
    kind = "goal"
    proposed_as = Status.PROPOSED.value
    content = (
        "words",
        "reason",
        "exactly",
        "measured",
        "realistic",
        "steps",
        "achievement",
        "target",
        "status",
        "agree_with",
        "scale",
        "level",
    )

    words = models.CharField(max_length=WORDS_MOST)
    reason = models.CharField(max_length=WORDS_MOST, blank=True)  # "why" elsewhere: `revise` has a `why` of its own
    exactly = models.CharField(max_length=WORDS_MOST, blank=True)
    measured = models.CharField(max_length=WORDS_MOST, blank=True)
    realistic = models.CharField(max_length=WORDS_MOST, blank=True)
    steps = models.JSONField(default=list)
    achievement = models.CharField(max_length=14, choices=Achievement.choices, blank=True)
    target = models.CharField(max_length=10, blank=True)
    agree_with = models.JSONField(default=list)
    wording = models.IntegerField(default=1)
    scale = models.JSONField(default=dict)
    level = models.SmallIntegerField(null=True)
    accepts_as = models.CharField(max_length=16, choices=Status.choices, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="goal_status"),
            # Whether one that asks others is active, they say: it is never kept so.
            models.CheckConstraint(condition=~Q(status="active") | Q(agree_with=[]), name="goal_asks"),
            models.CheckConstraint(
                condition=~Q(status="proposed") | ~Q(agree_with=[]), name="goal_proposed_to_somebody"
            ),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(-2, 2)) & ~Q(scale={}), name="goal_level"),
        ]

    @property
    def listed_steps(self) -> tuple[Step, ...]:
        """The steps in the patient's order."""
        return tuple(from_json(step) for step in self.steps)

    @property
    def asked(self) -> tuple[UUID, ...]:
        """The accounts of those it asks to agree."""
        return tuple(UUID(one) for one in self.agree_with)

    @property
    def levels(self) -> Scale | None:
        """Its scale, when one was written."""
        return scale.from_json(self.scale)


class GoalAcceptance(Reply):
    """Below a goal: what its patient, or a clinician it names, said of its words as they stood in `about_version`.

    Whoever sees the goal sees it. Nothing is changed: who thinks again says something else.
    """

    answer = models.CharField(max_length=8, choices=Acceptance.choices)
    comment = models.TextField(blank=True)
    about_version = models.IntegerField()

    class Meta(Reply.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(answer__in=Acceptance.values), name="goalacceptance_answer")
        ]

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Goals alone."""
        return (Goal,)
