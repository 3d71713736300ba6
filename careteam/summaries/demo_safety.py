"""The demo's safety: Maren's plan for hard days, and Dr Yusuf who has seen yesterday's answer to question 9."""

from __future__ import annotations

from careteam.accounts.viewer import Viewer, acting_as
from careteam.measures import queries as measures
from careteam.measures.acknowledging import acknowledge
from careteam.measures.seen import unseen_for
from careteam.safety.services import write_plan

# Invented, with numbers that nobody has.
PARTS = (
    ("When I notice it", "I stop answering messages, and the curtains stay shut until noon."),
    (
        "What has got me through before",
        "A shower, however short. The lake path to the second bench. Baking bread.",
    ),
    ("What I want to remember", "It has passed every time. I do not have to decide anything today."),
)
CONTACTS = (
    ("Johanna", "+1 555 010 0142", "my sister, any hour"),
    ("Harbour Clinic", "+1 555 010 0177", "ask for Tomás, weekdays"),
)


def keeps_safe_words(maren: Viewer, yusuf: Viewer) -> None:
    """Write the plan, and let Dr Yusuf mark what she finds as seen; Dr Lee has not yet."""
    with acting_as(maren):
        write_plan(
            maren,
            parts=[{"heading": heading, "words": words} for heading, words in PARTS],
            contacts=[{"name": name, "phone": phone, "words": words} for name, phone, words in CONTACTS],
        )
    with acting_as(yusuf):
        found = unseen_for(yusuf, [maren.user]).get(maren.user)
        if found:
            measures.measure(yusuf, maren.user, found.answer.response)
            acknowledge(yusuf, maren.user, found.answer.response, expected=found.version)
