"""Numbers said in words, as voice notes and older customers write them."""

from collections.abc import Sequence

_UNITS = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro "
    "veinticinco veintiseis veintisiete veintiocho veintinueve"
).split()
_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
).split()
_ORDINALS = (
    ("primera", "primero", "primer"),
    ("segunda", "segundo"),
    ("tercera", "tercero", "tercer"),
    ("cuarta", "cuarto"),
    ("quinta", "quinto"),
    ("sexta", "sexto"),
    ("septima", "septimo", "setima"),
    ("octava", "octavo"),
    ("novena", "noveno"),
    ("decima", "decimo"),
)

SMALL = {word: value for value, word in enumerate(_UNITS)} | {"un": 1, "una": 1, "veintiun": 21}
TENS = {word: value * 10 for value, word in enumerate(_TENS, 3)} | {"veinte": 20}
HUNDREDS = {word: value * 100 for value, word in enumerate(_HUNDREDS, 1)} | {"cien": 100}
ORDINALS = {word: value for value, ws in enumerate(_ORDINALS, 1) for word in ws}

#: Any word a number may begin with.
NUMBER_WORDS = frozenset(SMALL) | frozenset(TENS) | frozenset(HUNDREDS)


def read_number(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """The number said from here and how many tokens say it: ``cuarenta y cinco`` → (45, 3)."""
    word = tokens[at]
    if word in HUNDREDS:
        rest = read_number(tokens, at + 1) if at + 1 < len(tokens) else None
        if rest and rest[0] < 100 and tokens[at + 1] not in ("cero", "un", "una"):
            return HUNDREDS[word] + rest[0], 1 + rest[1]
        return HUNDREDS[word], 1
    if word in TENS:
        units = tokens[at + 2] if tokens[at + 1 : at + 2] == ["y"] and at + 2 < len(tokens) else ""
        if 0 < SMALL.get(units, 0) < 10:
            return TENS[word] + SMALL[units], 3
        return TENS[word], 1
    return (SMALL[word], 1) if word in SMALL else None
