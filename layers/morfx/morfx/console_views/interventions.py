"""The buttons with which a person steps into a conversation of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol
from uuid import UUID

from morfx.conversation.bookmarks import save
from morfx.conversation.sessions import close, hand_off, mute, return_to_bot
from morfx.crm.pace import set_pace
from morfx.domain.errors import SessionError
from morfx.domain.identifier import AgentId, ConversationId, SessionId, WorkspaceId
from morfx.domain.intervention import Seen
from morfx.domain.timer import Timer
from morfx.domain.transcript import Transcript
from morfx.ports import Bookmarks, Clock, Executions, Paces, Sessions, TimerRows
from morfx.timers.moving import advance, restart
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


class Press(Protocol):
    def __call__(self, parts: "Interventions", seen: Seen, /) -> None:
        """Do it, to what the person saw."""


def _on_session(act: OnSession) -> Press:
    return lambda parts, seen: act(
        seen, sessions=parts.sessions, executions=parts.executions, clock=parts.clock
    )


def _on_timer(move: OnTimer) -> Press:
    def press(parts: "Interventions", seen: Seen) -> None:
        if seen.session_id is None or not move(
            seen.session_id,
            workspace_id=seen.workspace_id,
            timers=parts.timers,
            executions=parts.executions,
            clock=parts.clock,
        ):
            raise SessionError("no timer of the session stands like this")

    return press


def _advance(parts: "Interventions", seen: Seen) -> None:
    advance(
        seen,
        sessions=parts.sessions,
        timers=parts.timers,
        executions=parts.executions,
        clock=parts.clock,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    words: str
    #: Beside what it stands.
    about: Literal["conversation", "timer"] = "conversation"
    #: Whether there is something for it to do.
    applies: Callable[[Transcript], bool]
    press: Press


def _has_timer(status: str) -> Callable[[Transcript], bool]:
    return lambda shown: shown.waiting is not None and shown.waiting.status == status


#: By the last part of their address.
BUTTONS = {
    "advance_timer": Button(
        words="Adelantar hasta que venza",
        about="timer",
        press=_advance,
        applies=_has_timer("armed"),
    ),
    "pause_timer": Button(
        words="Pausar", about="timer", press=_on_timer(pause), applies=_has_timer("armed")
    ),
    "resume_timer": Button(
        words="Reanudar", about="timer", press=_on_timer(resume), applies=_has_timer("paused")
    ),
    "close": Button(
        words="Cerrar la conversación",
        press=_on_session(close),
        applies=lambda shown: shown.session is not None and shown.session.is_live,
    ),
    "hand_off": Button(
        words="Pasar a una persona",
        press=_on_session(hand_off),
        applies=lambda shown: shown.bot_state in {"on", "muted"},
    ),
    "return_to_bot": Button(
        words="Devolver al bot",
        press=_on_session(return_to_bot),
        applies=lambda shown: shown.bot_state in {"off", "muted"},
    ),
    "mute": Button(
        words="Silenciar 30 minutos",
        press=_on_session(mute_for_a_while),
        applies=lambda shown: shown.bot_state == "on",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Interventions:
    sessions: Sessions
    timers: TimerRows
    paces: Paces
    bookmarks: Bookmarks
    executions: Executions
    clock: Clock

    def set_pace(self, preset: str, workspace_id: WorkspaceId, seen: Seen | None) -> None:
        """Let the shop wait like this from now on, and with it the timer that waits in the session
        that was seen; those of other customers run out as they were armed.

        Raises MalformedRequest, VersionConflictError.
        """
        pace = set_pace(preset, workspace_id=workspace_id, paces=self.paces, clock=self.clock)
        if seen:
            restart(
                seen,
                pace,
                sessions=self.sessions,
                timers=self.timers,
                executions=self.executions,
                clock=self.clock,
            )

    def save(self, name: str, session_id: SessionId, workspace_id: WorkspaceId) -> None:
        """Keep the session under the name. Raises MalformedRequest, SessionNotFoundError."""
        save(
            name,
            session_id=session_id,
            workspace_id=workspace_id,
            bookmarks=self.bookmarks,
            clock=self.clock,
        )

    def forget(self, session_id: SessionId, workspace_id: WorkspaceId) -> None:
        """Keep the session under no name."""
        self.bookmarks.remove(session_id, workspace_id=workspace_id)


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
