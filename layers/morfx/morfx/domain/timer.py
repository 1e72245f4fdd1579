"""Timers as data: what is waited for, for how long, and how a row of one stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor
from typing import Literal

from morfx.domain.completeness import Standing
from morfx.domain.identifier import ConversationId, SessionId, TimerId, WorkspaceId

Preset = Literal["real", "rapido", "instantaneo"]
TimerPurpose = Literal["data-collection", "promos"]
TimerStatus = Literal["armed", "paused", "fired", "cancelled", "given_up"]
#: What a workspace wants done when a customer stays silent over packs or over the summary.
SilenceChoice = Literal["create_order", "remind", "nothing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """When it applies in the state an agent waits in, and for how long it waits."""

    purpose: TimerPurpose
    seconds: Mapping[Preset, int]
    #: What the customer has given of the data an order needs; None: whatever it is.
    data: Standing | None = None
    #: Whether a pack is chosen; None: either.
    pack: bool | None = None
    #: Whether the time waited on the level before it counts.
    counts_on: bool = False

    def holds(self, data: Standing, *, pack: bool) -> bool:
        return self.data in (None, data) and self.pack in (None, pack)


def _seconds(real: int, rapido: int, instantaneo: int) -> Mapping[Preset, int]:
    return {"real": real, "rapido": rapido, "instantaneo": instantaneo}


#: By level; the first that holds is waited on (facts/agent.md §4.1).
LEVELS: Mapping[int, Level] = {
    0: Level(purpose="data-collection", data="none", seconds=_seconds(600, 60, 2)),
    1: Level(
        purpose="data-collection", data="partial", seconds=_seconds(360, 30, 2), counts_on=True
    ),
    2: Level(purpose="data-collection", data="complete", seconds=_seconds(120, 10, 1)),
    3: Level(purpose="promos", pack=False, seconds=_seconds(600, 60, 2)),
    4: Level(purpose="promos", pack=True, seconds=_seconds(600, 60, 2)),
}

#: Seconds that a timer which goes on counting leaves the customer after their last word.
PATIENCE = LEVELS[2].seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long a workspace lets its customers be silent."""

    preset: Preset
    #: Level → seconds, where they are not the preset's.
    own: Mapping[int, int] = field(default_factory=dict)

    def seconds(self, level: int) -> int:
        """How long a timer of this level waits."""
        return self.own.get(level, LEVELS[level].seconds[self.preset])


#: A timer this late has lost its occasion: after a restore nobody is reminded of last week.
TOO_LATE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerInput:
    """What an execution knows of the timer it clocks."""

    workspace_id: WorkspaceId
    timer_id: TimerId
    generation: int
    level: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    id: TimerId
    workspace_id: WorkspaceId
    conversation_id: ConversationId
    session_id: SessionId
    purpose: TimerPurpose
    level: int
    #: Counts the armings in the session; an older one is void.
    generation: int
    status: TimerStatus
    end_reason: str | None
    armed_at: datetime
    due_at: datetime
    paused_at: datetime | None = None
    task_token: str | None = None
    restarts: int = 0

    @property
    def execution_name(self) -> str:
        """The name of its execution: starting it twice under one name is starting it once."""
        name = f"{self.purpose}-{self.session_id}-g{self.generation}"
        return f"{name}-r{self.restarts}" if self.restarts else name

    def moved(self, known: TimerInput) -> str | None:
        """Why an execution that knows this much waits for something else than the row says."""
        if self.generation != known.generation:
            return "superseded"
        if self.status != "armed":
            return self.end_reason or self.status
        if (self.level, self.due_at) != (known.level, known.due_at):
            return "relevelled"
        return None


def whole_seconds(until: datetime, now: datetime) -> int:
    """Whole seconds before the instant, at least the one that Step Functions demands."""
    return max(1, floor((until - now).total_seconds()))
