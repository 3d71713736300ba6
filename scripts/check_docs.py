"""Are the documents true? Every relative link leads somewhere, and every `make` target they name exists.

A link to a test names a test there is, and each promise of docs/privacy.md has one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
FENCE = re.compile(r"```.*?```", re.DOTALL)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)
PROMISES = ROOT / "docs" / "privacy.md"
HEADING = re.compile(r"^#+\s+(.+?)\s*#*$", re.MULTILINE)


def documents() -> list[Path]:
    """The Markdown files people read."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def anchors(text: str) -> set[str]:
    """The places inside a document that a link can name, as GitHub and GitLab make them from headings."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text)))
    return {heading.replace(" ", "-") for heading in words}


def faults(document: Path, targets: set[str]) -> Iterator[str]:
    """What is untrue in this document."""
    text = document.read_text()
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / unquote(place)).resolve() if place else document
        if not target.exists():
            yield f"the link {link} leads nowhere"
        elif not target.is_relative_to(ROOT):
            yield f"the link {link} leads out of the repository"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
            yield f"the link {link} names a heading that is not there"
        elif anchor and target.suffix == ".py" and anchor not in TEST.findall(target.read_text()):
            yield f"the link {link} names a test that is not there"
    for code in CODE.findall(text):
        yield from (f"`make {name}` is not in the Makefile" for name in MAKE.findall(code) if name not in targets)


def unproved(text: str) -> Iterator[str]:
    """The promises that no test holds: each is one sentence on a line of its own, with the link behind it."""
    promises = [line for line in text.splitlines() if line.startswith("- ")]
    if not promises:
        yield "there is no promise"
    for line in promises:
        if not re.fullmatch(r"- [^\[\]]+\. \[test\]\(\.\./tests/[\w/]+\.py#test_\w+\)", line):
            yield f"no test holds: {line}"


def main() -> int:
    """Print the faults; the exit code is 1 when there are any."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    found = [f"{path.relative_to(ROOT)}: {fault}" for path in documents() for fault in faults(path, targets)]
    found += [f"{PROMISES.relative_to(ROOT)}: {fault}" for fault in unproved(PROMISES.read_text())]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
