"""The visit summary on paper says what the picture holds, in the reader's order, whatever letters are in it."""

from __future__ import annotations

import io
import threading
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from careteam.exchange.pdf import visit_summary_pdf
from careteam.exchange.timeline import description
from careteam.summaries.pictures import (
    INCOMPLETE,
    NONE_SHARED,
    Item9Line,
    MedicineLine,
    TriedLine,
    TriedLines,
    VisitSummary,
)
from careteam.summaries.timeline_pictures import TimelinePicture
from tests.exchange.timelines import MAREN, ten_years
from tests.exchange.visits import BASELINE, EMPTY, FULL, NOW, Audience, note, visit

NO_FONT = "\U0010fffd"  # private use: no font can have it
BOXES = "could not be printed here"


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(summary: VisitSummary) -> str:
    """All text of the PDF, its spaces made even."""
    return " ".join(" ".join(page.extract_text() for page in read(visit_summary_pdf(summary)).pages).split())


def catalog(pdf: bytes) -> dict[str, Any]:
    """The PDF's root, as plain values."""
    root = read(pdf).trailer["/Root"]
    assert isinstance(root, dict)
    return dict(root)


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


# --- for a clinician


def test_a_modest_visit_is_one_page_with_the_answer_first() -> None:
    pages = read(visit_summary_pdf(FULL)).pages
    assert len(pages) <= 2
    assert "Walk to the library" in pages[0].extract_text()  # the last of what must be on the first: goals
    assert in_order(
        words(FULL),
        "Visit summary: Maren Holt",
        "Age 42, born 3 March 1984",
        "From 1 September 2026 to 30 November 2026",
        "Made by Maren Holt for Dr Sun-hee Lee",
        INCOMPLETE,
        "Safety: PHQ-9 question 9",
        "14 of 27, moderate,",
        "Medicines now",
        "What was tried",
        "1 medicine at a sufficient dose and time did not help enough",
        "A count to discuss, not a diagnosis.",
        "Full trial.",
        "Changes in this period",
        "Goals",
        "Earlier medicines",
        "Notes",
        "Sources",
    )


def test_the_safety_line_names_the_latest_answer_and_its_day() -> None:
    assert "Answered 1 of 3: “Several days” on 23 November 2026" in words(FULL)


def test_a_question_9_left_blank_is_not_answered_and_never_zero() -> None:
    text = words(visit(item9=Item9Line(None, None, date(2026, 11, 23))))
    assert "Not answered on the form of 23 November 2026" in text
    assert "0 of 3" not in text


def test_the_score_stands_with_both_changes_and_their_days() -> None:
    text = words(FULL)
    assert "14 of 27, moderate, on 23 November 2026. Lower is better." in text
    assert "Since the previous form: up 3 points (from 11, moderate, on 9 November 2026)." in text
    assert "Since baseline: down 4 points (from 18, moderately severe, on 19 October 2026)." in text
    assert "3 completed forms in this period: 18 on 19 October 2026" in text
    assert "1 form not completed in this period, with no total." in text


def test_an_equal_score_is_no_change_and_one_point_is_singular() -> None:
    equal = visit(previous=BASELINE.__class__(14, "moderate", date(2026, 11, 9)))
    assert "Since the previous form: no change (from 14" in words(equal)
    assert "up 1 point (from 13" in words(visit(previous=BASELINE.__class__(13, "moderate", date(2026, 11, 9))))


def test_a_form_that_is_the_baseline_says_so() -> None:
    assert "Since baseline: this form is the baseline." in words(visit(previous=None, baseline=NOW))


def test_what_is_absent_or_hidden_prints_the_same_words_under_every_heading() -> None:
    text = words(visit(EMPTY))
    headings = (
        "Safety: PHQ-9 question 9",
        "PHQ-9",
        "Medicines now",
        "What was tried",
        "Earlier medicines",
        "Changes in this period",
        "Goals",
    )
    leads = ("Conditions:", "Other treatments:", "Latest levels:")
    more = 4  # questions, what was taken as planned, what was decided, notes
    assert text.count(NONE_SHARED) == len(headings) + len(leads) + more
    for lead in leads:
        assert f"{lead} {NONE_SHARED}" in text
    for heading in headings:
        assert f"{heading} {NONE_SHARED}" in text
    assert "0 " not in text.split(INCOMPLETE)[1].split("Made on")[0]


def test_other_treatments_levels_and_the_episode_are_said_in_a_line_each() -> None:
    text = words(FULL)
    assert (
        "Condition: Depression (It came back, since 2017, current episode since March 2023), stated by Dr Lee" in text
    )
    assert "Talking therapy: with Tomás since 3 March 2025 · 40 sessions · did it help: somewhat" in text
    assert "Latest levels: Lithium 0.60 mmol/L (9 November 2026, 12 hours after the last dose)" in text
    mine = words(visit(audience="patient"))
    for said in ("Other treatments", "How many: 30 sessions", "My levels", "My conditions"):
        assert said in mine
    bare = words(visit(EMPTY, audience="patient"))
    assert "My levels" not in bare


def test_taken_as_planned_says_of_how_many_days_and_that_silence_is_not_an_answer() -> None:
    said = "Taken as planned, by check-ins: on 4 of the 7 days to 30 November 2026; 5 of them were answered."
    assert f"{said} No answer does not mean not taken." in words(FULL)
    assert "Taken as planned" not in words(visit(audience="patient"))


def test_what_a_medicine_does_not_say_is_not_left_blank() -> None:
    assert "since 2023 not stated not stated not stated" in words(FULL)


def test_notes_stand_in_full_with_what_was_added_below() -> None:
    assert in_order(
        words(FULL),
        "Mornings",
        "Maren Holt, 12 November 2026",
        "Getting up is easier.",
        "The shaking is worst before ten.",
        "Reply by Dr Sun-hee Lee:",
        "Let us look at the level.",
        "Level 0.7. Continue.",
    )


def test_steps_of_a_goal_say_done_and_open_in_words() -> None:
    text = words(FULL)
    assert "Active · Improving · by March 2027" in text
    assert "Steps done: Find my boots" in text
    assert "Steps still open: Ask Jonah" in text


# --- for the patient


def test_the_patients_page_has_its_own_order_and_ends_with_help() -> None:
    assert in_order(
        words(visit(audience="patient")),
        "My visit summary: Maren Holt",
        INCOMPLETE,
        "How I have been",
        "My PHQ-9 score was 14 of 27",
        "Lower is better.",
        "My questions",
        "What I want from this visit",
        "My goals and how they go",
        "My medicines now",
        "How I take it: 900 mg, night",
        "What we decided, and when we meet next",
        "Help, day or night",
        "Call 911.",
        "Call or text 988, day or night.",
        "careteam is not watched live.",
    )


def test_a_small_change_is_called_ordinary_and_a_large_one_is_not() -> None:
    wobble = "A change under 5 can be ordinary wobble."
    assert wobble in words(visit(audience="patient"))
    large = visit(audience="patient", previous=None, baseline=BASELINE.__class__(20, "severe", date(2026, 10, 19)))
    assert "down 6 points" in words(large)
    assert wobble not in words(large)


def test_an_empty_record_speaks_plainly_to_its_patient() -> None:
    text = words(visit(EMPTY, audience="patient"))
    assert NONE_SHARED not in text
    for sentence in (
        "Nothing to catch up on.",
        "No goals here yet.",
        "No medicines are written down here.",
        "No notes",
    ):
        assert sentence in text


def test_the_patients_page_keeps_question_9_off_the_paper() -> None:
    text = words(visit(audience="patient", timeline=MAREN))
    for said in ("everal days", "item 9", "uestion 9"):
        assert said not in text
    assert "Question 9 above zero" in words(visit(timeline=MAREN))


# --- the timeline


def pages(summary: VisitSummary) -> list[str]:
    """The text of each page."""
    return [" ".join(page.extract_text().split()) for page in read(visit_summary_pdf(summary)).pages]


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_the_timeline_is_on_the_second_page_with_a_number_and_a_day_beside_it(audience: Audience) -> None:
    first, second, *_ = pages(visit(audience=audience, timeline=MAREN))
    assert "PHQ-9 score: lower is better" not in first
    assert in_order(
        second, "imeline", "PHQ-9 score: lower is better", "Escitalopram", "Latest PHQ-9: 14, moderate, on 23"
    )
    if audience == "clinician":
        assert "Goals" in first
        assert first.endswith("page 1 of 2")


def test_a_full_first_page_leaves_no_blank_behind_it() -> None:
    goals = FULL.goals * 30
    found = pages(visit(goals=goals, timeline=MAREN))
    at = next(number for number, page in enumerate(found) if "PHQ-9 score: lower is better" in page)
    assert at > 0
    assert "Walk to the library" in found[at] + found[at - 1]


def test_the_drawing_has_its_words_for_those_who_hear_it() -> None:
    pdf = read(visit_summary_pdf(visit(timeline=MAREN)))
    objects = [pdf.get_object(number) for number in range(1, int(str(pdf.trailer["/Size"])))]
    told = [str(one["/Alt"]) for one in objects if isinstance(one, DictionaryObject) and "/Alt" in one]
    assert description(MAREN, table=False) in told


def test_ten_years_and_sixty_bars_stay_on_one_page() -> None:
    assert any("Medicine 0 " in page and "Medicine 59 " in page for page in pages(visit(timeline=ten_years())))


def test_where_nothing_may_be_seen_there_is_no_drawing() -> None:
    empty = TimelinePicture(MAREN.window, MAREN.today)
    assert pages(visit(timeline=empty)) == pages(visit())


# --- both


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_every_page_says_it_is_a_snapshot_whose_it_is_and_its_number(audience: Audience) -> None:
    long = visit(audience=audience, notes=note("A long day. " * 1500))
    pages = [" ".join(page.extract_text().split()) for page in read(visit_summary_pdf(long)).pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert "Made on 1 December 2026, 12:20 am (Europe/Berlin). A copy cannot be called back." in page
        assert f"page {number} of {len(pages)}" in page
        assert "Maren Holt" in page


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_the_file_is_tagged_has_a_language_and_a_title_that_tells_nothing(audience: Audience) -> None:
    pdf = visit_summary_pdf(visit(audience=audience))
    root = catalog(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in pdf
    told = read(pdf).metadata
    assert told is not None
    assert (told.title, told.author) == ("Visit summary", "careteam")
    assert "Maren" not in str(dict(told))


def test_the_same_picture_makes_the_same_file() -> None:
    assert visit_summary_pdf(FULL) == visit_summary_pdf(FULL)


def test_paper_is_a4_unless_letter_is_asked_for() -> None:
    def size(pdf: bytes) -> tuple[int, int]:
        box = read(pdf).pages[0].mediabox
        return round(box.width), round(box.height)

    assert size(visit_summary_pdf(FULL)) == (595, 842)
    assert size(visit_summary_pdf(FULL, paper="us-letter")) == (612, 792)


# --- whatever letters


@pytest.mark.parametrize(
    "markup",
    [
        '#import "x": *',
        "$x^2$",
        "*bold*",
        "@ref",
        "<label>",
        "`raw`",
        "// comment",
        "/* c */",
        "= Heading",
        "\\",
        "#{1/0}",
    ],
)
def test_typst_markup_stays_the_text_it_is(markup: str) -> None:
    medicine = MedicineLine(markup, markup, markup, markup, markup, markup, markup)
    tried = TriedLines(markup, (TriedLine(markup, markup, markup, markup, markup),), "", "", "")
    told = visit(patient_name=markup, medicines_now=(medicine,), changes=(markup,), notes=note(markup), tried=tried)
    # The name; 6 cells of what is taken now; a count and 5 cells of what was tried; a change and a note.
    assert words(told).replace(" ", "").count(markup.replace(" ", "")) == 15


def test_e33_arabic_names_and_notes_run_right_to_left_without_turning_the_line_around_them() -> None:
    told = visit(patient_name="نور الهدى", made_by="نور", notes=note("النهوض أسهل، 14/27", author="نور"))
    text = words(told)
    assert "Age 42, born 3 March 1984" in text
    assert "for Dr Sun-hee Lee" in text
    assert "born 3 March 1984" in text
    assert ", 12 November 2026" in text
    assert set("نورالهدى") <= set(text)
    assert BOXES not in text


def test_a_letter_in_no_font_is_a_box_the_page_explains_and_all_else_is_there() -> None:
    pdf = visit_summary_pdf(visit(patient_name=f"Li {NO_FONT}"))
    text = " ".join(read(pdf).pages[0].extract_text().split())
    assert BOXES in text
    assert "14 of 27, moderate," in text
    assert b"pdfuaid:part" not in pdf
    assert catalog(pdf)["/MarkInfo"]["/Marked"]


def test_chinese_is_printed_where_a_font_is_and_explained_where_none_is() -> None:
    text = words(visit(patient_name="李小龍"))
    assert "李小龍" in text or BOXES in text


def test_a_script_whose_shaping_panics_still_gives_a_page() -> None:
    syriac = " ".join("".join(chr(0x710 + (i * j) % 31) for i in range(1, 9)) for j in range(1, 300))
    text = words(visit(notes=note(syriac)))
    assert "14 of 27, moderate," in text
    assert "14 of 27, moderate," in words(FULL)  # the next file is drawn as ever
    assert BOXES not in words(FULL)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "e" + "\u0301" * 19_999,
        ("\u0301" * 4 + "\u200b") * 4_000,
        "\n" * 20_000,
        "\u202e" * 20_000,
        "क\u094d\u200d" * 6_000,
        "😀" * 20_000,
        "x\r\ny\x00\x07\x1b\ud800\u2028z",
    ],
    ids=["one word", "marks", "loose marks", "lines", "overrides", "one syllable", "emoji", "controls"],
)
def test_no_text_makes_the_drawing_crawl_or_crash(text: str) -> None:
    assert visit_summary_pdf(visit(notes=note(text), changes=(text,))).startswith(b"%PDF-")


def test_a_long_note_is_printed_to_its_last_word() -> None:
    text = words(visit(notes=note("word " * 3_998 + "the last")))
    assert text.count("word ") == 3_998  # as many as went in
    assert "the last" in text


def test_a_word_wider_than_its_column_is_broken_and_loses_nothing() -> None:
    name = "methylenedioxy" * 8
    medicine = MedicineLine(name, name, name, name, name, name, name)
    drawn = words(visit(medicines_now=(medicine,), goals=(), notes=()))
    letters = drawn.replace("\u200b", "").replace(" ", "").replace("-", "")
    assert letters.count("methylenedioxy") >= 8  # columns are read side by side; the first alone is whole


ANY_TEXT = st.text(max_size=60) | st.text(alphabet=st.characters(), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(audience=st.sampled_from(["patient", "clinician"]), text=ANY_TEXT, name=ANY_TEXT)
def test_any_text_at_all_gives_a_file(audience: Audience, text: str, name: str) -> None:
    medicine = MedicineLine(name, text, text, text, name, text, text)
    told = visit(
        audience=audience,
        patient_name=name,
        made_by=text,
        recipient=name,
        medicines_now=(medicine,),
        changes=(text,),
        notes=note(text),
    )
    assert len(read(visit_summary_pdf(told)).pages) >= 1


def test_many_hands_at_once_each_get_their_own_page() -> None:
    names = [f"Person {number:02}" for number in range(12)]
    files: dict[str, bytes] = {}

    def draw(name: str) -> None:
        files[name] = visit_summary_pdf(visit(patient_name=name))

    hands = [threading.Thread(target=draw, args=(name,)) for name in names]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    for name in names:
        text = read(files[name]).pages[0].extract_text()
        assert f"Visit summary: {name}" in text
        assert sum(other in text for other in names) == 1
