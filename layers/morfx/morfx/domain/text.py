"""Text as Postgres can hold it."""

import math
import re

#: Levels of a document.
DEPTH = 20
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with each NUL and lone surrogate written out as ``\\uXXXX``.

    Postgres refuses both in ``text`` and ``jsonb``. A result that differs from the input was
    escaped; the message row says so.
    """
    return _UNSTORABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def storable_document(value: object, *, depth: int = DEPTH) -> object:
    """The JSON value with every text in it storable; what JSON has no word for becomes text, and
    what lies deeper than anything sensible an ellipsis."""
    if depth == 0:
        return "…"
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {
            storable(str(key)): storable_document(entry, depth=depth - 1)
            for key, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return [storable_document(entry, depth=depth - 1) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, bool | int | float | None) else str(value)
