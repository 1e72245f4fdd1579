"""The floor: the least SQL a person would write for the same durable effect, without any safety."""

import psycopg
from psycopg.rows import DictRow

from morfx.domain.identifier import new_id
from morfx.domain.shop import ShopFile
from tests.load.meter import Meter

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


TRANSACTIONS = {
    "intake": (HEAR, COUNT),
    "turn": (READ, REMEMBER, NOTE, PROMISE),
    "send": (SENT,),
}
CONVERSATION = """
    SELECT c.id AS conversation_id, c.workspace_id, c.channel_id, c.inbound_seq AS seq,
           s.id AS session_id, m.text AS answer
      FROM conversations c
      JOIN agent_sessions s ON s.conversation_id = c.id
      JOIN messages m ON m.conversation_id = c.id AND m.direction = 'outbound'
     WHERE c.workspace_id = %s
     ORDER BY c.id DESC, m.id DESC
     LIMIT 1"""


class ByHand:
    """Writes into one conversation, past row-level security, each transaction in one round trip."""

    def __init__(self, connection: psycopg.Connection[DictRow], shop: ShopFile) -> None:
        """The conversation is that of the shop's newest customer."""
        self._connection = connection
        [self._conversation] = connection.execute(CONVERSATION, [shop.workspace_id])

    def walk(self, meter: Meter, text: str) -> None:
        """One message and its answer."""
        self._conversation["seq"] += 1
        ids = {name: new_id() for name in ("heard", "asked", "said", "turn_id")}
        facts = {**self._conversation, "text": text, **ids}
        for step, commands in TRANSACTIONS.items():
            with meter.step(step), self._connection.pipeline():
                for command in commands:
                    self._connection.execute(command, facts)
