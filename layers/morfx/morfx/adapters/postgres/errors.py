"""psycopg's errors, said in MorfX's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from morfx.domain.errors import (
    MalformedRequest,
    OrderNotWritten,
    SessionError,
    Unavailable,
    VersionConflictError,
)

#: SQLSTATEs that our own SQL raises through raise_unless().
VERSION_CONFLICT = "MX001"
CONVERSATION_MOVED = "MX002"
SESSION_ERROR = "MX003"
ORDER_NOT_WRITTEN = "MX004"
MALFORMED_REQUEST = "MX005"


class ConversationMoved(Exception):
    """A newer message arrived, or the lease went to another turn."""


@contextmanager
def spoken_errors() -> Iterator[None]:
    """Raise in MorfX's words what psycopg raises: Unavailable, VersionConflictError,
    ConversationMoved, SessionError, OrderNotWritten, MalformedRequest."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as exc:
        raise Unavailable("Postgres did not answer") from exc
    except psycopg.Error as exc:
        spoken = _spoken(exc)
        if spoken is None:
            raise
        raise spoken from exc


def _spoken(error: psycopg.Error) -> Exception | None:
    """The same in MorfX's words, if it has any."""
    said = error.diag.message_primary or ""
    ours: dict[str | None, Exception] = {
        VERSION_CONFLICT: VersionConflictError(),
        CONVERSATION_MOVED: ConversationMoved(),
        SESSION_ERROR: SessionError(said),
        ORDER_NOT_WRITTEN: OrderNotWritten(said),
        MALFORMED_REQUEST: MalformedRequest(said),
    }
    if isinstance(error, errors.UniqueViolation):
        return VersionConflictError("another writer was first")
    return ours.get(error.sqlstate)
