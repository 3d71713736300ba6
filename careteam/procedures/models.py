"""Procedure: a treatment that is no medicine. Observation: a level that was measured."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.procedures.codes import Measured, Status, What
from careteam.sharing.codes import Category
from careteam.sharing.outcomes import Helped, StopReason
from careteam.sharing.partial import PartialDate, partial
from careteam.sharing.records import Record

NAME_MOST = 200
PURPOSE_MOST = 500
WORDS_MOST = 4_000
ABOUT_MOST = 500


class Procedure(Record):
    """A treatment in sessions. `start`, `end` and each of `sessions` are partial dates as text, "" is not known.

    `effective_at` is the earliest the start can mean, for order alone: pages print `start`. Esketamine is here as well:
    it is counted in sessions, never in milligrams a day.
    """

    category = Category.TREATMENTS
    kind = "procedure"
    correctable = True
    content = (
        "code",
        "name",
        "purpose",
        "start",
        "end",
        "sessions",
        "session_count",
        "status",
        "stop_reason",
        "stopped_why",
        "helped",
        "side_effects",
    )

    code = models.CharField(max_length=16, choices=What.choices)
    name = models.CharField(max_length=NAME_MOST, blank=True)
    purpose = models.CharField(max_length=PURPOSE_MOST, blank=True)
    start = models.CharField(max_length=10, blank=True)
    end = models.CharField(max_length=10, blank=True)
    sessions = models.JSONField(default=list)
    session_count = models.PositiveSmallIntegerField(null=True)
    stop_reason = models.CharField(max_length=12, choices=StopReason.choices, blank=True)
    stopped_why = models.TextField(blank=True)
    helped = models.CharField(max_length=11, choices=Helped.choices, blank=True)
    side_effects = models.TextField(blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="procedure_status"),
        ]

    @property
    def began(self) -> PartialDate | None:
        """When it began, as exactly as was said."""
        return partial(self.start)

    @property
    def ended(self) -> PartialDate | None:
        """When it ended or will end, as exactly as was said."""
        return partial(self.end)


class Observation(Record):
    """A level of something in the body, as a laboratory gave it: FHIR's noun for what was measured.

    `value` and `hours` are decimal numbers as text, with the digits they were written with. No range stands beside
    them, and nothing here says whether a level is high or low.
    """

    category = Category.TREATMENTS
    kind = "level"
    correctable = True
    content = ("substance", "value", "unit", "on", "hours", "words")

    substance = models.CharField(max_length=NAME_MOST)
    value = models.CharField(max_length=24)
    unit = models.CharField(max_length=NAME_MOST)
    on = models.CharField(max_length=10)
    hours = models.CharField(max_length=24, blank=True)
    words = models.CharField(max_length=ABOUT_MOST, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Measured.values), name="observation_status"),
        ]

    @property
    def measured_on(self) -> PartialDate:
        """The day, month or year it was measured."""
        return PartialDate(self.on)
