"""The page that draws the API's schema, under the same strict policy as every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor
from tests.conftest import Maren

V1 = "/api/v1/"


@pytest.mark.browser
def test_the_page_draws_the_schema_and_nothing_is_refused(visitor: Callable[..., Visitor], patient: Maren) -> None:
    here = visitor(wide=True)
    here.is_signed_in(patient)
    page = here.goes(f"{V1}docs/")
    page.get_by_role("heading", name="goals", exact=False).first.wait_for()
    page.locator("#operations-tag-me").click()
    page.locator("#operations-me-me").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text("maren@example.org").first.wait_for()
    page.locator("#operations-me-me_change").click()
    assert page.locator(".errors-wrapper").count() == 0
