"""What holds for every page file, read as text: the content security policy, both darks, neutral mail."""

from __future__ import annotations

import re
from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template

import frontend
from frontend.icons import DRAWINGS

HOME = Path(frontend.__file__).parent
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
MAILS = sorted((HOME / "templates").rglob("email/*.txt"))
CSS = (HOME / "static/frontend/careteam.css").read_text()


def name(path: Path) -> str:
    return path.relative_to(HOME / "templates").as_posix()


@pytest.mark.parametrize("path", [*TEMPLATES, *MAILS], ids=name)
def test_a_template_can_be_read(path: Path) -> None:
    get_template(name(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_page_holds_a_style_or_a_script_that_the_policy_would_refuse(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|js:", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag


def test_every_icon_that_a_page_asks_for_is_drawn() -> None:
    asked = {found for path in TEMPLATES for found in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    assert asked <= set(DRAWINGS)


def test_the_two_dark_looks_are_the_same_and_change_colours_alone() -> None:
    def tokens(selector: str) -> dict[str, str]:
        body = CSS.split(selector + " {", 1)[1].split("}", 1)[0]
        return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body))

    by_device = tokens(':root:not([data-theme="light"])')
    by_choice = tokens('\n[data-theme="dark"]')
    assert by_device == by_choice
    assert len(by_choice) > 30
    assert set(by_choice) < set(tokens(":root"))


def test_a_phone_layout_is_for_screens_so_that_letter_paper_prints_the_wide_one() -> None:
    narrow = re.findall(r"@media ([^{]*max-width[^{]*){([^}]*)}", CSS)
    assert narrow
    for query, first in narrow:
        assert "screen" in query or ".nav-tabs" in first  # the navigation is not printed at all


@pytest.mark.parametrize("path", MAILS, ids=name)
def test_a_mail_tells_nobody_what_careteam_is_for(path: Path) -> None:
    words = set(re.findall(r"[a-z]+", path.read_text().lower()))
    telling = "health mental care doctor clinic clinician patient team medicine note mood therapy depression visit"
    assert not words & set(telling.split())


def test_every_mail_of_allauth_has_our_words() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    mails = [path for room in ("account", "mfa") for path in (theirs / room / "email").glob("*.txt")]
    assert len(mails) > 30
    assert {path.relative_to(theirs).as_posix() for path in mails} <= {name(path) for path in MAILS}


@pytest.mark.parametrize(
    "word", ["taken? back", "took .*back", "take (it|this|them) back", "turned down", "access log"]
)
def test_one_thing_has_one_word(word: str) -> None:
    # docs/words.md: a record is withdrawn, an invitation cancelled, a copy cannot be called back.
    sources = [path for room in (HOME, HOME.parent / "careteam") for path in room.rglob("*.py")]
    shown = [path for path in (*TEMPLATES, *sources) if "migrations" not in path.parts]
    found = [path.name for path in shown for line in path.read_text().splitlines() if re.search(word, line, re.I)]
    assert found == []
