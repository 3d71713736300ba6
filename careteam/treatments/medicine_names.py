"""Names of medicines, pure: which ingredient a name says plainly, and what else it may mean. It only ever suggests.

What somebody typed is kept as it is. A brand name or a misspelling counts for nothing until she says what it is.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from careteam.sharing.errors import Invalid
from careteam.treatments.dose_table import by_ingredient

BRANDS = Path(__file__).with_name("brand_names.csv")
SUGGESTED_MOST = 6
WORDS_MOST = 6
SHORTEST = 3  # letters, before anything is suggested
CLOSE = 0.78  # difflib's ratio; "sertralin" and "setraline" lie above, "magnesium" lies below for every name we list

# What stands beside a name and is none: salts, forms, and words of a box.
SALTS = {
    "hydrochloride", "hcl", "hydrobromide", "hbr", "maleate", "mesylate", "oxalate", "succinate", "sulfate", "sulphate",
    "carbonate", "citrate", "fumarate", "sodium", "hemihydrate",
}  # fmt: skip
FORMS = {
    "xl", "xr", "sr", "er", "cr", "ir", "la", "pr", "mr", "retard", "extended", "sustained", "controlled", "modified",
    "prolonged", "release", "tablet", "tablets", "tab", "tabs", "capsule", "capsules", "cap", "caps", "pill", "pills",
    "patch", "patches", "transdermal", "nasal", "spray", "oral", "solution", "film", "coated", "weekly", "mg", "mcg",
    "ug", "μg", "g", "ml", "and", "plus", "with", "generic",
}  # fmt: skip
TOKENS = re.compile(r"[^\W\d_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a typed name may mean. `found_by` says how it was found, `words` says it to her."""

    ingredient: str
    found_by: Literal["name", "brand", "spelling"]
    words: str


@cache
def brands() -> Mapping[str, tuple[str, str]]:
    """Each brand name in small letters: as it is written, and its ingredient. A suggestion only."""
    with BRANDS.open(newline="") as file:
        return {line["brand"].casefold(): (line["brand"], line["ingredient"]) for line in csv.DictReader(file)}


@cache
def _plain() -> Mapping[tuple[str, ...], str]:
    """The words of each ingredient's own names, in any order."""
    return {
        tuple(sorted(_words(name))): ingredient
        for ingredient, rows in by_ingredient().items()
        for name in {ingredient, *(other for row in rows for other in row.also)}
    }


@cache
def _searched() -> Mapping[str, tuple[str, Literal["name", "brand"]]]:
    """Everything a search looks through: in small letters, what it is, and by which list."""
    found: dict[str, tuple[str, Literal["name", "brand"]]] = {}
    for brand, (_, ingredient) in brands().items():
        found[brand] = (ingredient, "brand")
    for ingredient, rows in by_ingredient().items():
        for name in (ingredient, *(other for row in rows for other in row.also)):
            found[name] = (ingredient, "name")
    return found


def recognized(name: str) -> str:
    """The ingredient that a name says plainly by its generic name, "" for every other.

    Salts, forms, strengths and the ingredient's own brand beside it change nothing: "Sertraline HCl 50 mg (Zoloft)".
    A brand alone, a misspelling, or two ingredients that are no product of the table are nothing plain.
    """
    words = [word for word in _words(name) if word not in FORMS]
    said = _plain().get(tuple(sorted(words)))
    if said is None:
        bare = [word for word in words if word not in SALTS]
        said = _plain().get(tuple(sorted(bare)))
        if said is None:
            unbranded = [word for word in bare if word not in brands()]
            said = _plain().get(tuple(sorted(unbranded)))
            if said and any(brands()[word][1] != said for word in bare if word in brands()):
                said = None
    return said or ""


def clean_ingredient(said: str) -> str:
    """A name of the dose table, or nothing; raises Invalid (ingredient) for anything else."""
    if said and said not in by_ingredient():
        raise Invalid(ingredient="Choose one of these, or leave it empty.")
    return said


def suggestions(typed: str) -> tuple[Suggestion, ...]:
    """What a name may mean, the likeliest first: generic names, then brands, then near spellings. At most six.

    Nothing is suggested for less than three letters. To suggest is not to decide: the name stays as it was typed.
    """
    words = _words(typed)
    asked = " ".join(word for word in words if word not in FORMS and word not in SALTS) or " ".join(words)
    if len(asked) < SHORTEST:
        return ()
    if said := recognized(typed):
        return (Suggestion(said, "name", said),)
    searched = _searched()
    begun = [name for name in searched if name.startswith(asked) or any(part == asked for part in name.split())]
    begun.sort(key=lambda name: (name != asked, searched[name][1] != "name", name))
    near = get_close_matches(asked, searched, n=SUGGESTED_MOST, cutoff=CLOSE)
    for word in words[:WORDS_MOST]:
        near += [name for name in get_close_matches(word, searched, n=2, cutoff=CLOSE) if name not in near]
    found: dict[str, Suggestion] = {}
    for name in begun:
        ingredient, by = searched[name]
        found.setdefault(ingredient, Suggestion(ingredient, by, _said(name, ingredient, by)))
    for name in near:
        ingredient, by = searched[name]
        found.setdefault(ingredient, Suggestion(ingredient, "spelling", _said(name, ingredient, by)))
    return tuple(found.values())[:SUGGESTED_MOST]


def offered() -> tuple[tuple[str, str], ...]:
    """Every name a form may offer while somebody types, with the ingredient of a brand; in order of the alphabet."""
    generic = [(ingredient, "") for ingredient in by_ingredient()]
    return tuple(sorted([*generic, *brands().values()], key=lambda pair: pair[0].casefold()))


def _said(name: str, ingredient: str, by: Literal["name", "brand"]) -> str:
    return ingredient if by == "name" else f"{ingredient} (sold as {brands()[name][0]})"


def _words(text: str) -> list[str]:
    """The words of a name in small letters, without accents' composed forms, numbers or signs."""
    said: list[str] = TOKENS.findall(unicodedata.normalize("NFKC", text).casefold().replace("t3", "triiodothyronine"))
    return said
