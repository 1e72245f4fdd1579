"""What happened in a simulation, for a person to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from morfx.domain.quiet_hours import BOGOTA
from morfx.simulator.calendar import WEEKDAYS
from morfx.simulator.expectation import Disappointment
from morfx.simulator.house import Mishap

#: Characters of a line of the transcript beside its instant and its speaker.
WIDTH = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    at: datetime
    #: The customer's or the shop's name, or who else did something.
    who: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    title: str
    #: In the order of their instants.
    lines: Sequence[Line]
    disappointments: Sequence[Disappointment]
    mishaps: Sequence[Mishap]

    @property
    def went_well(self) -> bool:
        return not (self.disappointments or self.mishaps)

    def transcript(self) -> str:
        """The conversation in Bogotá time, then what was expected and is not so."""
        return "\n".join([self.title, "", *self.spoken(), *self._verdict()])

    def spoken(self) -> Iterator[str]:
        """Who said and did what, line by line."""
        margin = max((len(line.who) for line in self.lines), default=0)
        for line in self.lines:
            first, *rest = _wrapped(line.what)
            head = f"{_instant(line.at)}  {line.who:>{margin}}  "
            yield head + first
            yield from (" " * len(head) + more for more in rest)

    def _verdict(self) -> Iterator[str]:
        if self.went_well:
            yield "\n✓ everything as expected"
            return
        yield ""
        for missed in self.disappointments:
            yield f"✗ step {missed.step}: {missed.field}"
            yield f"    expected {missed.expected!r}"
            yield f"    found    {missed.found!r}"
        for mishap in self.mishaps:
            yield f"✗ {_instant(mishap.at)}: {mishap.door} failed: {mishap.error!r}"


def _instant(at: datetime) -> str:
    local = at.astimezone(BOGOTA)
    return f"{WEEKDAYS[local.weekday()][:3]} {local:%d %H:%M:%S}"


def _wrapped(text: str) -> list[str]:
    return [part for line in text.split("\n") for part in wrap(line, WIDTH) or [""]] or [""]
