"""Into the house: medicines and goals found in a FHIR R4 file. It reads and tells, stores and guesses nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeVar

from careteam.exchange.fhir_bundle import Entry, File, keys, opened
from careteam.exchange.fhir_dose import Amount, dose_of, text_of
from careteam.exchange.fhir_json import Json, Unreadable, load, many, one, storable, words
from careteam.exchange.fhir_person import FhirPatient, partial_date, patient_picture, person_of, same_person, whose
from careteam.sharing.partial import order_problem, partial

__all__ = ["Code", "FhirImport", "FhirPatient", "FoundGoal", "FoundMedicine", "Unreadable", "read_fhir", "same_person"]

NAME_MOST = 200
TEXT_MOST = 500
CODES_MOST = 20
FOUND_MOST = 5_000  # a long life holds some hundreds
SHOWN = 60  # characters of a name in a sentence about it
MEDICINES = ("MedicationRequest", "MedicationStatement")
NOUNS = {"MedicationRequest": "prescription", "MedicationStatement": "medicine", "Goal": "goal"}
PRESCRIBED = {
    "active": "active",
    "on-hold": "on-hold",
    "completed": "completed",
    "stopped": "stopped",
    "cancelled": "not-taken",  # FHIR: withdrawn before anything was taken
    "draft": "intended",
    "unknown": "unknown",
}
TAKEN = {status: status for status in ("active", "completed", "intended", "stopped", "on-hold", "unknown", "not-taken")}
LIFECYCLE = {
    status: status
    for status in ("proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "rejected")
}
ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"
ACHIEVEMENTS = {
    "in-progress",
    "improving",
    "worsening",
    "no-change",
    "achieved",
    "sustaining",
    "not-achieved",
    "no-progress",
    "not-attainable",
}
SAYS_NONE = "absent-unknown-uv-ips"  # "no known medications" written as if it were a medicine
IN_ERROR = "entered-in-error"
REPEATED = "an older or repeated version of another"


class Code(NamedTuple):
    """A code that came along, never looked up."""

    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class FoundMedicine:
    """A medicine as its file tells of it. `key` names it in every later file, `fingerprint` changes with what it says.

    `dose` holds all of it in words; `amount` is what is taken each time (never a day's), None unless mg, mcg or g are
    written; `timing` and `times_a_day` say when. `start` is the day it was taken from, or only prescribed on
    (`start_is`); dates are partial, None is not known. `status` is one of FHIR MedicationStatement. `source` is the
    FHIR type.
    """

    key: str
    fingerprint: str
    name: str
    dose: str
    amount: Amount | None
    timing: str
    times_a_day: int | None
    route: str
    as_needed: bool
    start: str | None
    start_is: Literal["taken", "prescribed"]
    end: str | None
    status: str
    reason: str
    why_status: str
    source: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class FoundGoal:
    """A goal as its file tells of it: `status` is FHIR Goal.lifecycleStatus, `achievement` a code or None."""

    key: str
    fingerprint: str
    text: str
    status: str
    achievement: str | None
    start: str | None
    due: str | None
    source: str


@dataclass(frozen=True, slots=True)
class FhirImport:
    """What a file holds for its reader: nothing in it is stored yet.

    `skipped` counts by type every resource that is not among the found; `problems` says in sentences what was left out
    and why, and may hold words from the file: for the reader's eyes, never for a log.
    """

    patient: FhirPatient | None
    medicines: tuple[FoundMedicine, ...]
    goals: tuple[FoundGoal, ...]
    skipped: dict[str, int]
    problems: tuple[str, ...]


class _LeftOut(Exception):
    """An entry that is not offered: a reason shared by many, or a sentence of its own."""

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__("left out")
        self.reason, self.sentence = reason, sentence


def read_fhir(raw: bytes) -> FhirImport:
    """What a FHIR R4 file of at most 10 MB holds: a Bundle of any type, or one resource. Raises only Unreadable."""
    return _Reading(opened(_fhir(raw))).result()


def _fhir(raw: bytes) -> Json:
    top = load(raw)
    if not words(top, "resourceType"):
        raise Unreadable("This file is JSON, but it holds no FHIR record. Nothing was added.")
    return top


class _Reading:
    """One file while it is read: what was found, what was left out and why."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.sentences: set[str] = set()
        self.used: set[int] = set()

    def result(self) -> FhirImport:
        file = self.file
        wanted = file.of_type(*NOUNS)
        if len(wanted) > FOUND_MOST:
            raise Unreadable(f"This file holds more than {FOUND_MOST:,} medicines and goals. Nothing was added.")
        patient, clear = person_of(file, wanted)
        medicines: dict[str, FoundMedicine] = {}
        goals: dict[str, FoundGoal] = {}
        for entry, key in zip(wanted, keys(wanted), strict=True):
            try:
                self._check(entry, patient, clear=clear)
                if key in medicines or key in goals:
                    raise _LeftOut(REPEATED)
                if entry.type == "Goal":
                    goals[key] = self._goal(entry, key)
                else:
                    medicines[key] = self._medicine(entry, key)
            except _LeftOut as left_out:
                self.left_out[entry.type, left_out.reason] += 1
                self.sentences |= {left_out.sentence} - {""}
            else:
                self.used.add(id(entry))
        for entries, reason in ((file.older, REPEATED), (file.gone, "deleted by the file itself")):
            self.left_out.update((entry.type, reason) for entry in entries if entry.type in NOUNS)
        if patient is not None:
            self.used.add(id(patient))
        everything = [*file.entries, *file.older, *file.gone]
        return FhirImport(
            patient=patient_picture(patient, wanted) if clear else None,
            medicines=tuple(
                sorted(medicines.values(), key=lambda found: (found.name.casefold(), found.start or "", found.key))
            ),
            goals=tuple(sorted(goals.values(), key=lambda found: (found.text.casefold(), found.key))),
            skipped=dict(sorted(Counter(entry.type for entry in everything if id(entry) not in self.used).items())),
            problems=self._problems(patient, clear=clear),
        )

    def _problems(self, patient: Entry | None, *, clear: bool) -> tuple[str, ...]:
        told = [] if clear else ["This file is about more than one person, and does not say which one is you."]
        if patient is not None and "birthDate" in patient.resource and not partial_date(patient.resource["birthDate"]):
            told.append("The birth date in the file is not a real date.")
        for (kind, reason), times in sorted(self.left_out.items()):
            if reason:
                told.append(f"{times} {NOUNS[kind]}{'' if times == 1 else 's'} left out: {reason}.")
        if broken := self.file.broken:
            told.append(f"{broken} {'entry' if broken == 1 else 'entries'} of the file could not be read.")
        return (*told, *sorted(self.sentences))

    # -- Every kind ----------------------------------------------------------------------------------------------------
    def _check(self, entry: Entry, patient: Entry | None, *, clear: bool) -> None:
        about = whose(entry, self.file, patient, clear=clear)
        if about != "theirs":
            raise _LeftOut("about another person" if about == "other" else "it is not clear whom this is about")
        resource = entry.resource
        if IN_ERROR in (resource.get("status"), resource.get("lifecycleStatus")):
            raise _LeftOut("marked in the file as entered in error")
        if resource.get("intent") in ("proposal", "option"):
            raise _LeftOut("only proposed, not prescribed")
        if resource.get("doNotPerform") not in (None, False):
            raise _LeftOut("the file says not to take it")
        if "modifierExtension" in resource:
            raise _LeftOut("marked in the file in a way that careteam does not understand")

    def _tell(self, name: str, sentence: str) -> None:
        self.sentences.add(f"“{_short(name)}”: {sentence}")

    def _fits(self, name: str, text: str, most: int, what: str) -> None:
        if len(text) > most:
            raise _LeftOut("", f"“{_short(name)}” left out: its {what} is longer than {most} characters.")

    def _date(self, name: str, parent: Json, field: str, what: str) -> str | None:
        found = partial_date(parent.get(field))
        if field in parent and found is None:
            self._tell(name, f"its {what} is not a real date and stays empty.")
        return found

    def _in_order(self, name: str, start: str | None, end: str | None) -> str | None:
        if order_problem(partial(start), partial(end)):
            self._tell(name, "its end is before its start, so the end stays empty.")
            return None
        return end

    def _status(self, name: str, resource: Json, field: str, known: dict[str, str], otherwise: str) -> str:
        written = resource.get(field)
        status = known.get(written) if isinstance(written, str) else None
        if status is None:
            self._tell(name, f"the file does not say how it stands; it is taken as “{otherwise}”.")
        return status or otherwise

    def _readable(self, name: str, resource: Json) -> None:
        if not _all_storable(resource):
            self._tell(name, "some text holds characters that cannot be stored, and was left out.")

    # -- Medicines -----------------------------------------------------------------------------------------------------
    def _medicine(self, entry: Entry, key: str) -> FoundMedicine:
        resource = entry.resource
        name, concept, medication = self._named(entry)
        self._fits(name, name, NAME_MOST, "name")
        asked = entry.type == "MedicationRequest"
        dose = dose_of(many(resource, "dosageInstruction" if asked else "dosage"))
        reason, why = self._reasons(entry), _status_reason(resource)
        for text, what in (
            (dose.words, "dose"),
            (reason, "reason"),
            (why, "reason for how it stands"),
            (dose.route, "route"),
        ):
            self._fits(name, text, NAME_MOST if what == "route" else TEXT_MOST, what)
        if dose.partly:
            self._tell(name, "not all of its dose could be put into words. Please check it.")
        period = one(resource, "effectivePeriod")
        if asked:
            start, end = self._date(name, resource, "authoredOn", "date"), None
        elif period:
            start, end = self._date(name, period, "start", "start"), self._date(name, period, "end", "end")
        else:
            start, end = self._date(name, resource, "effectiveDateTime", "date"), None
        self._readable(name, resource)
        if medication:
            self.used.add(id(medication))
        return _stamped(
            FoundMedicine(
                key=key,
                fingerprint="",
                name=name,
                dose=dose.words,
                amount=dose.each_time,
                timing=dose.timing,
                times_a_day=dose.times_a_day,
                route=dose.route,
                as_needed=dose.as_needed,
                start=start,
                start_is="prescribed" if asked else "taken",
                end=self._in_order(name, start, end),
                status=self._status(name, resource, "status", PRESCRIBED if asked else TAKEN, "unknown"),
                reason=reason,
                why_status=why,
                source=entry.type,
                codes=self._codes(name, concept),
            )
        )

    def _named(self, entry: Entry) -> tuple[str, Json, Entry | None]:
        """The medicine's name as written, the concept it stands in, and the Medication it was found in, if any."""
        concept, medication = one(entry.resource, "medicationCodeableConcept"), None
        reference = one(entry.resource, "medicationReference")
        if not text_of(concept):
            medication = self.file.find(words(reference, "reference"), entry) if words(reference, "reference") else None
            concept = one(medication.resource, "code") if medication else {}
        if any(SAYS_NONE in words(coding, "system") for coding in many(concept, "coding")):
            raise _LeftOut("the file says with it that no medicine is known")
        if medication and medication.resource.get("status") == IN_ERROR:
            raise _LeftOut("marked in the file as entered in error")
        parts = many(medication.resource, "ingredient") if medication else []
        mixed = " + ".join(filter(None, (text_of(one(part, "itemCodeableConcept")) for part in parts)))
        name = text_of(concept) or mixed or words(reference, "display")
        if not name:
            raise _LeftOut("the name of the medicine is not in the file")
        return name, concept, medication

    def _codes(self, name: str, concept: Json) -> tuple[Code, ...]:
        found = [Code(*(words(coding, part) for part in Code._fields)) for coding in many(concept, "coding")]
        whole = [code for code in dict.fromkeys(found) if code.system and code.code]
        short = [code for code in whole if max(map(len, code)) <= NAME_MOST][:CODES_MOST]
        if len(short) < len(whole):
            self._tell(name, "some of its codes are too long or too many and were left out.")
        return tuple(short)

    def _reasons(self, entry: Entry) -> str:
        told = [text_of(concept) for concept in many(entry.resource, "reasonCode")]
        for reference in many(entry.resource, "reasonReference"):
            found = self.file.find(words(reference, "reference"), entry) if words(reference, "reference") else None
            if found and _refuted(found):
                continue
            told.append((text_of(one(found.resource, "code")) if found else "") or words(reference, "display"))
        return "; ".join(dict.fromkeys(filter(None, told)))

    # -- Goals ---------------------------------------------------------------------------------------------------------
    def _goal(self, entry: Entry, key: str) -> FoundGoal:
        resource = entry.resource
        text = text_of(one(resource, "description"))
        if not text:
            raise _LeftOut("the goal itself is not in the file")
        self._fits(text, text, TEXT_MOST, "text")
        self._readable(text, resource)
        return _stamped(
            FoundGoal(
                key=key,
                fingerprint="",
                text=text,
                status=self._status(text, resource, "lifecycleStatus", LIFECYCLE, "proposed"),
                achievement=self._achievement(text, resource),
                start=self._date(text, resource, "startDate", "start"),
                due=self._due(text, resource),
                source=entry.type,
            )
        )

    def _achievement(self, text: str, resource: Json) -> str | None:
        codings = many(one(resource, "achievementStatus"), "coding")
        known = [words(coding, "code") for coding in codings if words(coding, "system") == ACHIEVEMENT]
        found = next((code for code in known if code in ACHIEVEMENTS), None)
        if found is None and "achievementStatus" in resource:
            self._tell(text, "the file says how it goes in a way careteam does not know; that stays empty.")
        return found

    def _due(self, text: str, resource: Json) -> str | None:
        targets = many(resource, "target")
        dates = {self._date(text, target, "dueDate", "target date") for target in targets} - {None}
        if len(dates) > 1:
            self._tell(text, "it has several target dates; the last one is kept.")
        if any("dueDuration" in target for target in targets):
            self._tell(text, "it is due after some time, not on a date; that stays empty.")
        return max(filter(None, dates), default=None)


# -- Small answers -----------------------------------------------------------------------------------------------------
Found = TypeVar("Found", FoundMedicine, FoundGoal)


def _stamped(found: Found) -> Found:
    """With a fingerprint of everything but its key."""
    told = repr(replace(found, key="", fingerprint=""))
    return replace(found, fingerprint=hashlib.sha256(told.encode()).hexdigest()[:40])


def _short(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}…"


def _status_reason(resource: Json) -> str:
    """One concept in a MedicationRequest, a list of them in a MedicationStatement."""
    concepts = [*many(resource, "statusReason"), one(resource, "statusReason")]
    return "; ".join(dict.fromkeys(filter(None, map(text_of, concepts))))


def _refuted(condition: Entry) -> bool:
    codings = many(one(condition.resource, "verificationStatus"), "coding")
    return any(words(coding, "code") in ("refuted", IN_ERROR) for coding in codings)


def _all_storable(value: Any) -> bool:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return all(storable(name) and _all_storable(part) for name, part in value.items())
    return all(map(_all_storable, value)) if isinstance(value, list) else True
