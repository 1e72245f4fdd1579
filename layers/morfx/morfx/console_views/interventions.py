"""The buttons with which a person steps into a conversation of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from morfx.conversation.sessions import close, hand_off, mute, return_to_bot
from morfx.domain.errors import SessionError
from morfx.domain.identifier import AgentId, ConversationId, SessionId, WorkspaceId
from morfx.domain.intervention import Seen
from morfx.domain.timer import Timer
from morfx.domain.transcript import Transcript
from morfx.ports import Clock, Executions, Sessions, TimerRows
from morfx.timers.pausing import pause, resume

#: What «Silenciar» asks for (decision 10).
SILENCE = timedelta(minutes=30)


class OnSession(Protocol):
    def __call__(
        self, seen: Seen, /, *, sessions: Sessions, executions: Executions, clock: Clock
    ) -> None:
        """Step into the conversation, or raise what conversation/sessions.py raises."""


class OnTimer(Protocol):
    def __call__(
        self,
        session_id: SessionId,
        /,
        *,
        workspace_id: WorkspaceId,
        timers: TimerRows,
        executions: Executions,
        clock: Clock,
    ) -> list[Timer]:
        """Move the session's timer; what was moved (timers/pausing.py)."""


def mute_for_a_while(
    seen: Seen, /, *, sessions: Sessions, executions: Executions, clock: Clock
) -> None:
    until = clock.now() + SILENCE
    mute(seen, until=until, sessions=sessions, executions=executions, clock=clock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    words: str
    #: Whether there is something for it to do.
    applies: Callable[[Transcript], bool]
    #: What it does: to the session, or else to its timer.
    session: OnSession | None = None
    timer: OnTimer | None = None


def _has_timer(status: str) -> Callable[[Transcript], bool]:
    return lambda shown: status in {timer.status for timer in shown.timers}


#: By the last part of their address.
BUTTONS = {
    "close": Button(
        words="Cerrar la conversación",
        session=close,
        applies=lambda shown: shown.session is not None and shown.session.is_live,
    ),
    "hand_off": Button(
        words="Pasar a una persona",
        session=hand_off,
        applies=lambda shown: shown.bot_state in {"on", "muted"},
    ),
    "return_to_bot": Button(
        words="Devolver al bot",
        session=return_to_bot,
        applies=lambda shown: shown.bot_state in {"off", "muted"},
    ),
    "mute": Button(
        words="Silenciar 30 minutos",
        session=mute_for_a_while,
        applies=lambda shown: shown.bot_state == "on",
    ),
    "pause_timer": Button(words="Pausar el temporizador", timer=pause, applies=_has_timer("armed")),
    "resume_timer": Button(
        words="Reanudar el temporizador", timer=resume, applies=_has_timer("paused")
    ),
}


@dataclass(frozen=True, kw_only=True)
class Interventions:
    sessions: Sessions
    timers: TimerRows
    executions: Executions
    clock: Clock

    def press(self, button: Button, seen: Seen) -> None:
        """Raises SessionError where there is nothing to do it to, and what the button raises."""
        if button.session:
            button.session(
                seen, sessions=self.sessions, executions=self.executions, clock=self.clock
            )
        if button.timer and not self._move_timer(button.timer, seen):
            raise SessionError("no timer of the session stands like this")

    def _move_timer(self, move: OnTimer, seen: Seen) -> list[Timer]:
        if seen.session_id is None:
            return []
        return move(
            seen.session_id,
            workspace_id=seen.workspace_id,
            timers=self.timers,
            executions=self.executions,
            clock=self.clock,
        )


def seen_in(transcript: Transcript, *, session: str, version: str) -> Seen:
    """What the person saw; ``session`` and ``version`` as the page sends them back.

    Raises ValueError where they are none, or nobody has written yet.
    """
    if transcript.conversation_id is None:
        raise ValueError("nobody has written yet")
    return Seen(
        workspace_id=WorkspaceId(transcript.workspace_id),
        conversation_id=ConversationId(transcript.conversation_id),
        agent_id=AgentId(transcript.agent_id),
        session_id=SessionId(UUID(session)) if session else None,
        version=int(version) if session else None,
    )
