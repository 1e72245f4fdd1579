"""Walks from one seed to another: how they ended, and the first that breaks a promise."""

import logging
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.ground import Violation
from tests.chaos.search import Share, shrunk
from tests.walk.invariants import Ending
from tests.walk.stage import Stage, Walk, Walked

#: Best first.
ENDS = {
    "confirmed": "bought",
    "provisional": "provisional",
    "handoff": "handed over",
    "lost": "lost",
    "idle": "idle",
}


@dataclass(kw_only=True)
class Tally:
    """What became of so many walks."""

    walks: int = 0
    messages: int = 0
    turns: int = 0
    bubbles: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    def count(self, walked: Walked) -> None:
        self.walks += 1
        self.messages += len(walked.end.said)
        self.turns += len(walked.end.turns)
        self.bubbles += len(walked.end.delivered)
        self.ends[how_it_ended(walked.end)] += 1

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            walks=self.walks + other.walks,
            messages=self.messages + other.messages,
            turns=self.turns + other.turns,
            bubbles=self.bubbles + other.bubbles,
            ends=self.ends + other.ends,
        )

    def __str__(self) -> str:
        shares = ", ".join(f"{end} {times}" for end, times in self.ends.most_common())
        return (
            f"{self.walks} conversations of {self.messages / self.walks:.1f} messages,"
            f" {self.turns / self.walks:.1f} turns and {self.bubbles / self.walks:.1f} bubbles:"
            f" {shares}"
        )


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A walk at its shortest that breaks something, and how it went."""

    walk: Walk
    violations: list[Violation]
    transcript: str

    def __str__(self) -> str:
        broken = "\n".join(f"  {found.invariant}: {found.detail}" for found in self.violations)
        return (
            f"seed {self.walk.seed} breaks\n{broken}\n\n{self.transcript}\n\n"
            f"The same as a scenario:\n\n{self.walk}"
        )


def walk_all(share: Share) -> tuple[Tally, Broken | None]:
    """One worker's part, until a walk breaks something."""
    functions_url, superuser_url, seeds = share
    logging.disable(logging.CRITICAL)
    stage = Stage(functions_url, superuser_url)
    tally = Tally()
    try:
        for walked in map(stage.improvise, seeds):
            tally.count(walked)
            if walked.violations:
                return tally, _at_its_shortest(walked, stage)
        return tally, None
    finally:
        stage.close()


def _at_its_shortest(walked: Walked, stage: Stage) -> Broken:
    walk, violations = shrunk(walked.walk, stage, walked.violations[0].invariant)
    if not violations:  # played again it holds: tell what was seen
        return Broken(walk=walked.walk, violations=walked.violations, transcript=walked.transcript)
    return Broken(walk=walk, violations=violations, transcript=stage.again(walk).transcript)


def how_it_ended(end: Ending) -> str:
    """The best that came of it."""
    found = {row["status"] for row in end.rows["orders"]}
    found |= {row["end_reason"] for row in end.rows["sessions"]}
    return next((name for reason, name in ENDS.items() if reason in found), "nothing said")
