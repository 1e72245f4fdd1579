"""Values the customer takes back: ``es la 45 no la 54``, ``no es cali, es candelaria``."""

import re

from morfx.adapters.offline.message import Message
from morfx.domain import address

_NOT_THIS_BUT = re.compile(
    r"\bno (?:es|era|vivo en|estoy en|soy de) ([^,.;\n?]{2,60}?)[,.;\n]? ?(?:,|;|\n|\b(?:sino|si no|es|era|mas bien)\b)"
)
_THIS_NOT_THAT = re.compile(
    r"[,\s](?:y )?no (?:(?:es|era) )?((?:el |la |en |de |del )?[^,.;\n?¿!]{1,60})"
)
_SAYS_SO = re.compile(
    r"\b(corri[jg]|correg|correc|equivoc|qued[oa] mal|esta mal|perdon|que pena|disculp|me falto|cambi)|(^|\n) ?\*|\b(es|son)\b"
)
_SHAPE = re.compile(r"\d")


def strike_out(message: Message) -> bool:
    """Take the wrong values out of the message; whether there were any."""
    found = False
    for match in _NOT_THIS_BUT.finditer(message.plain):
        if "?" not in message.plain[match.end() : match.end() + 40] and len(match[1].split()) <= 8:
            found |= _strike(message, match.start(), match.end(1))
    for match in _THIS_NOT_THAT.finditer(message.plain):
        if _denies(message.plain[: match.start() + 1], match[1].strip()):
            found |= _strike(message, match.start() + 1, match.end())
    return found


def _strike(message: Message, start: int, end: int) -> bool:
    first, last = message.span(start, end)
    message.take(first, last, "wrong")
    return last > first


def _denies(before: str, wrong: str) -> bool:
    """Whether "no" takes back what follows, given what stood before it."""
    clause = before.rsplit("\n", 1)[-1]
    first = wrong.split()[0] if wrong else ""
    if not first or not _SAYS_SO.search(clause):
        return False
    if _SHAPE.match(first):
        return _takes_back_number(clause, wrong)
    if _SHAPE.search(wrong):
        return first in ("la", "el", "en", "es") or address.is_unit(first) or address.is_road(first)
    if not re.search(r"\b(es|son)\b", clause) or len(wrong.split()) > 5:
        return False
    return first in ("el", "la", "de", "del", "en") and not re.search(
        r"\b(tengo|se|hay|que|q)\b", wrong
    )


def _takes_back_number(clause: str, wrong: str) -> bool:
    """A number after "no" is the wrong one if the right one stands before it in the same shape."""
    shape = _SHAPE.sub("0", wrong.split()[0])
    if "-" in shape or "-" in wrong:
        return "#" in clause and "-" in clause
    typed = [_SHAPE.sub("0", word.strip(",*")) for word in clause.split()]
    comma = clause.rstrip().endswith(",")
    return len(shape) >= 3 and shape in typed and (comma or "*" in clause or " es " in clause)
