"""psycopg's errors, said in MorfX's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from morfx.domain.errors import SessionError, Unavailable, VersionConflictError

#: SQLSTATEs that our own SQL raises through raise_unless().
VERSION_CONFLICT = "MX001"
CONVERSATION_MOVED = "MX002"
SESSION_ERROR = "MX003"


class ConversationMoved(Exception):
    """A newer message arrived, or the lease went to another turn."""


@contextmanager
def spoken_errors() -> Iterator[None]:
    """Raise in MorfX's words what psycopg raises: Unavailable, VersionConflictError,
    ConversationMoved, SessionError."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as exc:
        raise Unavailable("Postgres did not answer") from exc
    except errors.UniqueViolation as exc:
        raise VersionConflictError("another writer was first") from exc
    except psycopg.Error as exc:
        if exc.sqlstate == VERSION_CONFLICT:
            raise VersionConflictError from exc
        if exc.sqlstate == CONVERSATION_MOVED:
            raise ConversationMoved from exc
        if exc.sqlstate == SESSION_ERROR:
            raise SessionError(exc.diag.message_primary) from exc
        raise
