"""A visit in a calendar: read back by the library's own reader, and nothing in it but when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar

from careteam.exchange.ics import FILE_NAME, appointment

VISIT = UUID("01890000-0000-7000-8000-000000000001")
START = datetime(2026, 12, 1, 19, 20, tzinfo=UTC)


def test_a_calendar_reads_when_it_is_and_that_it_is_an_appointment() -> None:
    calendar = Calendar.from_ical(appointment(VISIT, START, 30, cancelled=False, version=1))
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Appointment"
    assert event.decoded("DTSTART") == START
    assert event.decoded("DTEND") == START + timedelta(minutes=30)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{VISIT}@careteam", 0, "CONFIRMED")
    assert set(event) == {"UID", "SUMMARY", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "CLASS"}
    assert FILE_NAME == "appointment.ics"


def test_a_later_file_takes_the_place_of_the_earlier_one() -> None:
    (event,) = Calendar.from_ical(appointment(VISIT, START, None, cancelled=True, version=4)).walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{VISIT}@careteam", 3, "CANCELLED")
    assert "DTEND" not in event
