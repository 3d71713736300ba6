"""Whose a FHIR file is: its patient, which entries are about others, and whether the name is the reader's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import Literal

from careteam.accounts.names import compared
from careteam.exchange.fhir_bundle import HISTORY, TYPE, UUID, Entry, File, canonical, identifiers
from careteam.exchange.fhir_json import Json, many, one, words
from careteam.sharing.partial import PartialDate

Whose = Literal["theirs", "other", "unclear"]

TITLES = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "sir",
    "dame",
    "rev",
    "herr",
    "frau",
    "sr",
    "sra",
    "mme",
    "mlle",
}
# Letters that Unicode does not take apart, as people type them without the right keyboard.
PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})
QUOTES = "'`\u2018\u2019\u02bc"
DATE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
TIME = re.compile(r"T([01][0-9]|2[0-4])(:[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
TOGETHER_MOST = 5  # parts of a name tried in every order


@dataclass(frozen=True, slots=True)
class FhirPatient:
    """The person a file is about: names as written, and the birth date as far as it is known ("1984", "1984-03")."""

    names: tuple[str, ...]
    birth_date: str | None


# -- Which entries are about whom --------------------------------------------------------------------------------------
def person_of(file: File, entries: Sequence[Entry]) -> tuple[Entry | None, bool]:
    """The Patient a file is about, and whether that is clear; (None, True) when entries name one who is not in it.

    One Patient is clear. Several are only in a document, by its subject. None at all is clear while all `entries` are
    about the same somebody.
    """
    if file.document:
        for composition in file.of_type("Composition")[:1]:
            subject = file.find(words(one(composition.resource, "subject"), "reference"), composition)
            if subject is not None and subject.type == "Patient":
                return subject, True
    if file.patients:
        return (file.patients[0], True) if len(file.patients) == 1 else (None, False)
    inside = [found for found in (_subject(entry, file) for entry in entries) if found and found.type == "Patient"]
    inside.sort(key=canonical)
    if inside and all(same(inside[0], other) for other in inside):
        return inside[0], True
    return None, len({name for entry in entries if (name := _named(entry))}) <= 1


def whose(entry: Entry, file: File, patient: Entry | None, *, clear: bool) -> Whose:
    """Whose an entry is. What names nobody, or nobody in the file, is theirs while there is only one person."""
    found = _subject(entry, file)
    if found is None:
        said = _said(entry, patient)
    elif found.type != "Patient":
        said = "other"
    elif patient is None:
        said = "unclear"
    else:
        said = "theirs" if found is patient or same(found, patient) else "other"
    return "theirs" if said == "unclear" and clear and len(file.patients) <= 1 else said


def same(one_of: Entry, other: Entry) -> bool:
    """Whether two Patients are one person: a shared identifier, or the same names and birth date."""
    if identifiers(one_of.resource) & identifiers(other.resource):
        return True
    first, second = (
        (canonical(Entry("", {"name": part.resource.get("name")})), words(part.resource, "birthDate"))
        for part in (one_of, other)
    )
    return first == second and bool(first[1]) and bool(many(one_of.resource, "name"))


def _reference(entry: Entry) -> str:
    """The subject's address; of a conditional one ("Patient?identifier=…") nothing but the type."""
    return HISTORY.sub("", words(one(entry.resource, "subject"), "reference").partition("?")[0])


def _subject(entry: Entry, file: File) -> Entry | None:
    return file.find(_reference(entry), entry) if _reference(entry) else None


def _named(entry: Entry) -> str:
    return _reference(entry) or "|".join(min(_logical(entry), default=()))


def _logical(entry: Entry) -> set[tuple[str, str]]:
    return identifiers({"identifier": [one(one(entry.resource, "subject"), "identifier")]})


def _said(entry: Entry, patient: Entry | None) -> Whose:
    """What a subject that is not in the file still tells: another kind of thing, another id, another identifier."""
    reference = _reference(entry)
    *_, kind, tail = ["", *reference.split("/")] if reference else ["", ""]
    kind = words(one(entry.resource, "subject"), "type") or kind
    if TYPE.fullmatch(kind) and kind != "Patient":
        return "other"
    if patient is None:
        return "unclear"
    logical, own = _logical(entry), identifiers(patient.resource)
    if logical & own or (tail and tail in _own_names(patient)):
        return "theirs"
    another_number = {system for system, _ in logical} & {system for system, _ in own}
    another_id = "/" in reference and (patient.id or "://" in patient.url)
    another_uuid = UUID.fullmatch(reference) and (UUID.fullmatch(patient.url) or UUID.fullmatch(patient.id))
    return "other" if another_number or another_id or another_uuid else "unclear"


def _own_names(patient: Entry) -> set[str]:
    tail = patient.url.rpartition("/")[2]
    uuids = {f"urn:uuid:{found[1]}" for found in map(UUID.fullmatch, (patient.id, patient.url)) if found}
    return {name for name in (patient.id, patient.url, tail, *uuids) if name}


# -- Who that is -------------------------------------------------------------------------------------------------------
def patient_picture(patient: Entry | None, entries: Sequence[Entry]) -> FhirPatient | None:
    """Names and birth date of the file's Patient, or the names its entries give the person who is not in the file."""
    if patient is not None:
        names = [_name(part) for part in many(patient.resource, "name") if part.get("use") != "old"]
        return FhirPatient(tuple(dict.fromkeys(filter(None, names))), partial_date(patient.resource.get("birthDate")))
    displayed = sorted({name for entry in entries if (name := words(one(entry.resource, "subject"), "display"))})
    return FhirPatient(tuple(displayed), None) if displayed else None


def _name(name: Json) -> str:
    given = name.get("given")
    parts = [part for part in given if isinstance(part, str)] if isinstance(given, list) else []
    built = [words({"part": part}, "part") for part in (*parts, name.get("family"))]
    return words(name, "text") or " ".join(filter(None, built))


def partial_date(value: object) -> str | None:
    """The date part of a FHIR date, dateTime or instant as it was written, or None when there is no such day."""
    if not isinstance(value, str):
        return None
    day, letter, time = value.strip().partition("T")
    if not DATE.fullmatch(day) or (letter and not TIME.fullmatch(letter + time)):
        return None
    try:
        return PartialDate(day).text
    except ValueError:
        return None


def same_person(found: FhirPatient, name: str, birth_date: date) -> list[str]:
    """What in the file does not fit the reader, in sentences; nothing when name and birth date can be the same.

    Case, accents, titles and the order of names do not count, and middle names may be missing on either side. A date
    known only to the year is compared by its year.
    """
    mismatches = []
    if found.names and not any(_same_name(given, name) for given in found.names):
        mismatches.append(f"The file is about “{found.names[0]}”. Your name here is “{name}”.")
    if found.birth_date and not birth_date.isoformat().startswith(found.birth_date):
        here = PartialDate(birth_date.isoformat()).words
        mismatches.append(f"The file gives the birth date {PartialDate(found.birth_date).words}. Yours here is {here}.")
    return mismatches


def _same_name(first: str, second: str) -> bool:
    one_of, other = _parts(first), _parts(second)
    if not one_of or not other:
        return False
    smaller, larger = sorted((set(one_of), set(other)), key=len)
    if one_of == other or (len(smaller) > 1 and smaller <= larger):
        return True
    # Names written without a space between them, such as 李小龍 for 小龍 and 李.
    joined = "".join(one_of if len(one_of) <= len(other) else other)
    parts = other if len(one_of) <= len(other) else one_of
    return len(parts) <= TOGETHER_MOST and any("".join(order) == joined for order in permutations(parts))


def _parts(name: str) -> list[str]:
    folded = compared(name).translate(PLAIN_LETTERS)
    kept = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in folded if letter not in QUOTES
    )
    parts = sorted(kept.split())
    return [part for part in parts if part not in TITLES] or parts
