"""Invented timelines: one as in the design, the bound of ten years, and any number made from a seed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from careteam.sharing.partial import PartialDate, partial
from careteam.summaries.timeline_pictures import (
    AnxietyPoint,
    Bar,
    DoseStep,
    Event,
    ScorePoint,
    Span,
    TimelinePicture,
    Window,
    earliest,
    window,
)

TODAY = date(2026, 11, 27)


def bar(
    name: str,
    start: str = "",
    end: str = "",
    *steps: tuple[str, str, str, int | None],
    now: bool = False,
    note: str = "",
) -> Bar:
    """A bar with its dates as typed; a step is (words, start, end, amount)."""
    made = tuple(
        DoseStep(words, partial(begin), partial(until), None if amount is None else Decimal(amount))
        for words, begin, until, amount in steps
    )
    return Bar(name, partial(start), partial(end), now, made, note)


MAREN = TimelinePicture(
    window=window(Span.TWO_YEARS, TODAY, None),
    today=TODAY,
    scores=tuple(
        ScorePoint(date.fromisoformat(on), total, item9)
        for on, total, item9 in (
            ("2025-01-13", 18, 0), ("2025-02-10", 19, 0), ("2025-03-10", 18, 1), ("2025-04-14", 19, 0),
            ("2025-05-12", 17, 0), ("2025-06-09", 16, 0), ("2025-07-14", 17, 0), ("2025-08-11", 15, 0),
            ("2025-09-08", 14, 0), ("2025-10-13", 15, 0), ("2025-11-10", 17, 0), ("2025-12-08", 18, 1),
            ("2026-01-12", 19, 2), ("2026-02-09", 18, 0), ("2026-03-09", 14, 0), ("2026-04-06", 11, 0),
            ("2026-05-04", 12, 0), ("2026-06-01", 12, 0), ("2026-07-06", 14, 0), ("2026-08-03", 15, 0),
            ("2026-09-07", 17, 0), ("2026-10-12", 18, 0), ("2026-10-26", 18, 0), ("2026-11-09", 16, 0),
            ("2026-11-23", 14, 1),
        )
    ),
    baseline=ScorePoint(date(2026, 10, 12), 18, 0),
    medicines=(
        bar("Vortioxetine", "2024-10", "2025-03-23", ("20 mg", "2024-10", "2025-03-23", 20), note="no change"),
        bar(
            "Escitalopram", "2025-04-07", "", ("10 mg", "2025-04-07", "2025-05-04", 10),
            ("20 mg", "2025-05-05", "", 20), now=True, note="helped a little",
        ),
        bar(
            "Aripiprazole", "2025-07-14", "2025-10", ("2 mg", "2025-07-14", "2025-10", 2),
            note="stopped: side effects",
        ),
        bar(
            "Lithium", "2026-10-13", "", ("600 mg", "2026-10-13", "2026-11-01", 600),
            ("900 mg", "2026-11-02", "", 900), now=True,
        ),
        bar("Sertraline", "2025", ""),
    ),
    treatments=(
        bar("rTMS", "2026-02-26", "2026-04-12", note="36 sessions"),
        bar("CBT", "", "", now=True, note="every second week"),
    ),
    events=(
        Event(PartialDate("2026-01-05"), "Back at work, four days a week"),
        Event(PartialDate("2026-09"), "Moved to a new flat"),
    ),
)  # fmt: skip


def ten_years(weeks: int = 520, bars: int = 60) -> TimelinePicture:
    """The bound: weekly scores of ten years on both questionnaires, and sixty bars of two steps."""
    draw = Random(7)  # noqa: S311 # the same record each time, nothing secret
    first = TODAY - timedelta(weeks * 7)
    scores = tuple(
        ScorePoint(first + timedelta(7 * at), draw.randint(3, 24), draw.choice((0, 0, 1))) for at in range(weeks)
    )
    made = []
    for at in range(bars):
        begin = first + timedelta(at * 58)
        middle, end = begin + timedelta(30), begin + timedelta(draw.randint(60, 700))
        made.append(
            bar(
                f"Medicine {at}", begin.isoformat(), min(end, TODAY).isoformat(),
                ("50 mg", begin.isoformat(), middle.isoformat(), 50),
                ("100 mg", (middle + timedelta(1)).isoformat(), "", 100),
                note="stopped: side effects",
            )
        )  # fmt: skip
    return TimelinePicture(
        window(Span.EVERYTHING, TODAY, first),
        TODAY,
        scores,
        ScorePoint(first, 20, 0),
        tuple(made[: bars - 10]),
        tuple(made[bars - 10 :]),
        anxiety=tuple(AnxietyPoint(one.on, draw.randint(2, 19)) for one in scores),
    )


NAMES = (
    "Sertraline",
    "Escitalopram",
    "Lithium",
    "Levomilnacipran extended release",
    "Dextromethorphan-bupropion",
    "ليثيوم",
    "סרטרלין",
    "氟西汀",
    "Циталопрам",
    "Σερτραλίνη",
    "फ्लुओक्सेटीन",
    "💊 the blue one 👩🏽\u200d⚕️",
    '<script>alert(1)</script> & "x"',
    "W" * 200,
    "that small blue pill from the pharmacy by the station " * 4,
    "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
    "\u202eevil",
    "ﷺ ﷽",
    "Ω",
    "リチウム錠200「ヨシトミ」",
    "\x00\x0bcontrol\ud800",
    "i",
    "",
)
WORDS = (
    "Moved",
    "New job",
    "My mother died",
    "Began a course of many weeks away from home, by the sea",
    "חזרה לעבודה",
    "يوم جديد",
    "生日",
    "🎂 party",
)


def generated(seed: int) -> TimelinePicture:
    """A record that this seed makes, always the same: from empty to crowded, with dates of every kind."""
    draw = Random(seed)  # noqa: S311 # the same record each time, nothing secret
    span = draw.choice([*Span])
    begins = TODAY - timedelta(draw.choice((1, 40, 200, 800, 2000, 4000, 12000)))
    reach = (TODAY - begins).days

    def a_day() -> date:
        return begins + timedelta(draw.randint(0, reach))

    def told(day: date) -> str:
        return draw.choice((day.isoformat(), day.isoformat(), day.isoformat()[:7], str(day.year)))

    def a_bar() -> Bar:
        one, other = sorted((a_day(), a_day()))
        now = draw.random() < 0.3
        start = "" if draw.random() < 0.15 else told(one)
        end = "" if now or draw.random() < 0.15 else told(other)
        steps, begin = [], one
        for amount in draw.sample((10, 25, 50, 100, 150), draw.choice((0, 1, 1, 2, 3, 5))):
            until = min(other, begin + timedelta(draw.randint(1, 200)))
            unit = draw.choice(("mg", "mg", "mg", "tablets", "mg, morning + 50 mg, evening"))
            closed = told(until) if draw.random() < 0.8 else ""
            steps.append(
                (
                    f"{amount} {unit}",
                    told(begin) if draw.random() < 0.9 else "",
                    closed,
                    draw.choice((amount, amount, None)),
                )
            )
            begin = until
        note = draw.choice(("", "", "helped a little", "stopped: side effects", "long " * 60, "לא עזר"))
        return bar(draw.choice(NAMES), start, end, *steps, now=now, note=note)

    scores = sorted(
        (
            ScorePoint(a_day(), draw.choice((None, *range(28))), draw.choice((None, 0, 0, 0, 1, 2, 3)))
            for _ in range(draw.choice((0, 1, 2, 5, 12, 40, 200)))
        ),
        key=lambda score: score.on,
    )
    if scores and draw.random() < 0.4:  # two on one day
        scores.append(ScorePoint(scores[-1].on, draw.randint(0, 27), 1))
    medicines = tuple(a_bar() for _ in range(draw.choice((0, 1, 3, 6, 12, 30))))
    treatments = tuple(a_bar() for _ in range(draw.choice((0, 0, 1, 4))))
    one_day = a_day()
    events = tuple(
        Event(PartialDate(told(one_day if draw.random() < 0.3 else a_day())), draw.choice(WORDS))
        for _ in range(draw.choice((0, 0, 1, 3, 10, 30)))
    )
    shown = window(span, TODAY, earliest(tuple(scores), medicines + treatments, events))
    if draw.random() < 0.15:  # a visit's own days
        shown = Window(TODAY - timedelta(draw.randint(0, 60)), TODAY + timedelta(draw.randint(0, 40)))
    if draw.random() < 0.1:  # everything lies outside
        shown = Window(TODAY + timedelta(400), TODAY + timedelta(500))
    baseline = draw.choice((None, ScorePoint(a_day(), draw.randint(0, 27), 0)))
    worry = sorted(
        (AnxietyPoint(a_day(), draw.choice((None, *range(22)))) for _ in range(draw.choice((0, 0, 1, 6, 60)))),
        key=lambda score: score.on,
    )
    return TimelinePicture(shown, TODAY, tuple(scores), baseline, medicines, treatments, events, tuple(worry))
