"""A browser without script, as small as it can be: cookies, forms, and how long each answer took."""

from __future__ import annotations

import http.cookiejar
import time
import urllib.request
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlencode

PATIENCE_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    words: str
    seconds: float


class Browser:
    """Somebody at the other end of the line."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Answer:
        return self.ask(urllib.request.Request(self.home + path))  # noqa: S310 - a server of the test's own

    def post(self, path: str, *, htmx: bool = False, **fields: str) -> Answer:
        token = next(cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken")
        headers = {"X-CSRFToken": token, "Referer": self.home + path} | ({"HX-Request": "true"} if htmx else {})
        asked = urllib.request.Request(self.home + path, urlencode(fields).encode(), headers)  # noqa: S310 - as above
        return self.ask(asked)

    def ask(self, request: urllib.request.Request) -> Answer:
        """The answer, whatever its status; one that does not come in time is a fault."""
        begin = time.monotonic()
        try:
            response = self.opener.open(request, timeout=PATIENCE_SECONDS)
        except HTTPError as refused:
            response = refused
        with response:
            words = response.read().decode()
        return Answer(response.status, words, time.monotonic() - begin)

    def signs_in(self, login: str, password: str) -> Answer:
        """Through the sign-in page."""
        self.get("/accounts/login/")
        return self.post("/accounts/login/", login=login, password=password)
