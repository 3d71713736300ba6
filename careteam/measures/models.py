"""QuestionnaireResponse: one form as the patient answered it. Its answers are the source; total and band follow."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q

from careteam.accounts.ids import new_id
from careteam.accounts.models import Patient, Role
from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS, Instrument
from careteam.sharing.codes import Category
from careteam.sharing.records import Record, Reply


class Status(models.TextChoices):
    """FHIR's words. Whether a sent form is whole is told by its total, also after a correction (`amended`)."""

    IN_PROGRESS = "in-progress", "not sent yet"
    COMPLETED = "completed", "completed"
    AMENDED = "amended", "corrected"
    STOPPED = "stopped", "sent with questions left blank"


def _scored(one: Instrument) -> Q:
    """No total yet, or one that this questionnaire can have, with its band where it has bands."""
    banded = ~Q(band="") if one.bands else Q(band="")
    return Q(questionnaire=one.name) & (Q(total=None, band="") | Q(total__range=(0, one.most)) & banded)


class QuestionnaireResponse(Record):
    """Answers by question number (`{"1": 0, …, "10": 3}`), what they come to, and when they were sent.

    `band` is empty where the questionnaire has none; `item9` is the PHQ-9's alone, and `item9_since` the version in
    which question 9 got the answer it has. In progress it is the patient's alone; `effective_at` is then when she
    began, and when she sent it from there on.
    """

    category = Category.MEASURES
    kind = "measure"
    correctable = True
    content = ("questionnaire", "answers", "total", "band", "item9")

    questionnaire = models.CharField(max_length=16, default=phq9.NAME)
    answers = models.JSONField(default=dict)
    total = models.SmallIntegerField(null=True)
    band = models.CharField(max_length=24, blank=True)
    item9 = models.SmallIntegerField(null=True)
    item9_since = models.IntegerField(default=1)
    sent_at = models.DateTimeField(null=True)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient", "questionnaire"],
                condition=Q(status=Status.IN_PROGRESS),
                name="one_open_questionnaire",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.IN_PROGRESS, sent_at=None)
                | Q(status=Status.COMPLETED, total__isnull=False, sent_at__isnull=False)
                | Q(status=Status.STOPPED, total=None, sent_at__isnull=False)
                | Q(status=Status.AMENDED, sent_at__isnull=False),
                name="questionnaire_status",
            ),
            models.CheckConstraint(
                condition=reduce(or_, map(_scored, INSTRUMENTS.values())), name="questionnaire_total"
            ),
            models.CheckConstraint(
                condition=Q(item9=None) | Q(questionnaire=phq9.NAME, item9__in=phq9.ANSWERS),
                name="questionnaire_item9",
            ),
        ]

    @property
    def given(self) -> dict[int, int]:
        """The answers by question number."""
        return {int(item): value for item, value in self.answers.items()}


class Acknowledged(Reply):
    """Below a form: a clinician has seen what it answers to question 9, as the form stood in that version.

    It hides nothing. An answer to question 9 that is corrected afterwards is a new one, and asks anew.
    """

    written_by = Role.PRACTITIONER

    about_version = models.IntegerField()

    class Meta(Reply.Meta):
        pass

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Questionnaires alone."""
        return (QuestionnaireResponse,)


class ReminderPause(models.Model):
    """She wants no reminder of one questionnaire: until the end of a day, or (None) until she resumes it. Hers alone.

    It decides what her own pages and mails say and nothing else: what is expected by a plan goes on as agreed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    questionnaire = models.CharField(max_length=16)
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient", "questionnaire"], name="one_pause_a_reminder")
        ]

    def __str__(self) -> str:
        return str(self.id)
