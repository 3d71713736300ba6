"""Composed answers: overview, caseload, weekly summaries, the visit summary and its file."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from careteam.goals.models import Goal
from careteam.sharing import services as sharing
from careteam.summaries.models import Kind
from tests.api.programs import PROBLEM, Program, told
from tests.api.world import World, answered, week_of
from tests.conftest import Clinician, Maren
from tests.measures.forms import FIVE, TWELVE, TWENTY, at, sends


def test_the_overview_is_one_picture_each_with_what_she_may_see(
    maren: Program, lee: Program, yusuf: Program, world: World
) -> None:
    place = f"patients/{world.patient}/overview/"
    hers, lees, yusufs = (program.get(place).json() for program in (maren, lee, yusuf))
    assert (hers["mine"], lees["mine"], hers["who"]["name"]) == (True, False, "Maren Holt")
    assert [len(one["notes"]) for one in (hers, lees, yusufs)] == [3, 2, 0]
    assert [bool(one["score"]) for one in (hers, lees, yusufs)] == [True, True, False]
    assert [one["goals"][0]["words"] for one in (hers, lees, yusufs)] == ["Walk to the lake"] * 3
    assert hers["score"]["newest"]["total"] == 8
    assert "ETag" not in lee.get(place)  # nothing composed is cached


def test_an_overview_says_what_changed_since_the_form_before(maren: Program, patient: Maren) -> None:
    answered(patient, dict.fromkeys(range(1, 10), 2))
    score = maren.get(f"patients/{patient.id}/overview/").json()["score"]
    assert (score["since_previous"], score["since_baseline"]) == (None, None)


def test_the_caseload_is_everybody_on_whose_team_she_is(lee: Program, yusuf: Program, world: World) -> None:
    (row,) = lee.get("caseload/").json()["rows"]
    assert (row["name"], row["score"]["newest"]["total"], row["medicines"]) == ("Maren Holt", 8, ["Lithium"])
    (row,) = yusuf.get("caseload/").json()["rows"]
    assert (row["name"], row["score"], row["medicines"]) == ("Maren Holt", None, ["Lithium"])


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "99999999999999999999"])
def test_a_page_of_the_caseload_that_is_not_there_is_a_problem(lee: Program, page: str) -> None:
    refused = lee.get(f"caseload/?page={page}")
    assert (refused.status_code in (400, 422), refused["Content-Type"]) == (True, PROBLEM)


# -- Weekly summaries --------------------------------------------------------------------------------------------------
def test_a_week_is_passed_through_the_rule_at_each_opening(
    lee: Program, maren: Program, psychiatrist: Clinician, patient: Maren, world: World
) -> None:
    references: list[list[str | int]] = [
        ["goals", str(world.patient), str(world.goal), 1],
        ["notes", str(world.patient), str(world.own_note), 1],
    ]
    week = week_of(psychiatrist.id, Kind.CLINICIAN_WEEK, references)
    (head,) = lee.get("digests/").json()
    assert head["id"] == str(week)
    opened = lee.get(f"digests/{week}/").json()
    (part,) = opened["parts"]
    assert (part["name"], part["score"]["newest"]["total"]) == ("Maren Holt", 8)
    assert [(one["line"]["words"], one["changed"]) for one in part["lines"]] == [("Walk to the lake", False)]
    maren.changes(f"patients/{world.patient}/goals/{world.goal}/", {"words": "Walk around the lake"})
    ((line,),) = [part["lines"] for part in lee.get(f"digests/{week}/").json()["parts"]]
    assert (line["line"]["words"], line["changed"]) == ("Walk around the lake", True)
    with patient.acting() as viewer:
        sharing.set_audience(viewer, Goal, world.goal, audience="only_me")
    assert lee.get(f"digests/{week}/").json()["parts"] == []


def test_a_patients_weeks_are_under_both_addresses_and_hers_alone(maren: Program, lee: Program, world: World) -> None:
    assert maren.get("digests/").json() == maren.get(f"patients/{world.patient}/digests/").json()
    one = maren.get(f"digests/{world.digest}/").json()
    assert one == maren.get(f"patients/{world.patient}/digests/{world.digest}/").json()
    assert one["parts"][0]["lines"][0]["line"]["words"] == "Walk to the lake"
    assert {
        lee.get(place).status_code for place in (f"digests/{world.digest}/", f"patients/{world.patient}/digests/")
    } == {404}


def test_a_patients_week_says_what_its_page_says_and_a_clinicians_says_nothing_of_it(
    maren: Program, lee: Program, patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, TWENTY, at(1))
    sends(patient, TWELVE, at(10))
    sends(patient, FIVE, at(17))
    week = week_of(patient.id, Kind.PATIENT_WEEK, [], date(2026, 3, 9))
    own = maren.get(f"digests/{week}/").json()["own"]
    assert [(one["on"], one["words"]) for one in own["forms"]] == [("2026-03-10", "12, moderate")]
    assert own["reminders"] == [], "she has sent one since: nothing is asked in an old week"
    assert (own["score"]["newest"]["total"], own["score"]["since_previous"]["words"]) == (12, "8 points lower")
    assert (own["looked"], own["help"]) == ([], "/help/")
    assert own["prompt"]["topic"] in ("Tame stress", "Good sleep", "Move your body")
    theirs = week_of(psychiatrist.id, Kind.CLINICIAN_WEEK, [], date(2026, 3, 9))
    assert lee.get(f"digests/{theirs}/").json()["own"] is None


# -- The visit summary -------------------------------------------------------------------------------------------------
def test_the_visit_summary_holds_what_its_reader_may_see(
    maren: Program, lee: Program, yusuf: Program, world: World
) -> None:
    place = f"patients/{world.patient}/visit-summary/"
    hers, lees, yusufs = (program.get(place).json() for program in (maren, lee, yusuf))
    assert (hers["audience"], lees["audience"]) == ("patient", "clinician")
    assert [one["text"] for one in lees["notes"]] == ["Sleep a little better.", "slept badly"]
    assert [one["text"] for one in hers["notes"]] == ["Sleep a little better.", "slept badly"]  # not what only she sees
    assert (yusufs["notes"], yusufs["now"], [one["name"] for one in yusufs["medicines_now"]]) == ([], None, ["Lithium"])
    whole = maren.get(f"{place}?with_only_me=true").json()
    assert "for me alone" in [one["text"] for one in whole["notes"]]


def test_four_weeks_are_shown_when_nothing_is_said(maren: Program, patient: Maren) -> None:
    summary = maren.get(f"patients/{patient.id}/visit-summary/").json()
    today = patient.viewer.today
    assert (summary["start"], summary["end"]) == ((today - timedelta(days=27)).isoformat(), today.isoformat())
    first = maren.get(f"patients/{patient.id}/visit-summary/?end=0001-01-01").json()
    assert (first["start"], first["end"]) == ("0001-01-01", "0001-01-01")


def test_a_paper_for_somebody_holds_what_that_person_may_see(
    maren: Program, lee: Program, gp: Clinician, world: World
) -> None:
    place = f"patients/{world.patient}/visit-summary/"
    paper = maren.get(f"{place}?recipient={gp.member.id}").json()
    assert (paper["recipient"], paper["audience"], paper["notes"]) == ("Dr Amina Yusuf", "clinician", [])
    assert maren.get(f"{place}?recipient={world.goal}").status_code == 404
    assert lee.get(f"{place}?recipient={gp.member.id}").status_code == 422


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("start=2026-02-01&end=2026-01-01", 422),
        ("end=9999-12-31", 422),
        ("start=0001-01-01", 422),
        ("start=soon", 400),
        ("days=30", 400),
        ("with_only_me=perhaps", 400),
        ("recipient=nobody", 400),
        ("paper=a4", 400),
    ],
)
def test_days_that_cannot_be_summed_up_are_a_problem(maren: Program, patient: Maren, asked: str, status: int) -> None:
    refused = maren.get(f"patients/{patient.id}/visit-summary/?{asked}")
    assert (refused.status_code, refused["Content-Type"]) == (status, PROBLEM)


def words_of(file: Any) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages)


def test_the_file_is_a_pdf_with_the_same_words_and_is_told_as_a_download(
    maren: Program, lee: Program, yusuf: Program, world: World
) -> None:
    place = f"patients/{world.patient}/visit-summary/pdf/"
    file = lee.get(place, accept="application/pdf")
    assert (file.status_code, file["Content-Type"], file.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert file["Content-Disposition"].startswith('attachment; filename="visit-summary-20')
    assert file["Cache-Control"] == "no-store, private"
    assert "slept badly" in words_of(file)
    assert "slept badly" not in words_of(yusuf.get(place))
    assert "for me alone" not in words_of(maren.get(place))
    assert any(
        "downloaded" in words and "Lee" in words for words in told(maren.get(f"patients/{world.patient}/access-log/"))
    )
    letter = PdfReader(BytesIO(lee.get(f"{place}?paper=us-letter").content)).pages[0].mediabox
    assert (round(letter.width), round(letter.height)) == (612, 792)


def test_a_file_that_is_refused_is_a_problem_whatever_was_accepted(
    maren: Program, lee: Program, patient: Maren
) -> None:
    place = f"patients/{patient.id}/visit-summary/pdf/"
    for refused, status in (
        (maren.get(f"{place}?end=9999-12-31", accept="application/pdf"), 422),
        (maren.get(f"{place}?paper=a3", accept="application/pdf"), 400),
        (lee.get("patients/01900000-0000-7000-8000-000000000000/visit-summary/pdf/", accept="application/pdf"), 404),
        (maren.post(place, {}, accept="application/pdf"), 405),
    ):
        assert (refused.status_code, refused["Content-Type"]) == (status, PROBLEM)
