"""Reading pages as people do: their words without markup, and what would differ between two of them."""

from __future__ import annotations

import html
import re
from typing import Any

from django.utils.html import strip_tags


def main_of(response: Any) -> str:
    """The main part of a page, as markup."""
    text: str = response.content.decode()
    return text.split('<main id="main"', 1)[1].split(">", 1)[1].split("</main>", 1)[0]


def said(response: Any) -> str:
    """The words of a page's main part, spaces made even."""
    return plain(main_of(response))


def text(response: Any) -> str:
    """The same for a page or for a fragment that htmx puts into one."""
    return said(response) if b'<main id="main"' in response.content else plain(response.content.decode())


def plain(markup: str) -> str:
    """Markup as words, spaces made even."""
    spaced = re.sub(r"</?(p|div|section|article|h\d|li|ul|dt|dd|tr|td|th|br|nav|small|label)\b", r" \g<0>", markup)
    return " ".join(html.unescape(strip_tags(spaced)).split())


MADE = re.compile(r"(?<=Made on )[^(<]+(?= \()")  # the minute a summary was made in can end between two requests


def bare(response: Any) -> str:
    """A whole page without what differs between any two requests."""
    return MADE.sub("", re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode()))


def in_order(text: str, *parts: str) -> bool:
    """Whether all parts stand in the text, each after the one before."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
