"""The HTTP API on a port of its own, as on its domain: paths start at the root, bytes stay."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local.emulator.ministack import api_gateway

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_NOT_YET = b'{"message":"Nothing is deployed here yet"}'


class FrontDoor:
    """Requests that come in on `port` go to the deployed HTTP API, all others to AWS."""

    def __init__(self, aws: Application, port: int) -> None:
        self._aws = aws
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["server"][1] != self._port:
            await self._aws(scope, receive, send)
        elif prefix := _prefix():
            await self._aws(_inside(scope, prefix), receive, send)
        else:
            await _refuse(send)


def _prefix() -> str | None:
    """Where MiniStack serves the API: one is deployed, in the first account and region."""
    for *_, api_id in api_gateway._apis._data:
        return f"/_aws/execute-api/{api_id}/$default"
    return None


def _inside(scope: Scope, prefix: str) -> Scope:
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return {**scope, "path": prefix + scope["path"], "raw_path": prefix.encode() + raw_path}


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _NOT_YET})
