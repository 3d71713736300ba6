"""The demo loads through the services and shows each person what the story says."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from careteam.accounts import second_factor
from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.checkins import queries as checkins
from careteam.notes import queries as notes
from careteam.sharing.records import ALL
from careteam.summaries import demo, demo_days, demo_goals, digests, queries
from careteam.summaries.crowd import PEOPLE
from careteam.summaries.demo import DOMAIN, Story
from tests.conftest import as_owner
from tests.stage import stage


def as_person(key: str) -> Viewer:
    return Viewer.of(User.objects.get(email=f"{key}@{DOMAIN}"))


@stage.fixture
def told() -> None:
    """The story, told once for both tests of it."""
    with as_owner():
        Story().tell()


@pytest.mark.usefixtures("told")
def test_the_demo_tells_its_story_to_each_of_the_four() -> None:
    maren, lee, rivera, yusuf = (as_person(key) for key in ("patient", "psychiatrist", "therapist", "gp"))
    with acting_as(maren):
        hers = queries.overview(maren, maren.user)
    assert hers.score is not None
    assert hers.score.newest is not None
    assert hers.score.newest.total == 14
    assert [one.name for one in hers.medicines] == ["Lithium", "Escitalopram"]
    titles: dict[str, set[str]] = {}
    for viewer in (lee, rivera, yusuf):
        with acting_as(viewer):
            found = notes.progress_notes(viewer, maren.user)
            titles[viewer.name] = {one.title for one in found.items if not one.clinical and one.title}
            assert digests.digests(viewer)
    assert "Wine" in titles[lee.name]
    assert "What I remember" not in titles[lee.name]
    assert "What I remember" in titles[rivera.name]
    assert "Before the next medicine" not in titles[rivera.name]
    assert titles[yusuf.name] == set()


@pytest.mark.usefixtures("told")
def test_the_demos_check_ins_have_honest_gaps_and_are_the_psychiatrists_and_the_therapists_to_see() -> None:
    maren, lee, rivera, yusuf = (as_person(key) for key in ("patient", "psychiatrist", "therapist", "gp"))
    with acting_as(maren):
        hers = checkins.check_ins(maren, maren.user, page=ALL).items
        assert checkins.of_day(maren, maren.today) is None
        assert not checkins.comes_back(maren)
    days = [one.day for one in hers]
    assert len(set(days)) == len(days)
    assert 60 < len(days) < 130
    assert max((later - earlier).days for later, earlier in pairwise(days)) > 7
    assert {one.medicines_words for one in hers} >= {"", "As planned", "Not today"}
    for viewer, sees in ((lee, True), (rivera, True), (yusuf, False)):
        with acting_as(viewer):
            assert bool(checkins.check_ins(viewer, maren.user).items) is sees
            assert bool(checkins.events(viewer, maren.user).items) is sees


def texts(told: object) -> Iterator[str]:
    """Every word in the story's tables, whatever it is a part of."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, tuple):
        for part in told:
            yield from texts(part)
    elif is_dataclass(told) and not isinstance(told, type):
        yield from texts(tuple(getattr(told, field.name) for field in fields(told)))


def test_no_sentence_of_the_story_names_a_month_a_season_or_a_day_of_the_week() -> None:
    days = [*calendar.month_name[1:], *calendar.day_name, "spring", "summer", "autumn", "winter", "fall", "season"]
    named = re.compile(rf"\b({'|'.join([*days, *map(str.title, days)])})s?\b")
    story = [*texts(demo.NOTES), *texts(demo.SIGNED), *texts(demo.GOALS), *texts(demo.MEDICINES), demo.REPLY]
    story += [*demo_goals.PROPOSED.values(), *demo_goals.AGREED.values(), demo_goals.ASKED, *demo_goals.LEVELS]
    story += [*demo_days.WORDS.values(), *texts(demo_days.EVENTS)]
    assert len(story) > 80
    assert [one for one in story if named.search(one)] == []


def test_the_doctor_speaks_of_each_medicine_while_it_is_taken() -> None:
    """The visit 660 days ago gives vortioxetine six more weeks, and it was stopped when they were over."""
    (vortioxetine,) = [one for one in demo.MEDICINES if one.name == "Vortioxetine"]
    (visit,) = [ago for ago, _, _, text in demo.SIGNED if "vortioxetine six more weeks" in text]
    assert vortioxetine.periods[-1][2] == visit - 6 * 7 - 1


@pytest.mark.django_db
def test_the_demo_goes_into_an_empty_database_alone_and_its_clinicians_sign_in_with_a_code_that_it_tells(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    with as_owner():
        call_command("demo", verbosity=0)
        kept = set(User.objects.values_list("id", flat=True))
        call_command("demo", "--if-empty", verbosity=0)
        with pytest.raises(CommandError):
            call_command("demo", verbosity=0)
        assert set(User.objects.values_list("id", flat=True)) == kept  # a second start changes nobody
        assert len(kept) == len(demo.ACCOUNTS) + PEOPLE
    capsys.readouterr()
    browser = Client()
    sent = {"login": f"psychiatrist@{DOMAIN}", "password": settings.DEMO_PASSWORD}
    asked = browser.post("/accounts/login/", sent, follow=True).content.decode()
    call_command("demo", "--accounts")
    said = capsys.readouterr().out
    code = second_factor.demo_code()  # as the page and the command said a moment ago, or the next
    assert re.search(r'the code is <b class="code">\d{6}</b>', asked)
    assert re.search(rf"It is \d{{6}} now.*{settings.DEMO_TOTP}", said)
    browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert browser.get("/caseload/").status_code == 200
    call_command("demo", "--code")
    assert re.fullmatch(r"\d{6}\n", capsys.readouterr().out)
    settings.DEMO = False
    assert second_factor.demo_code() == ""
