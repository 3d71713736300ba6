"""The demo's trials: when lithium is judged, how Maren takes what she takes now, and what Dr Lee has other dates of."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from careteam.accounts.viewer import Viewer, acting_as
from careteam.corrections.services import propose_correction
from careteam.treatments import queries
from careteam.treatments.judging import agree_to_judge_by, set_judge_by
from careteam.treatments.taking import say_taken

JUDGED_IN = timedelta(days=14)
# Per cent better at its best, and at its end or now, as she says it.
BETTER: dict[str, tuple[int, int | None]] = {
    "Sertraline": (0, None),
    "Venlafaxine XR": (30, 15),
    "Vortioxetine": (0, None),
    "Escitalopram": (20, None),
}
TAKEN = {"Escitalopram": 7, "Lithium": 6}


def both_agree(maren: Viewer, lee: Viewer, name: str, medicine: UUID) -> None:
    """Of lithium: she sets the day, Dr Lee agrees. Of what she takes now: on how many of seven days."""
    if name == "Lithium":
        with acting_as(maren):
            version = set_judge_by(maren, medicine, on=maren.today + JUDGED_IN, expected=1)
        with acting_as(lee):
            agree_to_judge_by(lee, maren.user, medicine, expected=version)
    if name in TAKEN:
        with acting_as(maren):
            say_taken(maren, medicine, days=TAKEN[name])


def has_other_dates(maren: Viewer, lee: Viewer) -> UUID:
    """Dr Lee, of a medicine that was taken for three weeks as Maren has it."""
    with acting_as(lee):
        taken = next(one for one in queries.medicines(lee, maren.user).items if one.name == "Bupropion XL")
        words = "In my papers you took this for five weeks, not three. Could you look at the dates?"
        return propose_correction(lee, maren.user, taken.kind, taken.id, text=words, expected=taken.version)
