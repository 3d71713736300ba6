"""What goes out and what comes in: outputs are the pictures themselves, inputs are strict."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework_dataclasses.serializers import DataclassSerializer

from careteam.api.base import Strict
from careteam.goals.queries import GoalView
from careteam.measures.pictures import MeasureView
from careteam.notes.queries import NoteView
from careteam.sharing.partial import PartialDate
from careteam.sharing.queries import ConsentView, MemberView
from careteam.summaries.digests import DigestHead, DigestView
from careteam.summaries.pictures import VisitSummary
from careteam.summaries.queries import Caseload, Identity, Overview
from careteam.treatments.queries import MedicineView


class PartialDateField(serializers.CharField):
    """A FHIR partial date: `2025`, `2025-03` or `2025-03-14`."""

    def to_representation(self, value: Any) -> str:
        return str(value.text)


class Picture(DataclassSerializer[Any]):
    """A frozen picture as JSON."""

    serializer_field_mapping = {**DataclassSerializer.serializer_field_mapping, PartialDate: PartialDateField}  # noqa: RUF012 - the library's own form


def shape(picture: type[Any]) -> type[Picture]:
    """The serializer of a picture, under the picture's own name in the schema."""
    return type(
        picture.__name__, (Picture,), {"Meta": type("Meta", (), {"dataclass": picture}), "__doc__": picture.__doc__}
    )


GOAL, NOTE, MEASURE, MEDICINE = shape(GoalView), shape(NoteView), shape(MeasureView), shape(MedicineView)
OVERVIEW, CASELOAD, IDENTITY, SUMMARY = shape(Overview), shape(Caseload), shape(Identity), shape(VisitSummary)
MEMBER, CONSENT, DIGEST, DIGEST_HEAD = shape(MemberView), shape(ConsentView), shape(DigestView), shape(DigestHead)


def listing(of: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a page: `results`, and `next` (empty at the end)."""
    fields = {"results": of(many=True), "next": serializers.CharField(allow_blank=True)}
    return type(f"{of.__name__}Page", (serializers.Serializer,), fields)


class Audienced(Strict):
    """Who sees it, and which sensitive topics it carries."""

    audience = serializers.CharField(required=False)
    named = serializers.ListField(child=serializers.UUIDField(), required=False)
    labels = serializers.ListField(child=serializers.CharField(), required=False)


class StepIn(Strict):
    """A step of a goal."""

    text = serializers.CharField(max_length=200)
    done = serializers.BooleanField(default=False)


class GoalIn(Audienced):
    """A goal; `target` is a partial date."""

    words = serializers.CharField()
    why = serializers.CharField(required=False, allow_blank=True)
    steps = StepIn(many=True, required=False)
    target = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    achievement = serializers.CharField(required=False, allow_blank=True)


class GoalChange(Strict):
    """What changes about a goal."""

    words = serializers.CharField(required=False)
    why = serializers.CharField(required=False, allow_blank=True)
    steps = StepIn(many=True, required=False)
    target = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    achievement = serializers.CharField(required=False, allow_blank=True)
    status = serializers.CharField(required=False)


class NoteIn(Audienced):
    """A note. A clinician's is kept as a draft unless `sign`."""

    text = serializers.CharField()
    title = serializers.CharField(required=False, allow_blank=True)
    sign = serializers.BooleanField(default=False)


class NoteChange(Strict):
    """New words of a note of one's own."""

    text = serializers.CharField(required=False)
    title = serializers.CharField(required=False, allow_blank=True)


class ReplyIn(Strict):
    """What stands below a note."""

    text = serializers.CharField()


class AnswersIn(Strict):
    """A filled-in PHQ-9: answers 0 to 3 by question number ("1" to "10"); what is left out was not answered."""

    answers = serializers.DictField(child=serializers.JSONField())


class AnswerChange(Strict):
    """One corrected answer of a sent form; null: it should have been left blank."""

    item = serializers.IntegerField(min_value=1, max_value=10)
    value = serializers.JSONField(allow_null=True)
    why = serializers.CharField(required=False, allow_blank=True, default="")


class DoseIn(Strict):
    """A dose from a partial date to another."""

    amount = serializers.CharField()
    unit = serializers.CharField()
    times = serializers.CharField(required=False, allow_blank=True, default="")
    start = serializers.CharField(required=False, allow_null=True, default=None)
    end = serializers.CharField(required=False, allow_null=True, default=None)


class MedicineFields(Strict):
    """Everything about a medicine; dates are partial dates."""

    name = serializers.CharField(required=False)
    purpose = serializers.CharField(required=False, allow_blank=True)
    route_form = serializers.CharField(required=False, allow_blank=True)
    as_needed = serializers.BooleanField(required=False)
    periods = DoseIn(many=True, required=False)
    start = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    end = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    status = serializers.CharField(required=False, allow_blank=True)
    stop_reason = serializers.CharField(required=False, allow_blank=True)
    stopped_why = serializers.CharField(required=False, allow_blank=True)
    helped = serializers.CharField(required=False, allow_blank=True)
    side_effects = serializers.CharField(required=False, allow_blank=True)


class MedicineIn(MedicineFields, Audienced):
    """A new medicine."""

    name = serializers.CharField()


class ShareIn(Strict):
    """What one member sees until the end of a day: the rest is off."""

    categories = serializers.ListField(child=serializers.CharField())
    labels = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    until = serializers.DateField()


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
