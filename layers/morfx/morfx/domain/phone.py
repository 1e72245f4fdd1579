"""Telephone numbers as a customer dictates them."""

import re

_NOT_DIGIT = re.compile(r"\D")


def normalised(text: str) -> str | None:
    """Digits, a Colombian number with its 57; None where it is no telephone number.

    A foreign number keeps its own country code: nothing is guessed about it.
    """
    digits = _NOT_DIGIT.sub("", text)
    if text.lstrip().startswith("00"):
        digits = digits[2:]
    if digits.startswith("57") and len(digits) == 13 and digits[2] == "0":
        digits = "57" + digits[3:]
    if len(digits) == 10 and digits[0] in "36":
        return "57" + digits
    if len(digits) == 11 and digits.startswith("03"):
        return "57" + digits[1:]
    return digits if 7 <= len(digits) <= 15 else None


def is_colombian_mobile(digits: str) -> bool:
    return len(digits) == 12 and digits.startswith("573")


def readable(digits: str) -> str:
    """As a customer reads it: a Colombian number without its 57, another country's with a plus."""
    if len(digits) == 12 and digits.startswith("57"):
        return f"{digits[2:5]} {digits[5:8]} {digits[8:]}"
    return f"+{digits}" if len(digits) > 10 else digits
