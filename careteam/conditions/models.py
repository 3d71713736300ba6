"""Condition: what somebody has or had, in the patient's own words, and whether the current episode is one of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.conditions.codes import Status
from careteam.sharing.codes import Category
from careteam.sharing.partial import PartialDate, partial
from careteam.sharing.records import Record

NAME_MOST = 200
WORDS_MOST = 4_000


class Condition(Record):
    """A condition by its name as typed. `onset`, `abatement` and `episode_start` are partial dates, "" is not known.

    At most one that is not withdrawn holds the current episode. `effective_at` is the earliest the onset can mean, for
    order alone: pages print `onset`.
    """

    category = Category.CONDITIONS
    kind = "condition"
    correctable = True
    content = ("name", "status", "onset", "abatement", "stated_by", "words", "holds_episode", "episode_start")

    name = models.CharField(max_length=NAME_MOST)
    onset = models.CharField(max_length=10, blank=True)
    abatement = models.CharField(max_length=10, blank=True)
    stated_by = models.CharField(max_length=NAME_MOST, blank=True)
    words = models.TextField(blank=True)
    holds_episode = models.BooleanField(default=False)
    episode_start = models.CharField(max_length=10, blank=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="condition_status"),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(holds_episode=True, withdrawn_at=None), name="one_current_episode"
            ),
        ]

    @property
    def began(self) -> PartialDate | None:
        """When it began, as exactly as was said."""
        return partial(self.onset)

    @property
    def ended(self) -> PartialDate | None:
        """When it ended, as exactly as was said."""
        return partial(self.abatement)
