"""What a turn is writing, for whoever watches: one row a conversation, removed by the commit."""

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.conversation import Reading
from morfx.domain.text import storable

DRAFTS = sql.load("drafts.sql")


class PostgresDrafts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, reading: Reading, text: str) -> None:
        parameters = {
            "workspace_id": reading.workspace_id,
            "conversation_id": reading.conversation_id,
            "turn_id": reading.turn_id,
            "text": storable(text),
        }
        with self._database.batch(reading.workspace_id) as connection:
            connection.execute(DRAFTS["write"], parameters)
