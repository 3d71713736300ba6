"""Every page of the demo, on a phone and at a desk, light and dark: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.checkins import queries as checkins
from careteam.conditions import queries as conditions
from careteam.corrections.services import propose_correction
from careteam.goals import queries as goals
from careteam.measures import queries as measures
from careteam.notes import queries as notes
from careteam.procedures import queries as procedures
from careteam.safety import queries as safety
from careteam.summaries import digests
from careteam.summaries.demo import DOMAIN, Story
from careteam.treatments import queries as treatments
from careteam.visits import queries as visits
from tests.browser.conftest import Visitor
from tests.conftest import Person, as_owner

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script
# No rule asked for reads style sheets themselves (preload), and what was found right need not leave the browser.
FAULTS = """options => axe.run(options).then(
    found => found.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.target)]))"""
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"]], ...] = ((PHONE, "light"), (DESK, "dark"))
SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/invitation/",
    "/help/",
    "/help/?place=GB",
    "/rights/",
    "/nothing-here/",
]


@dataclass
class Ids:
    """Records of the demo to look at."""

    patient: str
    note: str
    signed: str
    replied: str
    reply: str
    goal: str
    medicine: str
    procedure: str
    level: str
    condition: str
    measure: str
    hard_days: str
    worry: str
    visit: str
    question: str
    plan: str
    check_in: str
    event: str
    member: str
    hers: str
    theirs: str
    clinician: str


@pytest.fixture
def ids(commits: None) -> Ids:
    with as_owner():
        story = Story()
        story.tell()
    maren, lee = story.people["patient"], story.people["psychiatrist"]
    with acting_as(lee):
        theirs = digests.digests(lee)[0].id
        signed = next(one for one in notes.progress_notes(lee, maren.user).items if one.clinical and one.mine)
    with acting_as(maren):
        replied = next(one for one in notes.progress_notes(maren, maren.user).items if any(r.mine for r in one.replies))
        found = Ids(
            patient=str(maren.user),
            note=str(next(one.id for one in notes.progress_notes(maren, maren.user).items if one.title == "Session")),
            signed=str(signed.id),
            replied=str(replied.id),
            reply=str(next(one.id for one in replied.replies if one.mine)),
            goal=str(goals.goals(maren, maren.user).items[0].id),
            medicine=str(treatments.medicines(maren, maren.user).items[0].id),
            procedure=str(procedures.procedures(maren, maren.user).items[0].id),
            level=str(procedures.levels(maren, maren.user).items[0].id),
            condition=str(conditions.conditions(maren, maren.user).items[0].id),
            hard_days=str(safety.plans(maren, maren.user).items[0].id),
            **{
                {"PHQ-9": "measure", "GAD-7": "worry"}[one.name]: str(one.id)
                for one in measures.measures(maren, maren.user).items[:2]
            },
            visit=str(visits.visits(maren, maren.user).items[0].id),
            question=str(visits.questions(maren, maren.user).items[0].id),
            plan=str(visits.plans(maren, maren.user).items[0].id),
            check_in=str(checkins.check_ins(maren, maren.user).items[0].id),
            event=str(checkins.events(maren, maren.user).items[0].id),
            member=str(story.members["gp"].id),
            hers=str(digests.digests(maren)[0].id),
            theirs=str(theirs),
            clinician=str(lee.user),
        )
    with acting_as(lee):
        for kind, read, record in (
            ("medicine", treatments.medicine, found.medicine),
            ("check-in", checkins.check_in, found.check_in),
            ("visit", visits.visit, found.visit),
        ):
            stands = {"text": "I have another date for this. Could you look?"}
            version = read(lee, maren.user, UUID(record)).version
            propose_correction(lee, maren.user, kind, UUID(record), **stands, expected=version)
    return found


def patient_pages(ids: Ids) -> list[str]:
    return [
        "/today/",
        "/notes/",
        "/notes/new/",
        f"/notes/{ids.note}/",
        f"/notes/{ids.replied}/",
        f"/notes/{ids.replied}/replies/{ids.reply}/edit/",
        f"/notes/{ids.replied}/replies/{ids.reply}/withdraw/",
        "/goals/",
        "/goals/new/",
        "/goals/new/?template=s10",
        f"/goals/{ids.goal}/",
        f"/goals/{ids.goal}/scale/",
        "/treatments/",
        "/treatments/tried/",
        f"/medicines/{ids.medicine}/judge-by/",
        *(
            page
            for plural, one in (("procedures", ids.procedure), ("levels", ids.level), ("conditions", ids.condition))
            for page in (f"/{plural}/", f"/{plural}/new/", f"/{plural}/{one}/", f"/{plural}/{one}/edit/")
        ),
        f"/procedures/{ids.procedure}/end/",
        f"/levels/{ids.level}/withdraw/",
        f"/audience/condition/{ids.condition}/",
        "/medicines/new/",
        f"/medicines/{ids.medicine}/",
        f"/medicines/{ids.medicine}/edit/",
        f"/medicines/{ids.medicine}/dose/",
        f"/medicines/{ids.medicine}/stop/",
        "/hard-days/",
        "/hard-days/new/",
        f"/hard-days/{ids.hard_days}/",
        f"/hard-days/{ids.hard_days}/edit/",
        f"/hard-days/{ids.hard_days}/withdraw/",
        f"/audience/hard-days/{ids.hard_days}/",
        "/measures/",
        "/measures/phq-9/",
        "/measures/phq-9/?part=2",
        "/measures/gad-7/",
        "/measures/phq-2/",
        "/measures/reminders/",
        f"/measures/{ids.measure}/",
        f"/measures/phq-9/{ids.measure}/correct/",
        f"/measures/{ids.worry}/",
        f"/measures/{ids.worry}/correct/",
        f"/audience/note/{ids.note}/",
        "/visits/",
        "/visits/new/",
        f"/visits/{ids.visit}/",
        f"/visits/{ids.visit}/cancel/",
        "/visits/questions/new/",
        f"/visits/questions/{ids.question}/",
        f"/visits/questions/{ids.question}/withdraw/",
        "/visits/plans/new/",
        f"/visits/plans/{ids.plan}/",
        "/visits/call/",
        f"/audience/plan/{ids.plan}/",
        "/check-in/",
        "/check-ins/",
        f"/check-ins/{ids.check_in}/",
        f"/check-ins/{ids.check_in}/withdraw/",
        "/events/",
        "/events/new/",
        f"/events/{ids.event}/",
        f"/events/{ids.event}/withdraw/",
        f"/audience/check-in/{ids.check_in}/",
        "/imports/",
        "/sharing/",
        "/sharing/invite/",
        "/sharing/telling/",
        f"/sharing/{ids.member}/stop/",
        "/sharing/history/",
        "/log/",
        "/timeline/",
        "/timeline/?range=everything",
        "/summary/",
        "/weekly/",
        f"/weekly/{ids.hers}/",
        "/account/",
        "/account/mail/",
        "/account/tokens/",
        "/accounts/2fa/",
        "/accounts/sessions/",
    ]


def clinician_pages(ids: Ids) -> list[str]:
    chart = f"/patients/{ids.patient}/"
    return [
        "/caseload/",
        chart,
        f"{chart}timeline/",
        f"{chart}timeline/?range=everything",
        f"{chart}notes/",
        f"{chart}notes/new/",
        f"{chart}notes/{ids.note}/",
        f"{chart}notes/{ids.signed}/",
        f"{chart}notes/{ids.signed}/labels/",
        f"{chart}goals/",
        f"{chart}goals/propose/",
        f"{chart}measures/",
        f"{chart}measures/{ids.measure}/",
        f"{chart}measures/{ids.worry}/",
        f"{chart}check-ins/",
        f"{chart}medicines/",
        f"{chart}corrections/medicine/{ids.medicine}/",
        f"{chart}tried/",
        f"{chart}visits/",
        f"{chart}procedures/",
        f"{chart}levels/",
        f"{chart}conditions/",
        f"{chart}hard-days/",
        f"{chart}summary/",
        f"{chart}leave/",
        "/signed/",
        "/weekly/",
        f"/weekly/{ids.theirs}/",
    ]


def admin_pages(ids: Ids) -> list[str]:
    return ["/clinic/", "/clinic/?q=nobody", f"/clinic/{ids.clinician}/", "/account/", "/accounts/2fa/"]


def look(visitor: Visitor, paths: list[str]) -> None:
    """Open each page on a phone by day, then turn it to a desk by night; every fault of any of them is told at once."""
    visitor.context.add_init_script(AXE)  # sent once, and there on every page
    faults: list[str] = []
    for path in paths:
        page = visitor.goes(path)
        for size, scheme in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            found: Any = page.evaluate(FAULTS, OPTIONS)
            faults += [f"{path} ({scheme}): {rule} {where}" for rule, where in found]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{path} ({scheme}): scrolls sideways")
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
        if "Page not found" in page.title() and path != "/nothing-here/":
            faults.append(f"{path}: is not there")
    assert faults == []


def test_every_page_is_open_to_everybody_who_may_read_it(visitor: Callable[..., Visitor], ids: Ids) -> None:
    """On a phone by day, and at a desk by night; the tabs of a phone; and the main way without a single script."""
    look(visitor(), SIGNED_OUT)
    people = {"patient": patient_pages, "psychiatrist": clinician_pages, "admin": admin_pages}
    for key, pages in people.items():
        person = visitor()
        person.is_signed_in(Person(User.objects.get(email=f"{key}@{DOMAIN}")))
        look(person, pages(ids))
        if key == "patient":
            tabs_hold_their_words(person)
    the_main_way_works_without_script(visitor(java_script_enabled=False))


def tabs_hold_their_words(maren: Visitor) -> None:
    fits = "all => all.every(one => one.querySelector('span').offsetWidth <= one.clientWidth && one.clientHeight >= 44)"
    for wide in (320, 360, 375, 390):
        maren.page.set_viewport_size({"width": wide, "height": 844})
        tabs = maren.goes("/treatments/").locator(".nav-tabs a")  # the longest word, and bold
        assert tabs.count() == 6
        assert tabs.evaluate_all(fits), wide


def the_main_way_works_without_script(maren: Visitor) -> None:
    user = User.objects.get(email=f"patient@{DOMAIN}")
    maren.is_signed_in(Person(user))
    page = maren.goes("/notes/new/")
    page.get_by_role("textbox", name="Your note").fill("Without a single script.")
    page.get_by_role("button", name="Save note").click()
    page = maren.goes("/measures/phq-9/?part=2")
    page.locator("input[name=q9][value='2']").check()
    page.get_by_role("button", name="Review my answers").click()
    assert "No one is watching this app in real time." in page.content()
    viewer = Viewer.of(user)
    with acting_as(viewer):
        assert notes.progress_notes(viewer, viewer.user).items[0].text == "Without a single script."
        open_ = measures.open_response(viewer)
        assert open_ is not None
        assert open_.answers == {9: 2}
