"""A FHIR file as a set of resources: which is the newest of each, what points where, and whose they are."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from careteam.exchange.fhir_json import Json, many, one, words

TYPE = re.compile("[A-Z][A-Za-z]{1,63}")
HISTORY = re.compile(r"/_history/[^/]*$")
UUID = re.compile("(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
VERSION = re.compile("[0-9]{1,18}")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One resource of the file, with the address its Bundle gives it."""

    type: str
    resource: Json
    url: str = ""

    @property
    def id(self) -> str:
        """The logical id, or an empty text."""
        return words(self.resource, "id")

    @property
    def place(self) -> str:
        """What makes two entries versions of one resource; an empty text when nothing does."""
        return self.url or (f"{self.type}/{self.id}" if self.id else "")

    @property
    def base(self) -> str:
        """The server this entry's address is on, ending in a slash; empty for other addresses."""
        return self.url[: -len(f"{self.type}/{self.id}")] if self.url.endswith(f"/{self.type}/{self.id}") else ""


@dataclass(slots=True)
class File:
    """The newest of every resource in a file, its older versions, what it deletes, and how many entries are broken."""

    entries: list[Entry] = field(default_factory=list)
    older: list[Entry] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    broken: int = 0
    document: bool = False
    patients: list[Entry] = field(default_factory=list)
    inside: dict[int, dict[str, Json]] = field(default_factory=dict)
    by_url: dict[str, Entry] = field(default_factory=dict)
    by_name: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def of_type(self, *types: str) -> list[Entry]:
        """The entries of these types."""
        return [entry for entry in self.entries if entry.type in types]

    def find(self, reference: str, seen_from: Entry) -> Entry | None:
        """What a reference points to: contained, by full address, or relative to where it stands."""
        if reference.startswith("#"):
            inside = self._contained(seen_from.resource).get(reference[1:])
            return Entry(_type(inside), inside) if inside else None
        wanted = HISTORY.sub("", reference)
        named = self.by_name.get("/".join(wanted.split("/")[-2:]), [])
        if "://" in wanted or wanted.startswith("urn:"):
            found, named = self.by_url.get(wanted), [entry for entry in named if not entry.url]
        else:
            found = self.by_url.get(seen_from.base + wanted)
        return found or (named[0] if len(named) == 1 else None)

    def _contained(self, resource: Json) -> dict[str, Json]:
        """What a resource contains, by id: looked through once, however many references ask."""
        if id(resource) not in self.inside:
            parts = many(resource, "contained")
            self.inside[id(resource)] = {name: part for part in reversed(parts) if (name := words(part, "id"))}
        return self.inside[id(resource)]


def opened(top: Json) -> File:
    """The resources of a Bundle, or the one resource a file is."""
    file = File(document=top.get("type") == "document")
    found, deleted = [Entry(_type(top), top)], set[str]()
    if top.get("resourceType") == "Bundle":
        found = []
        listed = top.get("entry")
        for part in listed if isinstance(listed, list) else []:
            resource = part.get("resource") if isinstance(part, dict) else None
            if isinstance(resource, dict):
                found.append(Entry(_type(resource), resource, HISTORY.sub("", words(part, "fullUrl"))))
            elif isinstance(part, dict) and one(part, "request").get("method") == "DELETE":
                deleted.add(HISTORY.sub("", words(one(part, "request"), "url")))
            else:
                file.broken += 1
    versions = defaultdict(list)
    for entry in found:
        versions[entry.place or id(entry)].append(entry)
    for same in versions.values():
        newest, *older = sorted(same, key=_age, reverse=True) if len(same) > 1 else same
        file.older += older
        kept = f"{newest.type}/{newest.id}" not in deleted and newest.url not in deleted
        (file.entries if kept else file.gone).append(newest)
    file.patients = file.of_type("Patient")
    for entry in file.entries:
        if entry.url:
            file.by_url[entry.url] = entry
        if entry.id:
            file.by_name[f"{entry.type}/{entry.id}"].append(entry)
    return file


def _type(resource: Json) -> str:
    found = words(resource, "resourceType")
    return found if TYPE.fullmatch(found) else UNKNOWN


def _age(entry: Entry) -> tuple[float, int, str]:
    """Sorts versions of one resource: by their time, their number, at last by what they say, never by their place."""
    meta = one(entry.resource, "meta")
    version = VERSION.fullmatch(words(meta, "versionId"))
    try:
        told = datetime.fromisoformat(words(meta, "lastUpdated"))
    except ValueError:
        told = None
    when = told.timestamp() if told and told.tzinfo else 0.0
    return when, int(version[0]) if version else 0, canonical(entry)


def canonical(entry: Entry) -> str:
    """What a resource says, the same for every order of its names and without its address, version and printed text."""
    told = {name: value for name, value in entry.resource.items() if name not in {"id", "meta", "text"}}
    return json.dumps(told, sort_keys=True, default=str)


# -- The same entry in two files ---------------------------------------------------------------------------------------
def keys(entries: list[Entry]) -> list[str]:
    """For each entry a name of at most 64 characters that stays the same when its file is brought again.

    Its identifier, else its address, else its id, else what it says. Where two entries of one file share an identifier
    but are not one resource, both get the rest as well: better asked twice than lost.
    """
    identities = [_identity(entry) for entry in entries]
    shared = {identity for identity, times in Counter(identities).items() if times > 1}
    return [
        _key(entry, identity + (f"|{entry.place or canonical(entry)}" if identity in shared else ""))
        for entry, identity in zip(entries, identities, strict=True)
    ]


def _key(entry: Entry, identity: str) -> str:
    return f"{entry.type}:{hashlib.sha256(identity.encode()).hexdigest()[:40]}"


def _identity(entry: Entry) -> str:
    if named := identifiers(entry.resource):
        return "|".join(min(named))
    for address in (entry.url, entry.id):
        if unique := UUID.fullmatch(address):
            return unique[1].lower()
    if "://" in entry.url or entry.url.startswith("urn:"):
        return entry.url
    return f"{entry.id}|{canonical(entry)}"  # a short id alone, such as "1", is not the same thing in another file


def identifiers(resource: Json) -> set[tuple[str, str]]:
    """System and value of each identifier in use: either alone names nothing."""
    found = {
        (words(part, "system"), words(part, "value"))
        for part in many(resource, "identifier")
        if part.get("use") not in {"old", "temp"}
    }
    return {(system, value) for system, value in found if system and value}
