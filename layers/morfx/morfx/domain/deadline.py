"""How long there still is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

#: Seconds. A call of a model that could not have this long is not started.
LEAST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Deadline:
    #: By when the answer must be there, in UTC.
    at: datetime

    @classmethod
    def within(cls, seconds: float, *, now: datetime) -> Self:
        return cls(now + timedelta(seconds=seconds))

    def left(self, now: datetime) -> float:
        """Seconds until then; negative once it has passed."""
        return (self.at - now).total_seconds()
