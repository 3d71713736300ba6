"""Beside what each patient's baseline is looked for, from what this viewer may see: the start of treatment and episode.

The rule itself is `measures/baseline.py`; the rooms that know the two dates do not know one another.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.conditions import queries as conditions
from careteam.measures.baseline import Anchor
from careteam.treatments import queries as treatments

BASELINE_RULE = (
    "The baseline is the last completed PHQ-9 of the 14 days before the newest medicine taken now began, or of that "
    "day; else the first of the 7 days after; else the first of the current episode."
)


def anchors(viewer: Viewer, patients: Collection[UUID], *, until: date | None = None) -> dict[UUID, Anchor]:
    """The two dates for each of these patients, in three statements however many they are.

    `until`: where somebody stood on that day; a medicine that began later had not begun. To decide alone: no record is
    told of here.
    """
    if not patients:
        return {}
    starts = treatments.newest_starts_for(viewer, patients, until)
    episodes = conditions.episodes_for(viewer, patients)
    return {patient: Anchor(starts.get(patient), episodes.get(patient)) for patient in patients}


def anchor(viewer: Viewer, patient: UUID) -> Anchor:
    """The same for one patient."""
    return anchors(viewer, [patient])[patient]
