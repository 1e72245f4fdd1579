"""The floor: the least SQL a person would write for the same durable effect, without any safety."""

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from morfx.domain.identifier import new_id

HEAR = """
    INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text,
                          status, provider_message_id, seq)
    VALUES (%(heard)s, %(workspace_id)s, %(conversation_id)s, %(channel_id)s, 'inbound', 'text',
            %(text)s, 'received', %(heard)s::uuid::text, %(seq)s)"""
COUNT = """
    UPDATE conversations SET inbound_seq = %(seq)s, last_inbound_at = now()
     WHERE id = %(conversation_id)s"""
READ = "UPDATE conversations SET read_seq = %(seq)s WHERE id = %(conversation_id)s"
REMEMBER = """
    UPDATE agent_sessions SET version = version + 1, last_activity_at = now()
     WHERE id = %(session_id)s"""
NOTE = """
    INSERT INTO agent_turns (id, workspace_id, session_id, turn_number, role, content)
    VALUES (%(asked)s, %(workspace_id)s, %(session_id)s, %(seq)s * 2 - 1, 'user', %(text)s),
           (%(turn_id)s, %(workspace_id)s, %(session_id)s, %(seq)s * 2, 'assistant', %(answer)s)"""
PROMISE = """
    INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text,
                          status, turn_id, position, purpose)
    VALUES (%(said)s, %(workspace_id)s, %(conversation_id)s, %(channel_id)s, 'outbound', 'text',
            %(answer)s, 'sending', %(turn_id)s, 0, 'reply')"""
SENT = """
    UPDATE messages SET status = 'sent', sent_at = now(), provider_message_id = %(said)s::uuid::text
     WHERE id = %(said)s"""


@dataclass
class ByHand:
    """One conversation, written into past row-level security, one round trip a transaction."""

    connection: psycopg.Connection[DictRow]
    conversation: DictRow
    session_id: UUID
    answer: str

    def prepare(self, text: str) -> dict[str, object]:
        """What the three transactions of the next turn say."""
        self.conversation["seq"] += 1
        ids = {name: new_id() for name in ("heard", "asked", "said", "turn_id")}
        said = {"text": text, "answer": self.answer, "session_id": self.session_id}
        return {**self.conversation, **said, **ids}

    def hear(self, facts: dict[str, object]) -> None:
        with self.connection.pipeline():
            self.connection.execute(HEAR, facts)
            self.connection.execute(COUNT, facts)

    def decide(self, facts: dict[str, object]) -> None:
        with self.connection.pipeline():
            for command in (READ, REMEMBER, NOTE, PROMISE):
                self.connection.execute(command, facts)

    def send(self, facts: dict[str, object]) -> None:
        self.connection.execute(SENT, facts)
