"""Changing the team, its consents, and who sees a record. What the patient alone may do raises NotFound for others."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import TextChoices
from django.db.models.functions import Now

from careteam.accounts.models import Patient
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.queries import openings
from careteam.audit.services import record_act
from careteam.sharing.codes import Audience, Label
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.models import CareTeamMember, RecordAudience, Withdrawal
from careteam.sharing.records import R, Record, change, one_visible, revise

KEY_MOST = 64
SOURCE_MOST = 40
PENDING = "pending"


def clean_text(given: str, field: str, most: int, *, required: bool = True) -> str:
    """Text as it was written (NFC), without NUL or lone surrogates; raises Invalid in words.

    `most` is in characters. Line ends become newlines; spaces around the whole go.
    """
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(letter == "\0" or unicodedata.category(letter) == "Cs" for letter in text):
        raise Invalid(**{field: "There is a character in here that cannot be stored. Please take it out."})
    if required and not text:
        raise Invalid(**{field: "Please write something here."})
    if len(text) > most:
        raise Invalid(**{field: f"This is {len(text):,} characters long; {most:,} fit here."})
    return text


def clean_line(given: str, field: str, most: int, *, required: bool = False) -> str:
    """Text on one line, as it was written; raises Invalid in words."""
    return " ".join(clean_text(given, field, most, required=required).split())


def clean_choice(choices: type[TextChoices], code: str, field: str) -> str:
    """A code of the list; raises Invalid for any other."""
    if code not in choices.values:
        raise Invalid(**{field: "Choose one of these answers."})
    return str(code)


def clean_labels(labels: Collection[str]) -> list[str]:
    """Known labels, once each, in the list's order; raises Invalid for an unknown one."""
    if not set(labels) <= set(Label.values):
        raise Invalid(labels="There is no such topic.")
    return [label for label in Label.values if label in labels]


def clean_audience(audience: str, named: Collection[UUID]) -> Audience:
    """A known audience; `named` without anybody named is refused (it would be only-me by accident)."""
    if audience not in Audience.values:
        raise Invalid(audience="Choose who can see this.")
    if audience == Audience.NAMED and not named:
        raise Invalid(audience="Name at least one person, or choose only me.")
    return Audience(audience)


def name_members(viewer: Viewer, record: UUID, named: Collection[UUID], *, draft: bool = False) -> None:
    """Make these members the named audience of the viewer's record; raises NotFound for one not on her team.

    Of a draft the rows are hers: at the database's wall, too, nobody finds that a draft means to name her.
    """
    RecordAudience.objects.filter(record_id=record, patient_id=viewer.patient).delete()
    found = list(
        CareTeamMember.objects.filter(
            pk__among=named, patient_id=viewer.patient, confirmed_at__isnull=False, ended_at=None
        )
    )
    if len(found) != len(set(named)):
        raise NotFound
    RecordAudience.objects.bulk_create(
        RecordAudience(
            record_id=record,
            member=member,
            patient_id=member.patient_id,
            user_id=viewer.user if draft else member.user_id,
        )
        for member in found
    )


def created(viewer: Viewer, record: Record, named: Collection[UUID] = (), action: str = "create") -> UUID:
    """Write a new record with its named people and its log row, in one transaction; returns its id."""
    with transaction.atomic():
        now: Any = Now()
        record.recorded_at = record.changed_at = now
        given: Any = record.effective_at
        record.effective_at = given or now
        record.save(force_insert=True)
        if record.audience == Audience.NAMED:
            name_members(viewer, record.id, named, draft=record.is_draft)
        record_act(viewer, action, record.patient_id, category=record.category, records=[(record.id, record.version)])
    return record.id


@transaction.atomic
def set_audience(
    viewer: Viewer, model: type[Record], record: UUID, *, audience: str, named: Collection[UUID] = ()
) -> None:
    """Decide who sees a record of the viewer's own. Content and version stay as they are. Raises Invalid, NotFound."""
    found = _shown(viewer, model, record)
    wanted = clean_audience(audience, named)
    change(found, audience=wanted)
    name_members(viewer, record, named if wanted == Audience.NAMED else ())
    record_act(viewer, "audience", found.patient_id, category=found.category, records=[(found.id, found.version)])


@transaction.atomic
def set_labels(viewer: Viewer, model: type[Record], record: UUID, *, labels: Collection[str]) -> None:
    """Set the sensitive topics of a record of the viewer's own (only the patient removes one)."""
    found = _shown(viewer, model, record)
    change(found, labels=clean_labels(labels))
    record_act(viewer, "labels", found.patient_id, category=found.category, records=[(found.id, found.version)])


@transaction.atomic
def decide_who_sees(
    viewer: Viewer,
    kind: str,
    record: UUID,
    *,
    audience: str,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> None:
    """Audience and sensitive topics of a record of the viewer's own, whatever room it is in; raises Invalid, NotFound.

    What is as it was before is left alone: it would be told in the log as a change.
    """
    model = _record_model(kind)
    found = _shown(viewer, model, record)
    if found.is_draft:
        raise NotFound
    named_now = RecordAudience.objects.filter(record_id=record, member__ended_at=None)
    before = set(named_now.values_list("member", flat=True))
    if (audience, set(named) if audience == Audience.NAMED else set()) != (found.audience, before):
        set_audience(viewer, model, record, audience=audience, named=named)
    if clean_labels(labels) != list(found.labels):
        set_labels(viewer, model, record, labels=labels)


@transaction.atomic
def withdraw(viewer: Viewer, model: type[Record], record: UUID) -> None:
    """Withdraw a record. It stays hers; who opened it sees that it was withdrawn and no more.

    What others wrote is not hers to withdraw, but what they proposed to her is.
    """
    found = _own(viewer, model, record)
    if (found.author_id != viewer.user and not found.proposed_as) or found.is_draft:
        raise NotFound
    if found.withdrawn_at is None:
        at = database_now()
        change(found, withdrawn_at=at)
        Withdrawal.objects.bulk_create(
            Withdrawal(
                record_id=found.id,
                patient_id=found.patient_id,
                user_id=opener,
                kind=found.kind,
                category=found.category,
                labels=found.labels,
                audience=found.audience,
                withdrawn_at=at,
            )
            for opener, _ in openings(viewer, found.id)
        )
        record_act(viewer, "withdraw", found.patient_id, category=found.category, records=[(found.id, found.version)])


# -- Changing one's own, and what a file brought -----------------------------------------------------------------------
def own_at(viewer: Viewer, model: type[R], record: UUID, expected: int) -> R:
    """A finished record of the viewer's own, locked, at the version she saw; raises NotFound, Conflict."""
    found = _shown(viewer, model, record)
    if found.is_draft:
        raise NotFound
    if found.version != expected:
        raise Conflict(found.version)  # before anything is judged: the words were about another version
    return found


def keep(viewer: Viewer, found: Record, **changes: Any) -> int:
    """Change its content and return the version. Saying the same again changes nothing, and nothing is told."""
    if any(getattr(found, name) != value for name, value in changes.items()):
        revise(found, viewer, found.version, **changes)
        record_act(viewer, "revise", found.patient_id, category=found.category, records=[(found.id, found.version)])
    return found.version


def first_time(record: Record, import_key: str, source: str) -> bool:
    """Write down where a new record is from; False when this entry of a file is here already."""
    record.import_key = clean_text(import_key, "import_key", KEY_MOST)
    record.source = clean_text(source, "source", SOURCE_MOST)
    # Two imports of one file at the same time: the second waits here, then finds what the first wrote.
    Patient.objects.select_for_update(no_key=True).get(pk=record.patient_id)
    same = type(record).unscoped("is this entry of a file here already?")
    return not same.filter(patient_id=record.patient_id, import_key=record.import_key).exists()


def pending(viewer: Viewer, model: type[R], record: UUID) -> R:
    """A record of the viewer's own that a file brought and that waits for her yes; raises NotFound."""
    found = _own(viewer, model, record)
    if found.status != PENDING:
        raise NotFound
    return found


@transaction.atomic
def decline(viewer: Viewer, model: type[Record], record: UUID) -> None:
    """Throw away what a file brought. Nobody else ever saw it, so nothing of it is kept. Raises NotFound."""
    found = pending(viewer, model, record)
    record_act(viewer, "decline", found.patient_id, category=found.category, records=[(found.id, found.version)])
    found.delete()


def _record_model(kind: str) -> type[Record]:
    for model in apps.get_models():
        if issubclass(model, Record) and model.kind == kind:
            return model
    raise NotFound


def _shown(viewer: Viewer, model: type[R], record: UUID) -> R:
    """One of her own that is not withdrawn: what decides about a withdrawn one's stub stays as it was."""
    found = _own(viewer, model, record)
    if found.withdrawn_at is not None:
        raise NotFound
    return found


def _own(viewer: Viewer, model: type[R], record: UUID) -> R:
    found = one_visible(model, viewer, record)
    if found.patient_id != viewer.patient:
        raise NotFound
    return found
