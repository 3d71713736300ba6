"""The treatment timeline: what it says in each case, and what holds for any record."""

from __future__ import annotations

import io
import re
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import fontpkg
import pytest
import typst
from pypdf import PdfReader

import frontend
from careteam.exchange.timeline import PAPER, PHONE, WIDE, Ink, Layout, caption, description, draw, rows, title
from careteam.exchange.timeline_ink import PAGE_PAINTS, Box, box
from careteam.exchange.timeline_letters import one_line, shortened, width
from careteam.exchange.timeline_scale import LARGE, SMALL, TimeAxis, ticks
from careteam.exchange.timeline_words import dose_words
from careteam.sharing.partial import PartialDate
from careteam.summaries.pictures import NONE_SHARED
from careteam.summaries.timeline_pictures import (
    AnxietyPoint,
    Event,
    ScorePoint,
    Span,
    TimelinePicture,
    Window,
    earliest,
    window,
    within,
)
from tests.exchange.timelines import MAREN, TODAY, bar, generated, ten_years

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = [WIDE, PHONE, PAPER]
SEEDS = range(200)
CSS = Path(frontend.__file__).parent / "static/frontend/careteam.css"
EMPTY = TimelinePicture(window(Span.HALF_YEAR, TODAY, None), TODAY)
NUMBERS = re.compile(r"-?\d+\.?\d*")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 # careteam's own drawing


@cache
def tree(seed: int, layout: Layout) -> ET.Element:
    return parsed(draw(generated(seed), layout))


def texts(svg: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def drawn(picture: TimelinePicture, layout: Layout = WIDE) -> ET.Element:
    return parsed(draw(picture, layout))


def of_class(svg: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in svg.iter() if element.get("class") == name]


def boxes(svg: ET.Element) -> list[tuple[str, Box]]:
    """The room each text takes at most."""
    found = []
    for text in svg.iter(f"{SVG}text"):
        words, after = text.text or "", "".join(part.text or "" for part in text)
        paint, anchor = text.get("class", ""), text.get("text-anchor", "start")
        room = box(paint, float(text.get("x", "")), float(text.get("y", "")), words, anchor)
        found.append((words + after, replace(room, right=room.right + width(after, SMALL))))
    return found


def told(picture: TimelinePicture) -> str:
    return "\n".join(f"{row.when} | {row.kind} | {row.what}" for row in rows(picture))


def scored(*totals: int | None, item9: int | None = 0) -> tuple[ScorePoint, ...]:
    """A score each 14 days, the last one today."""
    return tuple(
        ScorePoint(TODAY - timedelta(14 * (len(totals) - 1 - at)), total, item9) for at, total in enumerate(totals)
    )


# --- what it says


def test_it_says_what_it_is_and_that_lower_is_better() -> None:
    assert title(MAREN) == "PHQ-9 scores and treatments, 27 November 2024 to 27 November 2026"
    assert description(MAREN).startswith(
        "Lower is better. 25 PHQ-9 scores, from 18 (moderately severe) on 13 January 2025 "
        "to 14 (moderate) on 23 November 2026; lowest 11 (moderate) on 6 April 2026, highest 19 (moderately severe)"
    )
    for layout in LAYOUTS:
        assert "PHQ-9 score: lower is better" in "".join(texts(drawn(MAREN, layout)))


def test_each_severity_range_is_named_with_its_points() -> None:
    shown = texts(drawn(EMPTY))
    assert {"None-minimal 0–4", "Mild 5–9", "Moderate 10–14", "Moderately severe 15–19", "Severe 20–27"} <= set(shown)
    assert {"0–4", "5–9", "10–14", "15–19", "20–27"} <= set(texts(drawn(EMPTY, PHONE)))


def test_the_gad7_has_a_panel_of_its_own_with_its_ranges_its_direction_and_its_line_in_words_too() -> None:
    worry = (AnxietyPoint(TODAY - timedelta(20), 14), AnxietyPoint(TODAY - timedelta(6), 9), AnxietyPoint(TODAY, None))
    both = replace(MAREN, anxiety=worry)
    assert title(both).startswith("PHQ-9 and GAD-7 scores and treatments, ")
    said = description(both)
    assert "2 GAD-7 scores, from 14 (moderate) on 7 November 2026 to 9 (mild) on 21 November 2026; lowest" in said
    assert "Of the GAD-7, too, lower is better; it has a line and ranges of its own." in said
    assert "Latest GAD-7: 9, mild, on 21 November 2026." in caption(both)
    assert "7 November 2026 | GAD-7 | 14, moderate" in told(both)
    assert "27 November 2026 | GAD-7 | incomplete, no total" in told(both)
    for layout in LAYOUTS:
        alone, shown = drawn(MAREN, layout), drawn(both, layout)
        assert "GAD-7 score: lower is better" in texts(shown)
        assert {"Minimal 0–4", "Severe 15–21"} <= set(texts(shown)) or {"0–4", "15–21"} <= set(texts(shown))
        # The line of the PHQ-9 is what it was; the second line lies below it and holds its two totals alone.
        lines = [one.get("points", "") for one in of_class(shown, "ln")]
        assert lines[:-1] == [one.get("points", "") for one in of_class(alone, "ln")]
        lowest, highest = (choose(float(y) for line in lines[:-1] for y in ys(line)) for choose in (max, min))
        assert len(ys(lines[-1])) == 2
        assert highest < lowest < min(map(float, ys(lines[-1])))
    assert "GAD-7" not in description(MAREN) + title(MAREN) + caption(MAREN) + draw(MAREN)


def ys(points: str) -> list[str]:
    return [place.split(",")[1] for place in points.split()]


@pytest.mark.parametrize(
    ("total", "words"),
    [(18, "Response: 9 or lower"), (19, "Response: 9 or lower"), (20, "Response: 10 or lower"), (1, "Response: 0")],
)
def test_the_response_line_is_half_of_the_baseline(total: int, words: str) -> None:
    picture = replace(EMPTY, scores=scored(17, 12), baseline=ScorePoint(TODAY - timedelta(100), total))
    assert {words, "Remission: under 5"} <= set(texts(drawn(picture)))
    assert "Baseline: " in description(picture)
    assert words.partition(": ")[2] in description(picture)


def test_there_is_no_response_line_without_a_baseline_above_zero() -> None:
    for baseline in (None, ScorePoint(TODAY, 0), ScorePoint(TODAY, None), ScorePoint(TODAY + timedelta(9), 18)):
        shown = texts(drawn(replace(EMPTY, scores=scored(17), baseline=baseline)))
        assert not any("Response" in words for words in shown)
        assert "Remission: under 5" in shown


def test_response_and_remission_at_the_same_total_are_one_line() -> None:
    svg = drawn(replace(EMPTY, baseline=ScorePoint(TODAY, 9)))
    assert "Response and remission: 4 or lower" in texts(svg)
    assert len(of_class(svg, "aim-l") + of_class(svg, "aim-2")) == 1


def test_the_baseline_stands_with_its_score_and_day() -> None:
    for layout in LAYOUTS:
        assert "Baseline: 18 on 12 October 2026" in "".join(texts(drawn(MAREN, layout)))
    assert "12 October 2026 | Baseline | 18, moderately severe. Response, half of it, is 9 or lower." in told(MAREN)


def test_question_9_above_zero_is_a_ring_with_words_and_no_colour_of_its_own() -> None:
    picture = replace(
        EMPTY, scores=(*scored(14, 12), ScorePoint(TODAY, 9, 2), ScorePoint(TODAY - timedelta(3), None, 1))
    )
    svg = drawn(picture)
    assert "Question 9 above zero" in texts(svg)
    marks = of_class(svg, "q9")
    assert [mark.findtext(f"{SVG}title") for mark in marks] == [
        "24 November 2026: incomplete, no total. Question 9: several days",
        "27 November 2026: 9, mild. Question 9: more than half the days",
    ]
    assert "Question 9 was above zero on 2 days, last more than half the days on 27 November 2026." in description(
        picture
    )


def test_a_blank_question_9_is_not_answered_and_never_zero() -> None:
    picture = replace(EMPTY, scores=scored(14, item9=None))
    assert "27 November 2026 | PHQ-9 | 14, moderate. Question 9: not answered" in told(picture)
    assert not of_class(drawn(picture), "q9")
    assert "Question 9" not in description(picture)


def test_an_incomplete_form_is_in_the_table_and_on_no_line() -> None:
    picture = replace(EMPTY, scores=scored(14, None, 12))
    assert "incomplete, no total" in told(picture)
    assert len(of_class(drawn(picture), "dot")) == 2


def test_of_two_scores_on_a_day_the_later_is_on_the_line_and_both_are_shown() -> None:
    picture = replace(EMPTY, scores=(*scored(20, 16), ScorePoint(TODAY, 12, 0)))
    svg = drawn(picture)
    assert [dot.findtext(f"{SVG}title") for dot in of_class(svg, "dot-2")] == [
        "27 November 2026: 16, moderately severe"
    ]
    assert len(of_class(svg, "ln")[0].get("points", "").split()) == 2
    assert [row.what[:2] for row in rows(picture) if row.when == "27 November 2026"] == ["16", "12"]


def test_between_scores_more_than_three_months_apart_the_line_is_dotted() -> None:
    old = ScorePoint(TODAY - timedelta(400), 20, 0)
    picture = TimelinePicture(window(Span.TWO_YEARS, TODAY, None), TODAY, (old, *scored(15, 14)))
    svg = drawn(picture)
    assert len(of_class(svg, "ln-gap")) == 1
    assert len(of_class(svg, "ln")) == 1


def test_absent_and_hidden_are_the_same_words_and_another_time_is_not_absence() -> None:
    for layout in LAYOUTS:
        assert texts(drawn(EMPTY, layout)).count(NONE_SHARED) == 2  # scores and medicines; nothing is said of the rest
        earlier = replace(EMPTY, scores=(ScorePoint(date(2020, 1, 1), 9),), medicines=(bar("Old", "2020", "2021"),))
        assert texts(drawn(earlier, layout)).count("None in this time.") == 2
    assert rows(EMPTY) == ()


def test_what_lies_outside_the_window_is_neither_drawn_nor_listed() -> None:
    outside = TimelinePicture(
        window=Window(date(2020, 1, 1), date(2020, 6, 30)), today=TODAY, scores=scored(18),
        medicines=(bar("Sertraline", "2021", "2022"),), treatments=(bar("CBT", "2021", "", now=True),),
        events=(Event(PartialDate("2021-03"), "Moved"),),
    )  # fmt: skip
    assert rows(outside) == ()
    for word in ("Sertraline", "CBT", "Moved", "Today"):
        assert word not in draw(outside)


# --- bars


def rects(svg: ET.Element, name: str = "bar") -> list[tuple[float, float, float]]:
    """Left, right and height of each solid piece."""
    return [
        (float(r.get("x", "")), float(r.get("x", "")) + float(r.get("width", "")), float(r.get("height", "")))
        for r in of_class(svg, name)
    ]


def one_bar(medicine: object, span: Span = Span.HALF_YEAR) -> ET.Element:
    return drawn(TimelinePicture(window(span, TODAY, None), TODAY, medicines=(medicine,)))  # type: ignore[arg-type] # a Bar


def test_dose_steps_are_steps_with_their_amounts() -> None:
    steps = (("50 mg", "2026-07-01", "2026-08-31", 50), ("100 mg", "2026-09-01", "", 100))
    svg = one_bar(bar("Sertraline", "2026-07-01", "", *steps, now=True))
    (low_left, low_right, low), (high_left, high_right, high) = rects(svg)
    assert low < high
    assert low_left < low_right < high_left < high_right == pytest.approx(WIDE.right, abs=0.1)
    assert {"50 mg", "100 mg"} <= set(texts(svg))


def test_steps_too_narrow_for_words_are_said_in_one_place() -> None:
    steps = (("50 mg", "2026-11-01", "2026-11-07", 50), ("100 mg", "2026-11-08", "2026-11-14", 100))
    assert "50 → 100 mg" in texts(one_bar(bar("Sertraline", "2026-11-01", "2026-11-14", *steps)))
    assert dose_words(bar("x", "", "", ("25 mcg", "", "", 1), ("2 tablets", "", "", 2)).steps) == "25 mcg → 2 tablets"


def test_a_bar_with_a_month_for_its_end_is_dashed_where_nobody_knows() -> None:
    svg = one_bar(bar("Aripiprazole", "2026-07-10", "2026-10"))
    axis = TimeAxis(window(Span.HALF_YEAR, TODAY, None), WIDE)
    [(left, right, _)] = rects(svg)
    assert left == pytest.approx(axis.x(date(2026, 7, 10)), abs=0.1)
    assert right == pytest.approx(axis.x(date(2026, 10, 2)), abs=0.2)
    [dashed] = of_class(svg, "bar-open")
    assert max(map(float, NUMBERS.findall(dashed.get("d", "")))) >= axis.x(date(2026, 11, 1)) - 0.1


def test_a_year_alone_invents_no_first_of_january() -> None:
    picture = TimelinePicture(window(Span.TWO_YEARS, TODAY, None), TODAY, medicines=(bar("Sertraline", "2025"),))
    svg = drawn(picture)
    assert rects(svg) == []
    assert "end not known" in texts(svg)
    assert told(picture) == "2025, end not known | Medicine | Sertraline"
    assert "1 January" not in draw(picture)


@pytest.mark.parametrize(
    ("medicine", "words"),
    [
        (bar("A", "", "", now=True), "start not known"),
        (bar("A", "", "2026-10"), "start not known"),
        (bar("A", "2026-10-01", ""), "end not known"),
        (bar("A", "", ""), "dates not known"),
        (bar("A", "2026-11-28", ""), ""),  # not yet: outside a window that ends today
    ],
)
def test_what_is_not_known_is_said(medicine: object, words: str) -> None:
    svg = one_bar(medicine)
    assert rects(svg) == []
    assert (words in texts(svg)) is bool(words)


def test_what_is_planned_is_dashed_and_says_so() -> None:
    later = Window(TODAY - timedelta(100), TODAY + timedelta(100))
    svg = drawn(TimelinePicture(later, TODAY, medicines=(bar("Lithium", "2026-12-10", "2027-01-20"),)))
    assert rects(svg) == []
    assert "planned" in texts(svg)


def test_nothing_after_today_is_drawn_as_certain() -> None:
    later = Window(TODAY - timedelta(100), TODAY + timedelta(100))
    until = bar("Lithium", "2026-09-09", "2027-01-20", ("900 mg", "2026-09-09", "", 900), now=True)
    svg = drawn(TimelinePicture(later, TODAY, medicines=(until,)))
    [(_, right, _)] = rects(svg)
    assert right == pytest.approx(TimeAxis(later, WIDE).x(TODAY, 1), abs=0.1)
    assert len(of_class(svg, "bar-open")) == 1


def test_taken_this_year_ends_today_at_the_latest() -> None:
    later = Window(TODAY - timedelta(100), TODAY + timedelta(100))
    today = TimeAxis(later, WIDE).x(TODAY, 1)
    for medicine in (bar("A", "2026", "", now=True), bar("A", "2026", "2026")):
        [dashed] = of_class(drawn(TimelinePicture(later, TODAY, medicines=(medicine,))), "bar-open")
        assert float(re.findall(r"H([\d.]+)", dashed.get("d", ""))[0]) == pytest.approx(today, abs=0.1)


def test_a_long_name_is_shortened_where_it_is_drawn_and_whole_in_tooltip_and_table() -> None:
    name = "Eine sehr lange Bezeichnung " * 7
    picture = replace(EMPTY, medicines=(bar(name, "2026-07-01", "2026-08-01"),))
    for layout in LAYOUTS:
        svg = drawn(picture, layout)
        assert not any(name.strip() in words for words in texts(svg))
        assert any(words.startswith("Eine sehr") and "…" in words for words in texts(svg))
        assert any(name.strip() in (found.text or "") for found in svg.iter(f"{SVG}title"))
    assert name.strip() in told(picture)


def test_somebodys_text_is_never_markup() -> None:
    picture = replace(
        EMPTY,
        none='<b>"none"',
        medicines=(bar("<script>x</script>", "2026-07-01", "", ("<i>", "", "", None), note="&"),),
        events=(Event(PartialDate("2026-09-09"), "</svg><script>"),),
    )
    for layout in LAYOUTS:
        for ink in Ink:
            svg = draw(picture, layout, ink)
            assert "<script" not in svg
            assert svg.count("</svg>") == 1
            parsed(svg)


def test_right_to_left_words_keep_their_direction_to_themselves() -> None:
    picture = replace(EMPTY, medicines=(bar("ليثيوم", "2026-07-01", "2026-08-01", ("50 mg", "", "", 50)),))
    assert "\u2068ليثيوم\u2069" in draw(picture, PHONE)
    assert "\u2068ليثيوم\u2069: 50 mg" in told(picture)


# --- events


def test_events_on_one_day_stand_below_each_other() -> None:
    picture = replace(EMPTY, events=tuple(Event(PartialDate("2026-09-09"), f"Thing {at}") for at in range(4)))
    for layout in LAYOUTS:
        assert len({words for words in texts(drawn(picture, layout)) if words.startswith("Thing")}) == 4


def test_more_events_than_lanes_are_counted_and_listed() -> None:
    picture = replace(EMPTY, events=tuple(Event(PartialDate("2026-09-09"), f"Thing {at}") for at in range(30)))
    for layout in LAYOUTS:
        assert "and 22 more, in the table" in texts(drawn(picture, layout))
    assert len(rows(picture)) == 30


# --- time


@pytest.mark.parametrize("span", [*Span])
def test_a_span_ends_today(span: Span) -> None:
    assert window(span, TODAY, date(2019, 5, 5)).last == TODAY


def test_spans_begin_where_they_say() -> None:
    assert window(Span.HALF_YEAR, date(2026, 8, 31), None).first == date(2026, 2, 28)
    assert window(Span.TWO_YEARS, date(2028, 2, 29), None).first == date(2026, 2, 28)
    assert window(Span.EVERYTHING, TODAY, date(2019, 5, 5)).first == date(2019, 5, 5)
    assert window(Span.EVERYTHING, TODAY, TODAY) == window(Span.HALF_YEAR, TODAY, None)
    assert window(Span.EVERYTHING, TODAY, None) == window(Span.HALF_YEAR, TODAY, None)


def test_everything_begins_with_the_earliest_day_that_is_told() -> None:
    assert earliest((), (bar("A", "", "2020", ("1 mg", "2019-03", "", 1)),)) == date(2019, 3, 1)
    assert earliest(scored(5), (), (Event(PartialDate("2018"), "x"),)) == date(2018, 1, 1)
    assert earliest() is None


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Window(TODAY, TODAY - timedelta(1))


@pytest.mark.parametrize(
    ("days", "first", "second"),
    [(0, "27 Nov", None), (30, "2 Nov", "9 Nov"), (180, "Jun", "Jul"), (730, "Jan", "Apr"), (3650, "2017", "2018")],
)
def test_ticks_are_days_months_or_years_as_there_is_room(days: int, first: str, second: str | None) -> None:
    made = [tick.words for tick in ticks(TimeAxis(Window(TODAY - timedelta(days), TODAY), WIDE))]
    assert made[0] == first
    assert second is None or made[1] == second


def test_the_first_tick_and_each_january_name_the_year() -> None:
    made = ticks(TimeAxis(Window(date(2025, 10, 15), date(2026, 4, 15)), WIDE))
    assert [(tick.words, tick.year) for tick in made if tick.year] == [("Nov", "2025"), ("Jan", "2026")]


# --- letters


def test_a_text_is_shortened_between_letters_and_fits() -> None:
    for text in ("Sertraline " * 20, "👩🏽\u200d⚕️" * 40, "e\u0301" * 200, "氟西汀" * 50, "ﷺ" * 9):
        for room in (5.0, 20.0, 77.7, 200.0):
            short = shortened(text, LARGE, room)
            assert width(short, LARGE) <= room
            assert short == "" or short.endswith("…")
    assert shortened("e\u0301e\u0301e\u0301", SMALL, width("e…", SMALL)) == "e\u0301…"


def test_one_line_holds_nothing_that_xml_cannot() -> None:
    assert one_line("a\x00b\n\tc\ud800\ufffe\u202ed  e") == "a b c d e"


# --- any record


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_no_two_texts_touch_and_none_leaves_the_drawing(layout: Layout) -> None:
    for seed in SEEDS:
        svg = tree(seed, layout)
        _, _, total, height = map(float, svg.get("viewBox", "").split())
        placed = boxes(svg)
        for words, room in placed:
            inside = room.left >= 0 and room.right <= total and room.top >= 0 and room.bottom <= height
            assert inside, (seed, words, room)
        for (one, a), (other, b) in combinations(placed, 2):
            assert not a.touches(b), (seed, one, other)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_every_mark_lies_in_the_drawing(layout: Layout) -> None:
    for seed in SEEDS:
        svg = tree(seed, layout)
        _, _, total, height = map(float, svg.get("viewBox", "").split())
        for element in svg.iter():
            for name in ("x", "x1", "x2", "cx"):
                assert -0.1 <= float(element.get(name, 0)) <= total + 0.1, (seed, ET.tostring(element))
            for name in ("y", "y1", "y2", "cy"):
                assert 0 <= float(element.get(name, 0)) <= height, (seed, ET.tostring(element))
            right = float(element.get("x", 0)) + float(element.get("width", 0))
            assert element.tag != f"{SVG}rect" or right <= layout.right + 0.6, (seed, ET.tostring(element))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
@pytest.mark.parametrize("ink", [*Ink])
def test_a_drawing_is_named_described_deterministic_and_without_style_or_script(layout: Layout, ink: Ink) -> None:
    for seed in SEEDS[::4]:
        picture = generated(seed)
        text = draw(picture, layout, ink)
        svg = parsed(text)
        assert text == draw(generated(seed), layout, ink)
        assert svg.get("role") == "img"
        named, described = (svg.find(f"{SVG}{tag}") for tag in ("title", "desc"))
        assert named is not None and described is not None  # noqa: PT018 # one fact: both are there
        assert svg.get("aria-labelledby") == f"{named.get('id')} {described.get('id')}"
        assert (named.text, described.text) == (title(picture), description(picture))
        for element in svg.iter():
            assert element.tag not in (f"{SVG}style", f"{SVG}script")
            assert not any(name == "style" or name.startswith("on") for name in element.attrib)
            assert ink is Ink.PAGE or "class" not in element.attrib
            assert not any(value in ("nan", "inf", "-inf") for value in element.attrib.values())


def test_the_two_drawings_of_a_page_have_ids_of_their_own() -> None:
    ids = re.findall(r'\bid="([^"]+)"', draw(MAREN, WIDE) + draw(MAREN, PHONE))
    assert len(ids) == len(set(ids)) == 4


def test_the_table_holds_every_fact_of_the_drawing() -> None:
    for seed in SEEDS:
        picture = generated(seed)
        shown, table = within(picture), told(picture)
        for score in shown.scores:
            assert f"{score.on.day} " in table
            assert (f"{score.total}, {score.band}" if score.total is not None else "incomplete, no total") in table
        for each in (*shown.medicines, *shown.treatments):
            assert one_line(each.name) in table
            assert one_line(each.note) in table
            for step in each.steps:
                assert one_line(step.words) in table
        for event in shown.events:
            assert f"{event.on.words} | Event | " in table
            assert one_line(event.words) in table
        for worry in shown.anxiety:
            assert (f"{worry.total}, {worry.band}" if worry.total is not None else "incomplete, no total") in table
        facts = len(shown.scores) + len(shown.anxiety) + len(shown.events) + bool(picture.baseline)
        facts += sum(1 + len(each.steps) for each in (*shown.medicines, *shown.treatments))
        assert len(rows(picture)) == facts


# --- on paper, and in time


def test_typst_draws_it_with_its_words_as_text_in_a_pdf_for_everybody() -> None:
    folders = {file.path.parent for family in fontpkg.families().values() for file in family.files}
    source = (
        '#set document(title: "x")\n#set text(lang: "en", font: "Noto Sans")\n'
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%, alt: sys.inputs.alt)'
    )
    pdf = typst.compile(
        source.encode(), format="pdf", pdf_standards=["ua-1"], font_paths=typst.Fonts(font_paths=sorted(folders)),
        sys_inputs={"svg": draw(MAREN, PAPER, Ink.PRINT), "alt": description(MAREN)},
    )  # fmt: skip
    assert isinstance(pdf, bytes)
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    for words in (
        "PHQ-9 score: lower is better",
        "Escitalopram",
        "Response: 9 or lower",
        "stopped: side effects",
        "Today",
    ):
        assert words in text


def test_ten_years_of_weekly_scores_and_sixty_bars_are_drawn_quickly() -> None:
    # 5 ms on a quiet machine (tests/bench/timeline.py); six times that here, where others may be at work.
    picture, best = ten_years(), 1.0
    for _ in range(5):
        begin = time.thread_time()
        draw(picture)
        best = min(best, time.thread_time() - begin)
    assert best < 6 * 0.005


def test_every_class_of_the_drawing_has_a_colour_on_the_page() -> None:
    css = CSS.read_text()
    for name in PAGE_PAINTS:
        assert re.search(rf"\.{name}(?=[ ,{{])", css), name
