"""MedicationStatement: one medicine as its patient tells of it, with every step of its dose."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.sharing.codes import Category
from careteam.sharing.outcomes import Helped, StopReason
from careteam.sharing.partial import PartialDate, partial
from careteam.sharing.records import Record
from careteam.treatments.codes import Status
from careteam.treatments.doses import DosePeriod, from_json

NAME_MOST = 200
PURPOSE_MOST = 500
WORDS_MOST = 4_000


class MedicationStatement(Record):
    """A medicine, its name exactly as typed or imported. `start` and `end` are partial dates as text, "" is not known.

    `effective_at` is the earliest the start can mean, for order alone: pages print `start`. `accepts_as` is the status
    that an import takes on once it is accepted.
    """

    category = Category.TREATMENTS
    kind = "medicine"
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
        "side_effects",
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
    side_effects = models.TextField(blank=True)
    codes = models.JSONField(default=list)
    accepts_as = models.CharField(max_length=16, choices=Status.choices, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="medicationstatement_status"),
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
