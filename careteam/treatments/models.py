"""MedicationStatement: one medicine as its patient tells of it; below it, days it was taken and who agreed to a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from careteam.accounts.models import Role
from careteam.sharing.codes import Category
from careteam.sharing.outcomes import Helped, StopReason
from careteam.sharing.partial import PartialDate, partial
from careteam.sharing.records import Record, Reply
from careteam.treatments.codes import Status
from careteam.treatments.doses import DosePeriod, from_json

NAME_MOST = 200
PURPOSE_MOST = 500
WORDS_MOST = 4_000
INGREDIENT_MOST = 60
WEEK = 7


class MedicationStatement(Record):
    """A medicine, its name exactly as typed or imported. `start` and `end` are partial dates as text, "" is not known.

    `effective_at` is the earliest the start can mean, for order alone: pages print `start`. `accepts_as` is the status
    that an import takes on once it is accepted. `ingredient` is what she said it is, a name of the dose table; `best`
    and `at_end` are per cent better, None is not answered; `judge_by` is the day to judge it by.
    """

    category = Category.TREATMENTS
    kind = "medicine"
    correctable = True
    content = (
        "name",
        "purpose",
        "route_form",
        "as_needed",
        "periods",
        "start",
        "end",
        "status",
        "stop_reason",
        "stopped_why",
        "helped",
        "best",
        "at_end",
        "side_effects",
        "ingredient",
        "judge_by",
        "codes",
    )

    name = models.CharField(max_length=NAME_MOST)
    purpose = models.CharField(max_length=PURPOSE_MOST, blank=True)
    route_form = models.CharField(max_length=NAME_MOST, blank=True)
    as_needed = models.BooleanField(default=False)
    periods = models.JSONField(default=list)
    start = models.CharField(max_length=10, blank=True)
    end = models.CharField(max_length=10, blank=True)
    stop_reason = models.CharField(max_length=12, choices=StopReason.choices, blank=True)
    stopped_why = models.TextField(blank=True)
    helped = models.CharField(max_length=11, choices=Helped.choices, blank=True)
    best = models.PositiveSmallIntegerField(null=True)
    at_end = models.PositiveSmallIntegerField(null=True)
    side_effects = models.TextField(blank=True)
    ingredient = models.CharField(max_length=INGREDIENT_MOST, blank=True)
    judge_by = models.DateField(null=True)
    codes = models.JSONField(default=list)
    accepts_as = models.CharField(max_length=16, choices=Status.choices, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="medicationstatement_status"),
            models.CheckConstraint(
                condition=Q(best=None) | Q(best__lte=100) & (Q(at_end=None) | Q(at_end__lte=F("best"))),
                name="medicationstatement_better",
            ),
        ]

    @property
    def doses(self) -> tuple[DosePeriod, ...]:
        """The steps of the dose, in order."""
        return tuple(from_json(period) for period in self.periods)

    @property
    def began(self) -> PartialDate | None:
        """When it began, as exactly as was said."""
        return partial(self.start)

    @property
    def ended(self) -> PartialDate | None:
        """When it ended or will end, as exactly as was said."""
        return partial(self.end)


class TakenDays(Reply):
    """Below a medicine: on how many of the seven days up to `on` she took it as planned. Skipping it writes nothing."""

    written_by = Role.PATIENT

    on = models.DateField()
    days = models.PositiveSmallIntegerField()

    class Meta(Reply.Meta):
        constraints: ClassVar = [models.CheckConstraint(condition=Q(days__lte=WEEK), name="takendays_of_a_week")]

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Medicines alone."""
        return (MedicationStatement,)


class JudgeAgreed(Reply):
    """Below a medicine: a clinician agreed to its day to judge it by, as the medicine stood in that version."""

    written_by = Role.PRACTITIONER

    about_version = models.IntegerField()

    class Meta(Reply.Meta):
        pass

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Medicines alone."""
        return (MedicationStatement,)
