"""Telephone numbers and e-mail addresses, typed or said."""

import re
from collections.abc import Iterator

from morfx.adapters.offline.message import Message
from morfx.domain import mail_address, phone
from morfx.domain.number_words import NUMBER_WORDS, SMALL, read_number

_MAIL = re.compile(
    r"[a-z0-9._%+-]{1,64} ?@ ?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}(?: ?\. ?(?:com|co|es|net|org|edu)(?:\.co)?|\.[a-z]{2,10})\b"
    r"|[a-z0-9._%+-]{1,64} ?@ ?(?:gmail|hotmail|outlook|yahoo|icloud)(?: ?, ?(?:com|es)| com)?\b"
    r"|[a-z0-9._-]{1,64}(?: (?:punto|guion bajo) [a-z0-9_-]{1,40}){0,3} (?:arroba|aroba|at) "
    r"[a-z0-9-]{1,63}(?: ?(?:punto|\.) ?[a-z0-9]{2,20}){1,3}"
)
_DIGITS = re.compile(r"(?<![\w#@])(?:\+ ?)?\(?\d(?:[ .()-]{0,2}\d){6,14}(?!\w)")
_GROUPS = re.compile(r"\d+")
_DOCUMENT = re.compile(
    r"\b(?:c\.? ?c\.?|cedula(?: de ciudadania)?|documento|identificacion|nit|c\.? ?e\.?|ti)"
    r"(?: (?:es|no|numero|nro|#))*[ .:#]{0,3}(\d[\d. ]{4,13}\d)"
)
_PHONE_WORDS = re.compile(
    r"\b(?:cel|celular|tel|telefono|tlf|tfno|whatsapp|wpp|numero|num|movil|contacto)\b"
)


def find(message: Message) -> dict[str, str]:
    """``correo`` and ``telefono``, where the message gives them; identity documents are skipped."""
    found: dict[str, str] = {}
    for match, start, end in list(message.matches(_MAIL)):
        if mail := mail_address.normalised(match[0]):
            found["correo"] = mail
            message.take(start, end, "correo")
    for _, start, end in list(message.matches(_DOCUMENT)):
        message.take(start, end, "documento")
    numbers = [*_typed(message), *_said(message)]
    mobiles = [number for number in numbers if phone.is_colombian_mobile(number)]
    if numbers:
        found["telefono"] = (mobiles or numbers)[0]
    return found


def _typed(message: Message) -> Iterator[str]:
    for match, start, end in list(message.matches(_DIGITS)):
        for text in _numbers_in(match[0]):
            number = phone.normalised(text)
            if number and _is_phone(number, text, message.plain[: match.start()]):
                message.take(_label(message, start), end, "telefono")
                yield number


def _label(message: Message, start: int) -> int:
    """Where "cel", "tel.:" before a number begins."""
    at = start
    while message.free(at - 1) and message.at(at - 1) in ".:#":
        at -= 1
    called = message.free(at - 1) and _PHONE_WORDS.fullmatch(message.at(at - 1))
    return at - 1 if called else start


def _numbers_in(text: str) -> list[str]:
    """One number, or two that only a blank keeps apart."""
    digits = "".join(_GROUPS.findall(text))
    if len(digits) == 20 and digits[0] == digits[10] == "3":
        return [digits[:10], digits[10:]]
    return [text]


def _is_phone(number: str, text: str, before: str) -> bool:
    if phone.is_colombian_mobile(number) or text.startswith("+"):
        return True
    called = bool(_PHONE_WORDS.search(before[-25:]))
    fixed = len(number) == 12 and number.startswith("576")
    return fixed or (called and "#" not in text and len(number) >= 7)


def _said(message: Message) -> Iterator[str]:
    """Ten digits in words: ``tres quince ocho ochenta y ocho …``."""
    at = 0
    while at < len(message):
        digits, end = _dictated(message, at)
        if len(digits) == 10 and digits[0] == "3":
            message.take(at, end, "telefono")
            yield "57" + digits
        at = max(end, at + 1)


def _dictated(message: Message, at: int) -> tuple[str, int]:
    """The digits said or typed in a row from here, and where they end."""
    digits, words_used = "", 0
    while at < len(message) and len(digits) < 10 and message.free(at):
        word = message.at(at)
        if word in NUMBER_WORDS and word not in ("un", "una"):
            read = read_number(message.tokens(at, at + 6), 0)
            if not read:
                break
            digits += _as_dictated(word, read[0])
            at, words_used = at + read[1], words_used + 1
        elif word.isdecimal() and words_used:
            digits, at = digits + word, at + 1
        elif word in ",-." and digits:
            at += 1
        else:
            break
    return (digits if words_used > 1 else ""), at


def _as_dictated(word: str, value: int) -> str:
    return "0" if SMALL.get(word) == 0 else str(value)
