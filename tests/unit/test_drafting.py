"""A draft is written down often enough to be seen growing, and no oftener."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from morfx.domain.conversation import Reading
from morfx.engine.drafting import Drafting


@dataclass
class Clock:
    time: datetime = datetime(2026, 11, 20, 17, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Notebook:
    texts: list[str] = field(default_factory=list)

    def write(self, reading: Reading, text: str) -> None:
        self.texts.append(text)


def test_a_draft_is_written_at_most_every_250_milliseconds() -> None:
    clock, notebook = Clock(), Notebook()
    drafting = Drafting(drafts=notebook, reading=cast(Reading, None), clock=clock)
    for number in range(8):
        drafting("x" * number)
        clock.sleep(0.1)

    assert [len(text) for text in notebook.texts] == [0, 3, 6]
