"""Keys with which machines speak to us: ``mx_<prefix>_<secret>``, shown once."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from morfx.domain.identifier import ApiKeyId, ChannelId, WorkspaceId

_WRITTEN = re.compile(r"mx_([a-z0-9]{8,32})_([A-Za-z0-9_-]{32,128})")
_PREFIX_BYTES, _SECRET_BYTES = 6, 32


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenKey:
    """A key as its bearer shows it."""

    prefix: str
    #: Random enough that a plain hash keeps it.
    secret: str

    @classmethod
    def new(cls) -> Self:
        return cls(
            prefix=secrets.token_hex(_PREFIX_BYTES), secret=secrets.token_urlsafe(_SECRET_BYTES)
        )

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None where it is no key of ours."""
        written = _WRITTEN.fullmatch(text)
        return cls(prefix=written[1], secret=written[2]) if written else None

    @property
    def text(self) -> str:
        return f"mx_{self.prefix}_{self.secret}"

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.secret.encode()).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """A key as we know it, and the channel its messages come through."""

    id: ApiKeyId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    secret_sha256: bytes
    expires_at: datetime | None
    revoked_at: datetime | None

    def admits(self, written: WrittenKey, now: datetime) -> bool:
        """Whether the secret is this key's, in constant time, and the key still holds."""
        is_ours = hmac.compare_digest(written.sha256, self.secret_sha256)
        has_expired = self.expires_at is not None and self.expires_at <= now
        return is_ours and self.revoked_at is None and not has_expired


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedKey:
    """A key as an operator sees it: without its secret."""

    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
