"""Sessions that somebody wants to find again, by a name."""

from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import SessionId, WorkspaceId
from morfx.domain.text import storable
from morfx.ports import Bookmarks, Clock

#: Characters of a name.
MAX_NAME = 80


def save(
    name: str,
    *,
    session_id: SessionId,
    workspace_id: WorkspaceId,
    bookmarks: Bookmarks,
    clock: Clock,
) -> None:
    """Keep the session under the name; one that is kept already is renamed.

    Raises MalformedRequest naming the field, SessionNotFoundError.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or storable(name) != name:
        raise MalformedRequest(f"name: between 1 and {MAX_NAME} printable characters")
    bookmarks.put(name, session_id=session_id, workspace_id=workspace_id, now=clock.now())
