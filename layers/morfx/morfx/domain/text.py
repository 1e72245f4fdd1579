"""Text as Postgres can hold it."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with each NUL and lone surrogate written out as ``\\uXXXX``.

    Postgres refuses both in ``text`` and ``jsonb``. A result that differs from the input was
    escaped; the message row says so.
    """
    return _UNSTORABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
