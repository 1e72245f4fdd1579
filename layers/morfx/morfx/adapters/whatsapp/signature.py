"""Was this request sent by Meta?"""

import hmac
from hashlib import sha256


def is_signed(body: bytes, header: str | None, app_secret: str) -> bool:
    """Whether ``X-Hub-Signature-256`` is the HMAC-SHA256 of exactly these bytes.

    The older SHA-1 header is not accepted. An empty secret is a fault of ours, never a match.
    """
    if not header or not app_secret:
        return False
    expected = "sha256=" + hmac.new(app_secret.encode(), body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))
