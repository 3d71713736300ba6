"""CheckIn: how one day was. LifeEvent: something that happened, for the chart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.checkins.codes import FINAL, Energy, Medicines, Mood, Sleep
from careteam.sharing.codes import Category
from careteam.sharing.partial import PartialDate
from careteam.sharing.records import Record

WORDS_MOST = 500
EVENT_MOST = 200


class CheckIn(Record):
    """How one day of the patient's own calendar was; "" is not answered. At least one answer, one row for a day."""

    category = Category.CHECK_INS
    kind = "check-in"
    correctable = True
    content = ("mood", "sleep", "energy", "medicines", "words")

    status = models.CharField(max_length=16, default=FINAL)
    day = models.DateField()
    mood = models.CharField(max_length=14, choices=Mood.choices, blank=True)
    sleep = models.CharField(max_length=14, choices=Sleep.choices, blank=True)
    energy = models.CharField(max_length=14, choices=Energy.choices, blank=True)
    medicines = models.CharField(max_length=14, choices=Medicines.choices, blank=True)
    words = models.CharField(max_length=WORDS_MOST, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["patient", "day"], condition=Q(withdrawn_at=None), name="checkin_of_a_day"),
            models.CheckConstraint(
                condition=~Q(mood="", sleep="", energy="", medicines="", words=""), name="checkin_answered"
            ),
            models.CheckConstraint(condition=Q(mood__in=["", *Mood.values]), name="checkin_mood"),
            models.CheckConstraint(condition=Q(sleep__in=["", *Sleep.values]), name="checkin_sleep"),
            models.CheckConstraint(condition=Q(energy__in=["", *Energy.values]), name="checkin_energy"),
            models.CheckConstraint(condition=Q(medicines__in=["", *Medicines.values]), name="checkin_medicines"),
        ]


class LifeEvent(Record):
    """Something that happened or will, in the patient's words, on a date as exact as she knows it (`on`, partial)."""

    category = Category.CHECK_INS
    kind = "event"
    correctable = True
    content = ("words", "on")

    status = models.CharField(max_length=16, default=FINAL)
    words = models.CharField(max_length=EVENT_MOST)
    on = models.CharField(max_length=10)

    class Meta(Record.Meta):
        pass

    @property
    def date(self) -> PartialDate:
        """When, as exactly as it is known."""
        return PartialDate(self.on)
