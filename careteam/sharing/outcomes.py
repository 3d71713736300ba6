"""What became of a treatment, in the same words for medicines and all others: rooms beside each other share it here."""

from __future__ import annotations

from django.db import models

from careteam.sharing.errors import Invalid

WHOLE = 100  # per cent


class StopReason(models.TextChoices):
    """Why a treatment was stopped; empty while it was not."""

    NOT_STOPPED = "", "Not stopped"
    DID_NOT_HELP = "did-not-help", "It did not help enough"
    SIDE_EFFECTS = "side-effects", "Side effects"
    COST = "cost", "Cost"
    OTHER = "other", "Another reason"
    UNKNOWN = "unknown", "I do not know"


class Helped(models.TextChoices):
    """How much a treatment helped, as its patient sees it; empty is "not answered"."""

    NOT_ANSWERED = "", "Not answered"
    NOT_AT_ALL = "not-at-all", "Not at all"
    A_LITTLE = "a-little", "A little"
    SOMEWHAT = "somewhat", "Somewhat"
    A_LOT = "a-lot", "A lot"
    CANNOT_TELL = "cannot-tell", "Cannot tell"


def outcome_words(helped: str, stop_reason: str) -> str:
    """`stopped: side effects; helped a little`, of what was answered."""
    stopped = f"stopped: {_lowered(StopReason(stop_reason))}" if stop_reason else ""
    did_it = "cannot tell if it helped" if helped == Helped.CANNOT_TELL else f"helped {_lowered(Helped(helped))}"
    return "; ".join(part for part in (stopped, did_it if helped else "") if part)


def clean_better(best: int | None, at_end: int | None) -> dict[str, int | None]:
    """Per cent better at its best, and at its end (or now): never more then than at its best. Raises Invalid."""
    for field, value in (("best", best), ("at_end", at_end)):
        if value is not None and not 0 <= value <= WHOLE:
            raise Invalid(**{field: f"Write a number from 0 to {WHOLE}, or leave it empty."})
    if at_end is not None and best is None:
        raise Invalid(best="How much was it at its best? Or leave both empty.")
    if at_end is not None and best is not None and at_end > best:
        raise Invalid(at_end="This is more than at its best. Please check both.")
    return {"best": best, "at_end": at_end}


def _lowered(answer: models.TextChoices) -> str:
    """An answer's words inside a line: `I do not know` keeps its letter."""
    words = str(answer.label)
    return words if words.startswith("I ") else words[:1].lower() + words[1:]
