"""HardDaysPlan: what a patient wants to remember on a hard day, and whom to reach. All of it in her own words."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.sharing.codes import Category
from careteam.sharing.records import Record

ACTIVE = "active"


class HardDaysPlan(Record):
    """Headings of her own with words under each, and people to reach. A room of its own: no list or summary joins it.

    `parts` are `{"heading", "words"}`, `contacts` `{"name", "phone", "words"}`, in her order. `reviewed_on` is the day
    she last looked it over.
    """

    category = Category.HARD_DAYS_PLAN
    kind = "hard-days"
    content = ("parts", "contacts", "reviewed_on")

    parts = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    reviewed_on = models.DateField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status=ACTIVE), name="harddaysplan_status"),
        ]
