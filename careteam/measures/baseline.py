"""The baseline: with which completed PHQ-9 later ones are compared (rule.md, "Numbers behind words"). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from careteam.sharing.partial import PartialDate

BEFORE = timedelta(days=14)
AFTER = timedelta(days=7)


class Dated(Protocol):
    """A completed form with its local day."""

    @property
    def on(self) -> date:
        """The day on which it was sent."""


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Anchor:
    """When the newest current treatment began, and the current episode, as exactly as they are known to this viewer."""

    treatment: PartialDate | None = None
    episode: PartialDate | None = None

    @property
    def near(self) -> tuple[date, date] | None:
        """The first and the last day on which a form lies near the treatment's start; None when its day is not known.

        Of a start known by its month nobody can say which form came before it.
        """
        if self.treatment is None or self.treatment.precision != "day":
            return None
        return self.treatment.earliest - BEFORE, self.treatment.earliest + AFTER

    @property
    def since(self) -> date:
        """The first day of the episode; without one that is known, every form is of it."""
        return self.episode.earliest if self.episode else date.min


def baseline(forms: Sequence[D], anchor: Anchor) -> D | None:
    """Which of these completed forms (oldest first, one a day) is the baseline; None without one.

    The last within 14 days before the treatment began, the day itself included; else the first within 7 days after it;
    else the first of the episode.
    """
    if anchor.treatment and anchor.near:
        first, last = anchor.near
        near = [form for form in forms if first <= form.on <= last]
        before = [form for form in near if form.on <= anchor.treatment.earliest]
        if near:
            return before[-1] if before else near[0]
    return next((form for form in forms if form.on >= anchor.since), None)
