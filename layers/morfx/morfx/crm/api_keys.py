"""Keys with which a workspace's own machines speak to its agent."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.types import AwareDatetime

from morfx.domain.api_key import ListedKey, WrittenKey
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import WorkspaceId
from morfx.ports import ApiKeys, Clock


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace_id: WorkspaceId


class Issue(_Command):
    action: Literal["issue"]
    #: What the key is for, for whoever lists them.
    name: str = Field(min_length=1, max_length=100)
    expires_at: AwareDatetime | None = None


class Revoke(_Command):
    action: Literal["revoke"]
    prefix: str


class List(_Command):
    action: Literal["list"]


_COMMAND: TypeAdapter[Issue | Revoke | List] = TypeAdapter(
    Annotated[Issue | Revoke | List, Field(discriminator="action")]
)


def manage_keys(command: object, *, keys: ApiKeys, clock: Clock) -> dict[str, object]:
    """Do as the operator says. Only the answer to ``issue`` ever holds a key.

    Raises MalformedRequest naming the field.
    """
    try:
        said = _COMMAND.validate_python(command)
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise MalformedRequest(problems) from exc
    match said:
        case Issue():
            return _issue(said, keys, clock)
        case Revoke():
            return _revoke(said, keys, clock)
        case List():
            return {"keys": [_listed(key) for key in keys.list(said.workspace_id)]}


def _issue(said: Issue, keys: ApiKeys, clock: Clock) -> dict[str, object]:
    key, now = WrittenKey.new(), clock.now()
    if said.expires_at is not None and said.expires_at <= now:
        raise MalformedRequest("expires_at: is in the past")
    keys.issue(
        key,
        name=said.name,
        workspace_id=said.workspace_id,
        expires_at=said.expires_at,
        now=now,
    )
    return {"key": key.text, "prefix": key.prefix}


def _revoke(said: Revoke, keys: ApiKeys, clock: Clock) -> dict[str, object]:
    if not keys.revoke(said.prefix, workspace_id=said.workspace_id, now=clock.now()):
        raise MalformedRequest(f"prefix: the workspace has no key {said.prefix}")
    return {"prefix": said.prefix}


def _listed(key: ListedKey) -> dict[str, str | None]:
    return {
        "name": key.name,
        "prefix": key.prefix,
        "created_at": key.created_at.isoformat(),
        "last_used_at": _instant(key.last_used_at),
        "expires_at": _instant(key.expires_at),
        "revoked_at": _instant(key.revoked_at),
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
