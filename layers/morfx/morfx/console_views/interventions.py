"""The buttons with which a person steps into a conversation of the sandbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from morfx.conversation.sessions import close, hand_off, mute, return_to_bot
from morfx.domain.identifier import AgentId, ConversationId, SessionId, WorkspaceId
from morfx.domain.intervention import Seen
from morfx.domain.transcript import Transcript
from morfx.ports import Clock, Executions, Sessions

#: What «Silenciar» asks for (decision 10).
SILENCE = timedelta(minutes=30)


class Operation(Protocol):
    def __call__(
        self, seen: Seen, /, *, sessions: Sessions, executions: Executions, clock: Clock
    ) -> None:
        """Step into the conversation, or raise what conversation/sessions.py raises."""


def mute_for_a_while(
    seen: Seen, /, *, sessions: Sessions, executions: Executions, clock: Clock
) -> None:
    until = clock.now() + SILENCE
    mute(seen, until=until, sessions=sessions, executions=executions, clock=clock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    words: str
    operation: Operation
    #: Whether there is something for it to do.
    applies: Callable[[Transcript], bool]


#: By the last part of their address.
BUTTONS = {
    "close": Button(
        words="Cerrar la conversación",
        operation=close,
        applies=lambda shown: shown.session is not None and shown.session.is_live,
    ),
    "hand_off": Button(
        words="Pasar a una persona",
        operation=hand_off,
        applies=lambda shown: shown.bot_state in {"on", "muted"},
    ),
    "return_to_bot": Button(
        words="Devolver al bot",
        operation=return_to_bot,
        applies=lambda shown: shown.bot_state in {"off", "muted"},
    ),
    "mute": Button(
        words="Silenciar 30 minutos",
        operation=mute_for_a_while,
        applies=lambda shown: shown.bot_state == "on",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Interventions:
    sessions: Sessions
    executions: Executions
    clock: Clock

    def press(self, button: Button, seen: Seen) -> None:
        button.operation(seen, sessions=self.sessions, executions=self.executions, clock=self.clock)


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
