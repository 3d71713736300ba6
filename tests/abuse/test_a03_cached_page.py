"""A03: no browser, back button or proxy keeps a page. (That no address forgets to say so: test_a01.)"""

from __future__ import annotations

import json
import re
from html import unescape

from django.urls import reverse

from tests.api.world import World
from tests.conftest import Clinician, Maren


def test_no_page_answer_or_file_is_kept(patient: Maren, psychiatrist: Clinician, world: World) -> None:
    browser = psychiatrist.browser
    for place in ("", "notes/", f"notes/{world.note}/", "summary/pdf/"):
        answer = browser.get(f"/patients/{patient.id}/{place}")
        assert answer.status_code == 200
        assert {"no-store", "private"} <= {*answer.headers["Cache-Control"].split(", ")}
        assert {"Cookie", "Authorization"} <= {*re.split(r",\s*", answer.headers["Vary"])}


def test_htmx_keeps_no_page_for_the_back_button(patient: Maren) -> None:
    page = patient.browser.get("/today/").content.decode()
    found = re.search(r'name="htmx-config" content=\'([^\']+)\'', page)
    assert found
    says = json.loads(unescape(found[1]))
    assert (says["historyCacheSize"], says["refreshOnHistoryMiss"]) == (0, True)


def test_signing_out_clears_what_the_browser_kept(patient: Maren) -> None:
    answer = patient.browser.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
