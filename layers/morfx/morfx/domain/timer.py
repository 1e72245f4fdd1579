"""Timers as data: what is waited for, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Literal

from morfx.domain.identifier import ConversationId, SessionId, TimerId, WorkspaceId

Preset = Literal["real", "rapido", "instantaneo"]
TimerPurpose = Literal["data-collection"]
TimerStatus = Literal["armed", "fired", "cancelled", "given_up"]

#: Seconds by level and preset (facts/agent.md §4.1). L0: asked for data, none given.
DURATIONS: dict[int, dict[Preset, int]] = {
    0: {"real": 600, "rapido": 60, "instantaneo": 2},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerInput:
    """What an execution knows of the timer it clocks."""

    workspace_id: WorkspaceId
    timer_id: TimerId
    generation: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    id: TimerId
    workspace_id: WorkspaceId
    conversation_id: ConversationId
    session_id: SessionId
    purpose: TimerPurpose
    level: int
    #: Counts the armings of this purpose in the session; an older one is void.
    generation: int
    status: TimerStatus
    end_reason: str | None
    armed_at: datetime
    due_at: datetime
    task_token: str | None = None
    restarts: int = 0

    @property
    def execution_name(self) -> str:
        """The name of its execution: starting it twice under one name is starting it once."""
        name = f"{self.purpose}-{self.session_id}-g{self.generation}"
        return f"{name}-r{self.restarts}" if self.restarts else name

    def seconds_left(self, now: datetime) -> int:
        """Whole seconds until it is due, at least the one that Step Functions demands."""
        return max(1, ceil((self.due_at - now).total_seconds()))
