"""JSON off the street: read strictly, so that whatever is read can be written down again."""

import json
import math

#: Meta nests about a dozen levels. Deeper is an attack on whoever walks the document later.
MAX_DEPTH = 200


class NotJson(ValueError):
    """The bytes are no JSON document we accept."""


def read(body: bytes) -> object:
    """The document. NaN, Infinity, other encodings than UTF-8 and bombs of brackets are refused.

    A number too large for Python is kept as its digits.
    """
    try:
        document = json.loads(
            body.decode("utf-8"), parse_constant=_refuse, parse_float=_float, parse_int=_int
        )
    except (ValueError, RecursionError) as exc:
        raise NotJson("not JSON") from exc
    if _is_deep(document):
        raise NotJson("nested too deeply")
    return document


def _refuse(constant: str) -> None:
    raise NotJson(f"{constant} is no JSON number")


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _int(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:  # Python converts no more than 4,300 digits
        return digits


def _is_deep(document: object) -> bool:
    level, depth = _holders([document]), 0
    while level and depth < MAX_DEPTH:
        level = [child for holder in level for child in _holders(holder)]
        depth += 1
    return bool(level)


def _holders(holder: dict[str, object] | list[object]) -> list[dict[str, object] | list[object]]:
    inside = holder.values() if isinstance(holder, dict) else holder
    return [child for child in inside if isinstance(child, dict | list)]
