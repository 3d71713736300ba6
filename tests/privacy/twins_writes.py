"""What people write, and try to write, in a walk: on their own record, on somebody else's, and on nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.privacy.twins_requests import NEW, TEXT, Requests, Step, routes

Write = Callable[[], Step]
SHARED = {"categories": ["goals"], "until": "2027-06-30"}


@dataclass(frozen=True)
class Writes:
    """Writes of the person for whom these requests are drawn."""

    ask: Requests

    def some(self) -> Sequence[Write]:
        """All that she may come upon."""
        return self.of_a_patient() if self.ask.is_patient else self.of_a_clinician()

    def a_note_whole(self) -> list[Step]:
        """A note from its beginning on: begun, looked at, changed (perhaps too late), signed, and added to."""
        patient = self.ask.patient()
        if self.ask.is_patient:
            parts = {"patient": self.ask.her, "note": NEW}
            begun = self.ask.send("api_notes", {"patient": self.ask.her}, {"text": TEXT, "audience": "category"})
            change = self.ask.send("api_note", parts, {"text": "more"}, how="PATCH", tag="If-Match: another's")
            return [begun, Step("api_note", "GET", change.path), change]
        parts = {"patient": patient, "note": NEW}
        begun = self.ask.send("api_notes", {"patient": patient}, {"text": TEXT, "labels": self.ask.labels()})
        late = self.ask.pick.choice(("If-Match", "If-Match: another's"))
        change = self.ask.send("api_draft", parts, {"text": "more"}, how="PATCH", tag=late)
        sign = self.ask.send("api_sign", parts, tag="If-Match")
        below = self.ask.send("api_replies", parts, {"text": TEXT, "kind": self.ask.pick.choice(("addendum", "reply"))})
        look = Step("api_draft", "GET", change.path)
        return [begun, look, change, look, sign, self.ask.get(routes()["api_notes"]), below]

    def of_a_clinician(self) -> list[Write]:
        """What a clinician writes, and tries to."""
        ask, pick, send = self.ask, self.ask.pick, self.ask.send
        world = ask.twins.sketch.world
        own = [ask.ids.items[item.id] for item in world.items if item.author == ask.twins.viewer]

        def note() -> dict[str, Any]:
            if own and pick.random() < 0.5:
                one = pick.choice(own)
                return {"patient": ask.patient(one), "note": one}
            return ask.about("note", "note", "clinical-note")

        def words(**more: Any) -> dict[str, Any]:
            return {"text": pick.choice((TEXT, TEXT, "")), **more}

        def on_page() -> dict[str, Any]:
            once = pick.choice(("first", "", "again"))
            return words(title="T", labels=ask.labels(), once=once, version="1", do=pick.choice(("keep", "sign")))

        def about_medicine() -> dict[str, Any]:
            return ask.about("record", "medicine")

        return [
            lambda: send("api_notes", {"patient": ask.patient()}, words(sign=pick.random() < 0.5, labels=ask.labels())),
            lambda: send("clinical_note_new", {"patient": ask.patient()}, on_page()),
            lambda: send("clinical_note_draft", note(), on_page()),
            lambda: send("clinical_note_draft", note(), {"do": "discard"}),
            lambda: send("clinical_note_reply", note(), words()),
            lambda: send("clinical_note_addendum", note(), words()),
            lambda: send("clinical_note_error", note(), {"reason": TEXT, "version": pick.choice(("1", "2"))}),
            lambda: send("clinical_note_labels", note(), {"labels": ask.labels()}),
            lambda: send("api_replies", note(), words(kind=pick.choice(("reply", "addendum", "statement")))),
            lambda: send("api_draft", note(), words(), how="PATCH", tag="If-Match"),
            lambda: send("api_draft", note(), how="DELETE", tag="If-Match"),
            lambda: send("api_sign", note(), tag=pick.choice(("If-Match", ""))),
            lambda: send("api_labels", note(), {"labels": ask.labels()}, tag="If-Match"),
            lambda: send("chart_correction", {**about_medicine(), "kind": "medicine"}, words(version="1")),
            lambda: send("api_treatments_corrections", about_medicine(), words(seen_version=pick.choice((1, 2)))),
            lambda: send("call_done", ask.about("call", "call")),
            lambda: send("api_call_done", ask.about("call", "call")),
            *self.of_everybody(),
        ]

    def of_a_patient(self) -> list[Write]:
        """What a patient writes, on her own record and on somebody else's."""
        ask, pick, send = self.ask, self.ask.pick, self.ask.send

        def named() -> dict[str, Any]:
            members = [str(one) for one in ask.ids.members.values()]
            audience = pick.choice(("category", "named", "only_me"))
            return {"audience": audience, "named": pick.sample(members, 1) if members and audience == "named" else []}

        def below() -> dict[str, Any]:
            return {
                **ask.about("note", "note", "clinical-note"),
                "reply": ask.part("reply", routes()["api_reply"]),
            }

        def somebody() -> str:
            return str(pick.choice((*ask.ids.people, *ask.twins.others[:3], ask.nobody())))

        def member() -> dict[str, Any]:
            return {
                "patient": pick.choice((ask.her, ask.patient())),
                "member": ask.part("member", routes()["stop"]),
            }

        own = {"note": ask.record(("note",))}
        return [
            lambda: send("api_notes", {"patient": pick.choice((ask.her, ask.patient()))}, {"text": TEXT, **named()}),
            lambda: send("note_reply", {"note": ask.record(("note", "clinical-note"))}, {"text": TEXT}),
            lambda: send("note_withdraw", own),
            lambda: send("correction_settle", {"correction": ask.part("correction", routes()["correction_settle"])}),
            lambda: send("api_replies", {k: v for k, v in below().items() if k != "reply"}, {"text": TEXT}),
            lambda: send("api_reply", below(), {"text": TEXT}, how="PATCH", tag="If-Match"),
            lambda: send("api_visits", {"patient": ask.her}, {"start": "2027-06-01T10:00", "practitioner": somebody()}),
            lambda: send("api_plans", {"patient": ask.her}, {"weeks": 2, "practitioner": somebody()}),
            lambda: send("api_calls", {"patient": ask.her}, {"words": TEXT, **named()}),
            lambda: send("stop", {"member": member()["member"]}),
            lambda: send(pick.choice(("pause", "resume")), {}),
            lambda: send("api_consent", member(), SHARED, how="PUT", tag=pick.choice(("If-Match", ""))),
            *self.of_everybody(),
        ]

    def of_everybody(self) -> list[Write]:
        """Changes of records of any kind, by a program: the patient's own alone succeed."""
        ask, pick, send = self.ask, self.ask.pick, self.ask.send
        changes = {
            "goal": ("api_goal", "goal", {"why": TEXT}),
            "medicine": ("api_treatment", "medicine", {"purpose": TEXT}),
            "visit": ("api_visit", "visit", {"place": TEXT}),
            "question": ("api_question", "question", {"words": TEXT}),
            "condition": ("api_condition", "record", {"words": TEXT}),
            "hard-days": ("api_hard_day", "record", {"parts": [{"words": TEXT}]}),
            "check-in": ("api_check_in", "check_in", {"words": TEXT}),
            "measure": ("api_measure", "measure", {"item": 1, "value": 2}),
        }
        rooms = {"goal": "goals", "note": "notes", "medicine": "treatments", "visit": "visits", "level": "levels"}

        def change() -> Step:
            kind, (name, part, body) = pick.choice(sorted(changes.items()))
            return send(
                name,
                ask.about(part, kind),
                body,
                how="PATCH",
                tag=pick.choice(("If-Match", "If-Match: another's", "")),
            )

        def decide() -> Step:
            kind, room = pick.choice(sorted(rooms.items()))
            parts = ask.about("record", kind)
            if pick.random() < 0.3:
                return send(f"api_{room}_withdraw", parts, tag="If-Match")
            body = {"audience": "only_me", "labels": ask.labels()}
            return send(f"api_{room}_audience", parts, body, how="PUT", tag="If-Match")

        def question() -> Step:
            return send(
                "api_questions",
                {"patient": ask.patient()},
                {"words": TEXT, "visit": str(ask.record(("visit",)))},
            )

        def anything() -> Step:
            route = pick.choice(list(routes().values()))
            how = pick.choice(("POST", "POST", "PUT", "PATCH", "DELETE")) if route.api else "POST"
            return send(route.name, ask.filled(route), {}, how=how)

        return [change, decide, question, anything]
