"""Writing a plan for hard days: the patient's alone. Every change keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from careteam.accounts.viewer import Viewer
from careteam.safety.models import ACTIVE, HardDaysPlan
from careteam.safety.pictures import Contact, ContactView, Part
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.services import (
    clean_audience,
    clean_labels,
    clean_line,
    clean_text,
    created,
    keep,
    own_at,
    withdraw,
)

HEADING_MOST = 200
WORDS_MOST = 4_000
NAME_MOST = 200
PHONE_MOST = 40
SHORT_MOST = 200
PARTS_MOST = 12
CONTACTS_MOST = 12

Given = Part | Contact | ContactView | Mapping[str, str]


@transaction.atomic
def write_plan(
    viewer: Viewer,
    *,
    parts: Sequence[Given] = (),
    contacts: Sequence[Given] = (),
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down a plan: up to 12 parts (heading 200 characters, words 4,000) and 12 people (name, number, words).

    What is wholly empty is left out. Raises Invalid beside any field (`parts.0.words`), or "" for a plan with nothing
    in it; NotFound for a viewer who keeps no record or a named person not on her team.
    """
    if viewer.patient is None:
        raise NotFound
    plan = HardDaysPlan(
        patient_id=viewer.patient,
        author_id=viewer.user,
        status=ACTIVE,
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
        reviewed_on=viewer.today,
        **_written(parts, contacts),
    )
    return created(viewer, plan, named)


@transaction.atomic
def edit_plan(viewer: Viewer, plan: UUID, *, parts: Sequence[Given], contacts: Sequence[Given], expected: int) -> int:
    """Change a plan of one's own, whole; it is then looked over today. Returns the version.

    Raises Invalid, NotFound, Conflict.
    """
    found = own_at(viewer, HardDaysPlan, plan, expected)
    written = _written(parts, contacts)
    if all(getattr(found, name) == value for name, value in written.items()):
        return found.version  # saying the same again changes nothing
    return keep(viewer, found, **written, reviewed_on=viewer.today)


@transaction.atomic
def look_over(viewer: Viewer, plan: UUID, *, expected: int) -> int:
    """Say that one has looked it over today and it still holds. Returns the version. Raises NotFound, Conflict."""
    return keep(viewer, own_at(viewer, HardDaysPlan, plan, expected), reviewed_on=viewer.today)


def withdraw_plan(viewer: Viewer, plan: UUID) -> None:
    """Withdraw a plan one wrote."""
    withdraw(viewer, HardDaysPlan, plan)


def _written(parts: Sequence[Given], contacts: Sequence[Given]) -> dict[str, Any]:
    problems: dict[str, str] = {}
    kept = {
        "parts": [
            _cleaned(problems, f"parts.{number}", one, heading=HEADING_MOST, words=WORDS_MOST)
            for number, one in enumerate(map(_plain, parts))
            if any(text.strip() for text in one.values())
        ],
        "contacts": [
            _cleaned(problems, f"contacts.{number}", one, name=NAME_MOST, phone=PHONE_MOST, words=SHORT_MOST)
            for number, one in enumerate(map(_plain, contacts))
            if any(text.strip() for text in one.values())
        ],
    }
    for number, contact in enumerate(map(_plain, contacts)):
        if any(text.strip() for text in contact.values()) and not contact.get("name", "").strip():
            problems.setdefault(f"contacts.{number}.name", "Who is this? A first name is enough.")
    for name, most in (("parts", PARTS_MOST), ("contacts", CONTACTS_MOST)):
        if len(kept[name]) > most:
            problems[name] = f"{most} fit here."
    if not problems and not kept["parts"] and not kept["contacts"]:
        problems[""] = "Write at least one thing, or one person."
    if problems:
        raise Invalid(**problems)
    return kept


def _plain(one: Given) -> dict[str, str]:
    return dict(one) if isinstance(one, Mapping) else asdict(one)


def _cleaned(problems: dict[str, str], where: str, one: Mapping[str, str], **most: int) -> dict[str, str]:
    """The fields of one entry; what is wrong is told beside each."""
    found = {}
    for name, limit in most.items():
        text = one.get(name, "")
        try:
            if limit == WORDS_MOST:
                found[name] = clean_text(text, name, limit, required=False)
            else:
                found[name] = clean_line(text, name, limit)
        except Invalid as refused:
            problems[f"{where}.{name}"] = refused.fields[name]
    return found
