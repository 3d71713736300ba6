"""Random walks of one person through a world: looks at everything there is, and writes in between."""

from __future__ import annotations

import re
from random import Random

from tests.privacy.twins_requests import Requests, Route, Step, routes
from tests.privacy.twins_world import Twins
from tests.privacy.twins_writes import Writes

WORKS = "(the background works)"  # instead of a request
MEANWHILE = "(meanwhile)"  # somebody else does something, in the whole world alone
# Pages and answers that are put together from everything: each walk asks a few of them. Files are drawn, and rarer.
COMPOSED = {
    *("chart", "caseload", "chart_visits", "chart_summary", "chart_notes", "today", "summary", "notes", "sharing"),
    *("api_overview", "api_caseload", "api_visit_summary", "visits"),
}
FILES = {"chart_summary_pdf", "summary_pdf", "api_visit_summary_pdf"}
ACCOUNT = {"account", "weekly_mail", "tokens", "end_token", "change_account", "api_me", "home", "schema"}


class Walk:
    """Draws the steps of one walk."""

    def __init__(self, seed: str, twins: Twins) -> None:
        self.pick = Random(f"{seed} walk")  # noqa: S311 - nothing here is a secret
        self.ask = Requests(self.pick, twins)
        self.writes = Writes(self.ask)
        door = "patient" if self.ask.is_patient else "clinician"
        hers = [one for one in routes().values() if one.door in (door, "person")]
        plain = [one for one in hers if one.reads and one.name not in FILES | COMPOSED]
        self.composed = [one for one in hers if one.name in COMPOSED]
        self.files = [one for one in hers if one.name in FILES]
        # Her own account says nothing of anybody's record; it is asked now and then. Corrections are one view at nine
        # addresses: all of them together are asked as often as two others.
        rare = {one.name for one in plain if one.name in ACCOUNT or one.name.endswith("_corrections")}
        self.plain = [one for one in plain for _ in range(1 if one.name in rare else 5)]
        self.foreign = [one for one in routes().values() if one not in plain]

    def steps(self, number: int, many: int) -> list[Step]:
        """The steps of the walk with this number: each begins with something, in turn."""
        steps = (self.a_file, self.a_week, self.a_look_again, self.writes.a_note_whole)[number % 4]()
        some = self.writes.some()
        while len(steps) < many:
            chance = self.pick.random()
            if chance < 0.05:
                steps.append(self.look(self.composed))
            elif chance < 0.3:
                steps += self.looked_at_before(self.pick.choice(some)())
            elif chance < 0.34:
                steps.append(self.look(self.foreign))
            elif chance < 0.39:
                steps.append(self.meanwhile())
            elif chance < 0.5:
                steps.append(self.again(self.pick.choice(steps)))
            else:
                steps.append(self.look(self.plain))
                if self.pick.random() < 0.15:
                    steps.append(self.again(steps[-1]))
        return steps[:many]

    def look(self, routes: list[Route]) -> Step:
        """A look at one of these."""
        return self.ask.get(self.pick.choice(routes))

    def meanwhile(self) -> Step:
        """Something that somebody else does."""
        return Step(MEANWHILE, "", str(self.pick.random()))

    def a_file(self) -> list[Step]:
        """A paper to take along."""
        return [self.look(self.files)]

    def a_week(self) -> list[Step]:
        """The weekly summary is made and mailed; then she opens hers."""
        week = routes()[self.pick.choice(("digest", "api_own_digest"))]
        return [Step(WORKS, "", ""), self.ask.get(routes()["api_own_digests"]), self.ask.get(week)]

    def a_look_again(self) -> list[Step]:
        """The same picture before and after others did something."""
        look = self.look(self.composed)
        return [look, self.meanwhile(), self.meanwhile(), self.meanwhile(), look]

    def looked_at_before(self, step: Step) -> list[Step]:
        """A change of what one has seen: with a look before it, or there is no ETag to send back."""
        if not step.tag or self.pick.random() < 0.2:
            return [step]
        place = re.sub(r"/(audience|withdraw|labels|sign|done)/$", "/", step.path)
        if step.path.endswith("/sign/"):
            place = place.replace("/notes/", "/notes/drafts/")
        return [Step(step.name, "GET", place), step]

    def again(self, step: Step) -> Step:
        """The same once more: what changed in between shows; a program says which answer it has."""
        if step.method != "GET":
            return step
        tag = self.pick.choice(("If-None-Match", "If-None-Match", "If-None-Match: another's"))
        return Step(step.name, "GET", step.path, headers=step.headers, tag=tag)
