"""The lists of rule.md: categories, labels, audiences, kinds. Words for pages stand beside the codes."""

from __future__ import annotations

from django.db import models

NONE_SHARED = "None shared in careteam. Ask."  # the same for absent and hidden

DRAFTS = ("draft", "in-progress", "pending")


class Category(models.TextChoices):
    """What a record is, constant per class. Rooms built later add theirs here."""

    GOALS = "goals", "Goals"
    MY_NOTES = "my_notes", "Your notes"
    CLINICAL_NOTES = "clinical_notes", "Notes clinicians write"
    MEASURES = "measures", "Questionnaires"
    CHECK_INS = "check_ins", "Check-ins and life events"
    TREATMENTS = "treatments", "Medicines and other treatments"
    CONDITIONS = "conditions", "Conditions"
    VISITS = "visits", "Visits and questions"
    HARD_DAYS_PLAN = "hard_days_plan", "Your plan for hard days"
    CARE_TEAM = "care_team", "Who is on your care team"


class Label(models.TextChoices):
    """A sensitive topic on a record: off for everybody until switched on, person by person."""

    ALCOHOL_DRUGS = "alcohol_drugs", "Alcohol and drugs"
    TRAUMA = "trauma", "Trauma"
    SEX_RELATIONSHIPS = "sex_relationships", "Sex and relationships"
    HIV_STI = "hiv_sti", "HIV and other infections through sex"
    VIOLENCE = "violence", "Violence"


class Audience(models.TextChoices):
    """Who, of the members with consent for the category, sees this one record."""

    CATEGORY = "category", "Everybody who sees this topic"
    NAMED = "named", "Only people I name"
    ONLY_ME = "only_me", "Only me"


class Kind(models.TextChoices):
    """What a consent is for."""

    CATEGORY = "category", "topic"
    LABEL = "label", "sensitive topic"
    TELL = "tell", "being told"
