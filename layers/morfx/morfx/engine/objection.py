"""Why a text that a model wrote must not be sent."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from morfx.domain.conversation import Pack
from morfx.domain.text import storable

#: Characters; a shop's answer has a tenth of it.
LONGEST = 1_000
#: Words in a row of the instructions that nobody writes by chance.
LEAKED_WORDS = 8
#: From here on a number without a word of money is an amount too.
LEAST_PRICE = 1_000

_NUMBER = r"\d(?:[\d.,'’]|\s(?=\d{3}\b))*"
_MONEY = r"pesos?|cop|usd|dolares?|euros?|eur|lucas?|lks?|barras?"
_AMOUNT = re.compile(
    rf"(?P<mark>[$€£]|\b(?:us|cop|usd|eur)\b\s*\$?)?\s*(?P<number>{_NUMBER})"
    rf"\s*(?P<scale>mil(?:lon(?:es)?)?\b|k\b|lucas?\b)?\s*(?P<unit>(?:de\s+)?(?:{_MONEY})\b)?"
)
_NUMERAL = (
    r"(?:un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
    r"|dieci\w+|veint\w+|\w+enta|cien|ciento|\w+cient[oa]s|quinient[oa]s)"
)
_FOREIGN = re.compile(r"[€£]|\bus|usd|dolar|eur")
_COUNTS = {"un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6}
_MEASURE = (
    r"\s*(?:%|dias?|noches?|horas?|minutos?|semanas?|mes\w*|anos?|comprimid\w+|pastill\w+|mg)"
)
_QUANTITY = re.compile(
    rf"\b(?P<digits>\d{{1,2}})(?:\s*x)?\b(?!{_MEASURE}\b|\s*[ay-]\s*\d)"
    rf"|\b(?P<word>uno|dos|tres|cuatro|cinco|seis)\b(?!{_MEASURE}\b)"
    r"|\b(?P<article>una?)\s+(?:frasco|pack|unidad|tarro|caja|elixir)"
)
_IN_WORDS = re.compile(rf"\b{_NUMERAL}\s+(?:mil|{_MONEY})\b|\bmil\s+(?:{_MONEY})\b")
_BARGAIN = re.compile(r"\bmitad del? precio\b|\b(?:dos|2|tres|3)\s*(?:x|por)\s*(?:uno|1)\b")
_DISCOUNT = re.compile(r"\b(?:descuento|rebaja|dcto|off|promocional)\w*")
_FREE = re.compile(r"\b(?:gratis|gratuit\w+|sin costo|cortesia)\b")
_NO = re.compile(r"\b(?:no|ni|sin)\b")
_DELIVERY = re.compile(r"\b(?:envi\w*|domicilio|entrega\w*|despacho)\b")
_PERSON = re.compile(
    r"\b(?:asesor\w*|persona|human[oa]|agente|companer[oa]|representante|supervisor\w*"
    r"|encargad[oa]|gerente|alguien|colega|equipo)\b"
)
_ORDER = re.compile(
    r"\b(?:pedido|compra|orden|pago|envio)\b[^.!?\n]*\b(?:confirmad|registrad|cread|agendad|procesad"
    r"|recibid|aprobad|despachad|enviad|cancelad|anulad|en camino)[oa]?s?\b"
)
_ASKING = re.compile(r"\b(?:no|si|cuando|para|una vez|al|despues|antes)\b|\?")
#: A program's, not a person's: JSON, tags, code, a template's variable.
_MARKUP = re.compile(r"[{}<>`]|__")
_LINK = re.compile(r"https?:|\bwww\.|\b[\w-]+\.(?:com|co|net|org|io|me|info|shop|store|link|ly)\b")
_CONTACT = re.compile(
    r"\b(?:pas[oaeé]\w*|pondr\w+|pong[oa]|comunic\w+|conect\w+|contact\w+|llam\w+|escrib\w+"
    r"|transf\w+|deriv\w+|remit\w+|atend\w+|avis\w+|hable?[sn]?|hablar\w*|ayudara\w*)\b"
)
_CALL_BACK = re.compile(
    r"\b(?:te|le|lo|la|os|los)\s+(?:llam\w+|contact\w+|devolv\w+ la llamada)"
    r"|\bnos\s+(?:comunic\w+|contact\w+|pon\w+ en contacto)"
)


def objection_to(text: str, *, packs: Iterable[Pack], secret: str) -> str | None:
    """What is wrong with the text, or None.

    ``secret``: the instructions nobody may be told. A person is only ever promised where one was
    asked for, and whoever asks for one is never answered by a model.
    """
    plain = _plain(text)
    if not plain.strip():
        return "empty"
    if len(text) > LONGEST:
        return f"longer than {LONGEST} characters"
    if storable(text) != text:
        return "unstorable characters"
    for name, pattern in (("markup", _MARKUP), ("link", _LINK)):
        if pattern.search(plain):
            return name
    return (
        _wrong_amount(plain, tuple(packs))
        or _wrong_offer(plain)
        or _promise(plain)
        or _leak(plain, secret)
    )


def _wrong_amount(plain: str, packs: tuple[Pack, ...]) -> str | None:
    for sentence in _sentences(plain):
        found = [(match, _amount(match)) for match in _AMOUNT.finditer(sentence)]
        amounts = [(match, amount) for match, amount in found if amount is not None]
        for place, (match, amount) in enumerate(amounts):
            start = amounts[place - 1][0].end() if place else 0
            end = amounts[place + 1][0].start() if place + 1 < len(amounts) else len(sentence)
            around = sentence[start : match.start()], sentence[match.end() : end]
            if not _is_asked(match, amount, around, packs):
                return f"price: {match[0].strip()}"
    return None


def _is_asked(
    match: re.Match[str], amount: Decimal, around: tuple[str, str], packs: tuple[Pack, ...]
) -> bool:
    """Whether the shop asks this amount, and for as many units as stand around it, if any do."""
    named = f"{match['mark'] or ''}{match['unit'] or ''}"
    if _FOREIGN.search(named) and all(pack.currency == "COP" for pack in packs):
        return False
    units = {pack.units for pack in packs if pack.price == amount}
    before, after = (_quantities(text) for text in around)
    spoken = {*before[-1:], *after}
    return bool(units) and (not spoken or bool(units & spoken))


def _quantities(text: str) -> list[int]:
    return [
        int(found["digits"]) if found["digits"] else _COUNTS[found["word"] or found["article"]]
        for found in _QUANTITY.finditer(text)
    ]


def _wrong_offer(plain: str) -> str | None:
    if found := _IN_WORDS.search(plain) or _BARGAIN.search(plain):
        return f"price: {found[0]}"
    for sentence in _sentences(plain):
        if _FREE.search(sentence) and not _DELIVERY.search(sentence):
            return "price: free"
        if _DISCOUNT.search(sentence) and not _NO.search(sentence):
            return "price: discount"
    return None


def _amount(match: re.Match[str]) -> Decimal | None:
    """The money it speaks of; None where it is another number. An unreadable one is nobody's."""
    number = match["number"].rstrip(".,'’ ")
    value = _value(number)
    if match["scale"]:
        value *= 1_000_000 if match["scale"].startswith("mill") else 1_000
    named = match["mark"] or match["unit"] or match["scale"]
    return value if named or value >= LEAST_PRICE else None


def _value(number: str) -> Decimal:
    """``77.900``, ``77,900``, ``77 900`` and ``77.900,00`` are the same; ``77.9`` is not."""
    whole = re.sub(r"[.,]\d{1,2}$", "", number)
    cents = number[len(whole) + 1 :]
    return Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{cents or 0}")


def _promise(plain: str) -> str | None:
    if _CALL_BACK.search(plain):
        return "promise of a person"
    for sentence in _sentences(plain):
        if _PERSON.search(sentence) and _CONTACT.search(sentence):
            return "promise of a person"
        if _ORDER.search(sentence) and not _ASKING.search(sentence):
            return "claims what only the shop confirms"
    return None


def _leak(plain: str, secret: str) -> str | None:
    said, hidden = _words(plain), _words(_plain(secret))
    runs = {tuple(hidden[at : at + LEAKED_WORDS]) for at in range(len(hidden) - LEAKED_WORDS + 1)}
    leaks = (
        tuple(said[at : at + LEAKED_WORDS]) in runs for at in range(len(said) - LEAKED_WORDS + 1)
    )
    return "leaked instructions" if any(leaks) else None


def _plain(text: str) -> str:
    """Lower case, one alphabet of digits, no accents, nothing that hides or splits characters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    shown = (c for c in decomposed if unicodedata.category(c) not in {"Cf", "Mn", "Me"})
    return "".join(str(unicodedata.decimal(c, c)) for c in shown)


def _words(plain: str) -> list[str]:
    return re.findall(r"\w+", plain)


def _sentences(plain: str) -> list[str]:
    return re.split(r"[.!?\n]+(?:\s|$)", plain)
