"""One connection per container, and the workspace every transaction must name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.errors import spoken_errors
from morfx.domain.identifier import WorkspaceId

WORKSPACE = sql.load("workspace.sql")

Connection = psycopg.Connection[DictRow]
Cursor = psycopg.Cursor[DictRow]


class Database:
    """Opens the connection when first used, and again after it broke.

    Containers freeze between invocations and sockets die meanwhile.
    """

    def __init__(self, url: str, *, password: Callable[[], str] | None = None) -> None:
        self._url = url
        self._password = password
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self, workspace_id: WorkspaceId | None = None) -> Iterator[Connection]:
        """One commit in the name of a workspace; leaving it by an error writes nothing."""
        with spoken_errors():
            connection = self._open()
            with connection.transaction():
                if workspace_id is not None:
                    connection.execute(WORKSPACE["enter"], {"workspace_id": str(workspace_id)})
                yield connection

    @contextmanager
    def batch(self, workspace_id: WorkspaceId) -> Iterator[Connection]:
        """One commit sent as one round trip; leaving it by an error writes nothing.

        In a pipeline Postgres runs everything up to the closing Sync as one transaction, so it
        needs neither BEGIN nor COMMIT. Results are fetched after the block; one that is needed
        within it costs another round trip, in the same transaction.
        """
        with spoken_errors():
            connection = self._open()
            with connection.pipeline(), _unsent_on_error(connection):
                connection.execute(WORKSPACE["enter"], {"workspace_id": str(workspace_id)})
                yield connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        self.close()

    def _open(self) -> Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            options: dict[str, Any] = {"password": self._password()} if self._password else {}
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                row_factory=dict_row,
                connect_timeout=5,
                # At the first use: a statement that is prepared later, and that a refusal kept from
                # Postgres, psycopg takes for prepared ever after.
                prepare_threshold=0,
                application_name="morfx",
                **options,
            )
        return self._connection


@contextmanager
def _unsent_on_error(connection: Connection) -> Iterator[None]:
    """Where an error is ours, Postgres knows nothing of it, and the closing Sync would commit what
    was sent before: the connection is given up instead."""
    try:
        yield
    except BaseException as error:
        if not (isinstance(error, psycopg.Error) and error.sqlstate):
            connection.close()
        raise
