"""What a proof has come to, kept under var/prove so that it can be stopped and taken up again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = (".py", ".html", ".txt", ".typ", ".csv")


@dataclass
class Part:
    """One process's share of a proof: how many it has done of `share`, what it counted, and what it found."""

    part: str
    seed: str
    code: str
    shard: int
    shards: int
    share: int
    done: int = 0
    seconds: float = 0.0
    counted: Counter[str] = field(default_factory=Counter)
    found: str = ""

    def __post_init__(self) -> None:
        self.counted = Counter(self.counted)  # JSON knows a plain mapping

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return folder() / f"{self.part}-{self.shard + 1}-of-{self.shards}.json"

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.done >= self.share

    def as_json(self) -> str:
        """All of it, as it is kept and handed over."""
        return json.dumps(vars(self))

    def keep(self) -> None:
        """Write it down, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".part")
        draft.write_text(self.as_json())
        draft.rename(self.path)

    def taken_up(self) -> Part:
        """The same share as it was left, if it is of this seed and this code; else itself, from the beginning."""
        try:
            kept = Part(**json.loads(self.path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return self
        same = ("part", "seed", "code", "shard", "shards")
        if any(getattr(kept, name) != getattr(self, name) for name in same):
            return self
        kept.share = self.share
        return kept


def folder() -> Path:
    """Where proofs are kept."""
    return ROOT / "var" / "prove"


def code() -> str:
    """A mark of everything that is proven: another line of code begins a proof anew."""
    mark = hashlib.sha256()
    for room in ("careteam", "frontend", "tests"):
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in READ and "__pycache__" not in path.parts:
                mark.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return mark.hexdigest()[:16]
