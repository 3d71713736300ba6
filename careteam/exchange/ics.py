"""A visit as a calendar file: when, and that it is an appointment. No name, no place, no word about health."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

SUMMARY = "Appointment"
FILE_NAME = "appointment.ics"
DOMAIN = "careteam"


def appointment(visit: UUID, start: datetime, minutes: int | None, *, cancelled: bool, version: int) -> bytes:
    """The file for one visit. Its UID is the visit's own id: a later file takes the place of an earlier one.

    `start` is an instant and is written in UTC, which every calendar shows on its own clock. Without a length there is
    no end: a calendar then draws a moment, and nothing is made up.
    """
    event = Event()
    event.add("uid", f"{visit}@{DOMAIN}")
    event.add("summary", SUMMARY)
    event.add("dtstamp", datetime.now(UTC).replace(microsecond=0))
    event.add("dtstart", start.astimezone(UTC))
    if minutes:
        event.add("dtend", start.astimezone(UTC) + timedelta(minutes=minutes))
    event.add("sequence", version - 1)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//careteam//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
