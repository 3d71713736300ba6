"""The visit summary on paper: a tagged PDF drawn by Typst from words alone."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import fontpkg
import typst

from careteam.exchange.printable import printable, unshaped
from careteam.exchange.timeline import PAPER, Ink, caption, description, draw
from careteam.exchange.visit_blocks import Block, Drawing, VisitWords
from careteam.exchange.visit_words import visit_words
from careteam.summaries.pictures import VisitSummary

Paper = Literal["a4", "us-letter"]

VIEW_BOX = re.compile(r'^<svg [^>]*viewBox="0 0 (\S+) (\S+)"')
TEMPLATE = Path(__file__).with_name("visit_summary.typ")


def visit_summary_pdf(summary: VisitSummary, *, paper: Paper = "a4") -> bytes:
    """Draw the summary as a tagged PDF: PDF/UA-1, or tagged only where a letter has no font (the page then says so)."""
    with _lock:
        try:
            return _drawn(_each_text(summary, printable), paper)
        except BaseException as error:
            # A few rare scripts make the shaping library panic, and a panic is no Exception.
            if type(error).__name__ != "PanicException":
                raise
        _compiler.cache_clear()
        return _compiled(_each_text(summary, lambda text: printable(unshaped(text))), paper, missing=True)


# One compiler for the process: making one per file leaks 300 kB each time, and it refuses two threads at once.
_lock = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    folders = {file.path.parent for family in fontpkg.families().values() for file in family.files}
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=typst.Fonts(font_paths=sorted(folders)))


def _drawn(summary: VisitSummary, paper: Paper) -> bytes:
    try:
        return _compiled(summary, paper, missing=False)
    except typst.TypstError as error:
        if not error.message.startswith("PDF/UA-1 error"):
            raise
    return _compiled(summary, paper, missing=True)


def _compiled(summary: VisitSummary, paper: Paper, *, missing: bool) -> bytes:
    """Raises TypstError when a letter is in no font and none may be `missing`: PDF/UA-1 asks for every letter."""
    drawn = _compiler().compile(
        format="pdf",
        sys_inputs={"words": json.dumps(_tagged(visit_words(summary))), "paper": paper}
        | ({"missing": ""} if missing else {}),
        pdf_standards=[] if missing else ["ua-1"],
        timestamp=int(summary.made_at.timestamp()),
    )
    if not isinstance(drawn, bytes):
        raise TypeError("Typst gave no single file")
    return drawn


def _tagged(words: VisitWords) -> dict[str, Any]:
    """As the template reads it: every block with its kind."""
    return {
        **asdict(words),
        "sections": [
            {
                "heading": section.heading,
                "boxed": section.boxed,
                "behind_first_page": section.behind_first_page,
                "blocks": [{"kind": type(block).__name__.lower(), "it": _told(block)} for block in section.blocks],
            }
            for section in words.sections
        ],
    }


def _told(block: Block) -> dict[str, Any]:
    """A block as the template reads it; a timeline is drawn here, with its words and how high it is for its width."""
    if not isinstance(block, Drawing):
        return asdict(block)
    drawn = draw(block.picture, PAPER, Ink.PRINT, table=False)
    across, down = (float(number) for number in VIEW_BOX.findall(drawn)[0])
    words = description(block.picture, table=False)
    return {"svg": drawn, "alt": words, "caption": caption(block.picture), "ratio": down / across}


def _each_text(picture: Any, change: Callable[[str], str]) -> Any:
    """The same picture with every text in it changed."""
    if isinstance(picture, str):
        return change(picture)
    if isinstance(picture, tuple):
        return tuple(_each_text(part, change) for part in picture)
    if is_dataclass(picture) and not isinstance(picture, type):
        texts = {field.name: _each_text(getattr(picture, field.name), change) for field in fields(picture)}
        return replace(picture, **texts)
    return picture
