"""Telephone numbers as a customer dictates them."""

import re

_NOT_DIGIT = re.compile(r"\D")
_WITH_COUNTRY = re.compile(r"\D*\+\D*\d")
_EXTENSION = re.compile(r"\b(?:ext(?:ensi[oó]n)?|opci[oó]n)\b.*", re.IGNORECASE | re.DOTALL)
_BETWEEN_NUMBERS = re.compile(r"[/,;|\n]|\b[yoóe]\b", re.IGNORECASE)
#: What Colombian mobile numbers begin with.
_MOBILE = re.compile(r"3(?:[0-2]\d|3[0-3]|5[01])")
#: Area codes of landlines: until 2021 alone before the seven digits, since then behind "60".
_AREA = "124-8"
#: Written forms → the ten digits of the national number.
_NATIONAL = tuple(
    re.compile(form)
    for form in (
        # 57, 057, +57 0, 57 03; "03" was dialled from a landline to a mobile.
        r"0?57(?:0|03)?(3\d{9})",
        rf"0?57(?:0|03)?(60[{_AREA}]\d{{7}})",
        r"(?:0|03)?(3\d{9})",
        rf"0?(60[{_AREA}]\d{{7}})",
    )
)
_OLD_LANDLINE = re.compile(rf"(?:(?:0?57)?(?:03)?)([{_AREA}]\d{{7}})")


def normalised(text: str) -> str | None:
    """A Colombian number as ``57`` and ten digits, any other as ``+`` and its own country code.

    Without "+" or "00", what cannot be Colombian and is longer than ten digits begins with its
    country; shorter digits are kept as given. None: no telephone number, or a mobile one with a
    digit too few or too many. Of several numbers the first.
    """
    text = _EXTENSION.sub("", text)
    read = (_number(part) for part in (text, *_BETWEEN_NUMBERS.split(text)))
    return next((number for number in read if number), None)


def is_colombian_mobile(digits: str) -> bool:
    return len(digits) == 12 and digits.startswith("573")


def readable(number: str) -> str:
    """A number as a customer reads it: a Colombian one without its 57."""
    digits = number.removeprefix("+")
    if len(digits) == 12 and digits.startswith("57"):
        return f"{digits[2:5]} {digits[5:8]} {digits[8:]}"
    return number


def _number(text: str) -> str | None:
    digits = _NOT_DIGIT.sub("", text)
    if _WITH_COUNTRY.match(text) or digits.startswith("00"):
        digits = digits.removeprefix("00")
        if not digits.startswith("57"):
            return _abroad(digits)
    national = _national(digits)
    if national:
        return "57" + national
    if _is_spoilt(digits):
        return None
    return digits if 7 <= len(digits) <= 10 else _abroad(digits)


def _national(digits: str) -> str | None:
    if found := _OLD_LANDLINE.fullmatch(digits):
        return "60" + found[1]
    read = (form.fullmatch(digits) for form in _NATIONAL)
    return next((found[1] for found in read if found), None)


def _is_spoilt(digits: str) -> bool:
    """A Colombian number that has a digit too few or too many."""
    if digits.startswith("57"):
        return digits.startswith("573") or 10 < len(digits) < 14
    return bool(_MOBILE.match(digits)) and len(digits) in (8, 9, 11)


def _abroad(digits: str) -> str | None:
    return f"+{digits}" if 8 <= len(digits) <= 15 and digits[0] != "0" else None
