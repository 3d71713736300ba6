"""The answers of a check-in, with the words they are given in. An empty answer is "not answered", never a zero."""

from __future__ import annotations

from django.db import models


class Mood(models.TextChoices):
    """How the day is so far."""

    VERY_LOW = "very-low", "Very low"
    LOW = "low", "Low"
    IN_BETWEEN = "in-between", "In between"
    FAIRLY_GOOD = "fairly-good", "Fairly good"
    GOOD = "good", "Good"


class Sleep(models.TextChoices):
    """How the night before was."""

    HARDLY_ANY = "hardly-any", "Hardly any"
    BROKEN = "broken", "Broken"
    ENOUGH = "enough", "Enough"
    TOO_MUCH = "too-much", "Too much"


class Energy(models.TextChoices):
    """How much strength there is."""

    EMPTY = "empty", "Empty"
    LOW = "low", "Low"
    SOME = "some", "Some"
    PLENTY = "plenty", "Plenty"


class Medicines(models.TextChoices):
    """Whether medicines were taken as planned, all of them together."""

    AS_PLANNED = "as-planned", "As planned"
    SOME = "some", "Some"
    NOT_TODAY = "not-today", "Not today"
    RATHER_NOT_SAY = "rather-not-say", "Rather not say"


TELLING = (Medicines.AS_PLANNED, Medicines.SOME, Medicines.NOT_TODAY)  # "rather not say" says nothing about taking
FINAL = "final"
