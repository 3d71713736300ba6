"""A14: what people write is text wherever it is shown: it adds no element, no attribute and no address to a page."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client

from careteam.checkins.services import add_event, check_in
from careteam.conditions.services import add_condition
from careteam.goals.services import add_goal
from careteam.notes.services import reply
from careteam.procedures.services import add_level, add_procedure
from careteam.safety.services import write_plan
from careteam.treatments.services import add_medicine
from careteam.visits.calls import ask_for_call
from careteam.visits.services import add_question
from tests.conftest import Clinician, Maren

HOOKS = ("onerror", "onload", "onclick", "onfocus", "ontoggle", "onmouseover", "onanimationstart", "onpointerrawupdate")
PAYLOADS = [
    *(f'<img src=x {hook}="alert(1)">' for hook in HOOKS),
    *(f'"{hook}=alert(1) x="' for hook in HOOKS),
    *(f"' {hook}=alert(1) '" for hook in HOOKS),
    *(f"<svg/{hook}=alert(1)>" for hook in HOOKS),
    *(f"<{tag}>alert(1)</{tag}>" for tag in ("script", "ScRiPt", "script\n", "svg><script", "title><script", "xmp")),
    *(f"</{tag}><script>alert(1)</script>" for tag in ("title", "textarea", "script", "style", "svg", "text", "td")),
    *(f"<{tag} src=javascript:alert(1)>" for tag in ("iframe", "embed", "object data=x", "frame", "audio", "video")),
    *(f'<a href="{scheme}alert(1)">x</a>' for scheme in ("javascript:", "JaVaScRiPt:", "java\tscript:", "vbscript:")),
    *(f"[x]({scheme}alert(1))" for scheme in ("javascript:", "data:text/html,", "vbscript:")),
    '<form action="//mallory.example"><button>x</button></form>',
    "<base href=//mallory.example/>",
    "<meta http-equiv=refresh content='0;url=//mallory.example'>",
    "<link rel=stylesheet href=//mallory.example>",
    "<style>@import '//mallory.example'</style>",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "{{ 7|add:7 }}{% debug %}{% load log %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "<div hx-get=//mallory.example hx-trigger=load>",
    "<div data-hx-on:load=alert(1)>",
    '"><a hx-on::after-request=alert(1)>',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<template><script>alert(1)</script></template>",
    "]]><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "`${alert(1)}`",
    "<b>bold</b><i>x</i><u>",
    "<details open ontoggle=alert(1)>",
    "\N{FULLWIDTH LESS-THAN SIGN}script\N{FULLWIDTH GREATER-THAN SIGN}alert(1)",
]
PER_FIELD = 180  # characters: what the shortest field takes
CHART: tuple[str, ...] = (
    "",
    "notes/",
    "goals/",
    "medicines/",
    "procedures/",
    "levels/",
    "conditions/",
    "hard-days/",
    "check-ins/",
    "visits/",
)
CHART += ("timeline/?range=everything", "summary/")
HERS: tuple[str, ...] = (
    "today/",
    "notes/",
    "goals/",
    "treatments/",
    "procedures/",
    "levels/",
    "conditions/",
    "hard-days/",
    "check-ins/",
    "events/",
)
HERS += ("visits/", "timeline/?range=everything", "summary/", "log/", "sharing/")
MARK = "zq"  # in every payload's neighbourhood, so that none is left out unseen


class Seen(HTMLParser):
    """Elements and attributes of a page, and what its words are."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.bad += [f"<{tag} {name}>" for name in names if name.startswith(("on", "data-hx-on", "hx-on"))]
        values = [str(value) for name, value in attrs if name in {"src", "href", "action", "hx-get", "hx-post", "data"}]
        self.bad += [f"<{tag} {value}>" for value in values if "mallory" in value or "script:" in value.lower()]
        if tag in {"iframe", "embed", "object", "base", "frame", "math", "xmp", "style", "u", "img", "audio", "video"}:
            self.bad.append(f"<{tag}>")
        if tag == "script" and "src" not in names:
            self.bad.append("<script>")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def fields() -> list[str]:
    """All payloads, as many together as fit into a field."""
    found = [""]
    for payload in PAYLOADS:
        if len(found[-1]) + len(payload) > PER_FIELD:
            found.append("")
        found[-1] += f"{MARK}{payload}"
    return found


def writes(patient: Maren, words: str) -> None:
    """One of each class, with these words wherever words go."""
    note = patient.writes_note(words, title=words, shared=True)
    patient.does(reply, note, text=words)
    patient.does(add_goal, words=words, why=words, steps=())
    patient.does(add_medicine, name=words, purpose=words, side_effects=words, start="2025-03")
    patient.does(add_procedure, code="other", name=words, purpose=words, start="2025-03")
    patient.does(add_level, substance=words, value="0.6", unit="mmol/L", on="2025-04", words=words)
    patient.does(add_condition, name=words, words=words)
    whom = {"name": words, "phone": "5550123", "words": words}
    patient.does(write_plan, parts=[{"heading": words, "words": words}], contacts=[whom])
    patient.does(add_event, words=words, on="2025-05")
    patient.does(add_question, words=words)


def opened(browser: Client, paths: list[str]) -> dict[str, Seen]:
    found = {}
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"] + ";"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        found[path] = Seen()
        found[path].feed(answer.content.decode())
    return found


def test_nothing_that_is_written_becomes_a_part_of_a_page(patient: Maren, psychiatrist: Clinician) -> None:
    assert len(PAYLOADS) > 75
    for words in fields():
        writes(patient, words)
    patient.does(check_in, mood="low", words=fields()[0])
    patient.does(ask_for_call, words=fields()[0], audience="category")
    pages = opened(psychiatrist.browser, [f"/patients/{patient.id}/{place}" for place in CHART])
    pages |= opened(patient.browser, [f"/{place}" for place in HERS])
    assert {path: seen.bad for path, seen in pages.items() if seen.bad} == {}
    told = "".join("".join(seen.text) for seen in pages.values())
    assert [words for words in PAYLOADS if " ".join(words.split()) not in " ".join(told.split())] == []
