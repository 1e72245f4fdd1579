"""Colombian addresses: abbreviations written out, whole words only, numbers as digits.

The words the customer used stay in their message; this is the spelling an order carries. Facts §2.6
lists what the predecessor's expansion corrupted; those cases are the tests.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from morfx.domain.number_words import NUMBER_WORDS, ORDINALS, read_number
from morfx.domain.spelling import ARTICLES, SMALL, Word, capitalised, words


def _spellings(lines: str) -> dict[str, str]:
    pairs = (line.split(":") for line in lines.strip().splitlines())
    return {short: full.strip() for full, shorts in pairs for short in shorts.split()}


#: Roads, which numbers name and number words follow.
ROADS = _spellings("""
Calle: calle cll cl clle cle clll call calles
Carrera: carrera cra cr crr crra kra kra kr krra carr carera cras karrera
Avenida: avenida av avda ave avd aven
Diagonal: diagonal dg diag dgnal diagnal
Transversal: transversal tv trans transv trv tranv transver tranversal transverzal tvl trasversal
Circular: circular circ cq
Circunvalar: circunvalar circunv
Autopista: autopista autop auto aut
Avenida Calle: ac
Avenida Carrera: ak
Peatonal: peatonal peat
Pasaje: pasaje psje pje pj
Callejon: callejon cjon
Variante: variante
Kilómetro: kilometro km kms kilometros
Vía: via
""")

#: Dwellings and places, which a number or a name follows.
UNITS = _spellings("""
Manzana: manzana mz mza manz mzn mzna mnz
Supermanzana: supermanzana sm smz spmz
Casa: casa cs csa
Lote: lote lt lte
Torre: torre trre tor
Bloque: bloque bl blq bloq blo
Interior: interior int inte
Apartamento: apartamento apto apt apartament apartamneto aparta apartam aptos
Piso: piso pisos
Etapa: etapa etp
Oficina: oficina ofi ofc ofic
Local: local loc lcl
Bodega: bodega bod bdg
Edificio: edificio edif edf edificios
Conjunto: conjunto conj cjto cnjto conjto
Urbanización: urbanizacion urb urbaniz urba
Condominio: condominio cond condo
Unidad: unidad und
Parcela: parcela
Parcelacion: parcelacion parc
Vereda: vereda vda vrda ver vere vered
Finca: finca fca fnca
Hacienda: hacienda hda
Corregimiento: corregimiento correg corregim corr cgto corrg
Sector: sector sec sect
Resguardo: resguardo
Rancheria: rancheria
Hato: hato
Caserio: caserio
Predio: predio
Plaza: plaza
Estacion: estacion
Puesto: puesto
Supermercado: supermercado
Hotel: hotel
Villa: villa
Portería: porteria
Mirador: mirador
Batallon: batallon
""")

#: Too short to mean anything unless a number follows.
_BEFORE_NUMBER = _spellings("""
Calle: c
Carrera: k
Apartamento: ap
Torre: to t tr
Oficina: of
Local: l lc
Piso: p ps
Edificio: ed
Bodega: bg
Etapa: et
Interior: in
""")
_BEFORE_NAME = _spellings("""
Edificio: ed
Centro Comercial: cc
Conjunto: cto
""")

NUMBER_SIGNS = frozenset({"#", "no", "nro", "num", "numero", "n", "nr", "numer", "nmero", "º", "°"})
DIRECTIONS = frozenset({"sur", "norte", "este", "oeste", "oriente", "occidente"})
_AFTER_LETTER = NUMBER_SIGNS | DIRECTIONS | {"-", "bis"}
_ROAD_NAMES = frozenset(ROADS.values())


def is_road(word: str) -> bool:
    return word in ROADS


def is_unit(word: str) -> bool:
    return word in UNITS


def needs_number(word: str) -> bool:
    """Whether the word is an abbreviation only where a number follows."""
    return word in _BEFORE_NUMBER


def needs_name(word: str) -> bool:
    return word in _BEFORE_NAME


def normalised(text: str) -> str:
    """The address written out: ``cll 5 No 3-20 apto 201`` → ``Calle 5 # 3-20 Apartamento 201``."""
    tokens = [word for word in words(text) if word.plain not in "._*:;\n" or word.plain == "\n"]
    return _Writer(tokens).write()


def extended(known: str, given: str) -> str:
    """The known address with a flat, floor or tower given alone; anything else replaces it.

    ``Calle 5 # 3-20 Apartamento 408`` and ``Apartamento 804`` → ``Calle 5 # 3-20 Apartamento 804``.
    """
    inside = given if given.split()[0] in _INSIDE else ""
    if given[0].isdecimal() and len(given.split()) == 1:
        inside = f"{_last_inside(known)} {given}".strip()
    if not inside or any(word in _OUTSIDE for word in given.split()):
        return given
    kept = known
    for unit in re.findall(_UNIT, inside):
        kept = re.sub(rf",? ?\b{unit} \S+", "", kept)
    return f"{kept} {inside}".strip(" ,")


def _last_inside(known: str) -> str:
    """The kind of dwelling the known address ends with, which a bare number corrects."""
    found = re.findall(_UNIT, known)
    return found[-1] if found else ""


#: What lies inside a building or an estate, and what has streets or land of its own.
_INSIDE = frozenset(
    {"Apartamento", "Torre", "Bloque", "Interior", "Piso", "Oficina", "Local", "Bodega", "Casa"}
)
_OUTSIDE = frozenset(ROADS.values()) | {"Manzana", "Vereda", "Finca", "Corregimiento", "Lote"}
_UNIT = rf"\b({'|'.join(sorted(_INSIDE))})\b"


@dataclass
class _Writer:
    """Reads an address token by token and writes it out."""

    tokens: Sequence[Word]
    out: list[str] = field(default_factory=list)
    at: int = 0
    #: Numbers written since the last road's name; None away from roads.
    numbers: int | None = None
    signed: bool = False

    def write(self) -> str:
        while self.at < len(self.tokens):
            if not (self._sign() or self._number() or self._said() or self._short()):
                self._word()
        text = " ".join(self.out).replace(" ,", ",").replace(" - ", "-").strip(" ,-#")
        text = text.replace("- ", "-").replace(" -", "-")
        return text[:1].upper() + text[1:]

    def _plain(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].plain if 0 <= at < len(self.tokens) else ""

    def _numeric(self, ahead: int) -> bool:
        word = self._plain(ahead)
        return (word.isdecimal() and word.isascii()) or word in NUMBER_WORDS

    def _sign(self) -> bool:
        """ "No", "nro", "#" before a number; signs in a row are one sign."""
        length = 0
        while self._plain(length) in NUMBER_SIGNS:
            length += 1
        if not self._numeric(length):
            length = 1 if self._plain() == "#" else 0
        if not length:
            return False
        self.at += length
        if self.out[-1:] != ["#"]:
            self.out.append("#")
        self.signed = True
        return True

    def _number(self) -> bool:
        if not self._plain().isdecimal():
            return False
        self._join_numbers()
        text = self.tokens[self.at].text
        self.at += 1
        text += self._suffix()
        self.out.append(text)
        return True

    def _join_numbers(self) -> None:
        """A road's second number is its house's, the third the distance to it."""
        if self.numbers is None or not self.out or self.out[-1] in ("#", "-", "y"):
            pass
        elif self.numbers == 1 and not self.signed and self._follows_number():
            self.out.append("#")
            self.signed = True
        elif self.signed and self._follows_number() and "#" in self.out[-3:-1]:
            self.out.append("-")
        if self.numbers is not None:
            self.numbers += 1

    def _follows_number(self) -> bool:
        return self.out[-1][:1].isdecimal() or self.out[-1].lower() in DIRECTIONS | {"bis"}

    def _suffix(self) -> str:
        """The letter of a road's number: ``75a``, ``12 A - 30``, ``18 a bis``."""
        letter, after = self._plain(), self._plain(1)
        if not letter.isalpha():
            return ""
        touching = self.tokens[self.at].start == self.tokens[self.at - 1].end
        if touching and letter not in DIRECTIONS and letter != "bis":
            if (
                len(letter) > 3
                and letter[:1] in "abcdefgh"
                and letter[1:] in ("bis", "sur", "este")
            ):
                self.at += 1
                return f"{letter[0].upper()} {letter[1:].title()}"
            self.at += 1
            return letter.upper() if len(letter) == 1 else letter
        spaced = len(letter) == 1 and letter not in "yoenklctp" and self.numbers is not None
        if spaced and (after in _AFTER_LETTER or (letter != "a" and after[:1].isdecimal())):
            self.at += 1
            return letter.upper()
        return ""

    def _said(self) -> bool:
        """Numbers in words, where a number is due."""
        word = self._plain()
        ordinal = ORDINALS.get(word)
        if ordinal and self._due() and not is_unit(self._plain(1)):
            read: tuple[int, int] | None = (ordinal, 1)
        else:
            plains = [token.plain for token in self.tokens[self.at : self.at + 6]]
            read = read_number(plains, 0) if self._due() or self.numbers else None
        if not read:
            return False
        self._join_numbers()
        self.out.append(str(read[0]))
        self.at += read[1]
        return True

    def _due(self) -> bool:
        """Right after a road, a unit or a number sign."""
        if not self.out:
            return False
        last = self.out[-1]
        return last in ("#", "-") or last in _ROAD_NAMES or last in UNITS.values()

    def _short(self) -> bool:
        word = self._plain()
        ahead = 2 if self._plain(1) in NUMBER_SIGNS else 1
        full = ROADS.get(word) or ("Transversal" if self._is_transversal() else None)
        if self._numeric(ahead) or (len(self._plain(1)) == 1 and self._plain(1).isalpha()):
            full = full or (_BEFORE_NUMBER.get(word) if self._numeric(ahead) else None)
        elif self._plain(1).isalpha():
            full = full or _BEFORE_NAME.get(word)
        unit = UNITS.get(word)
        if word == "calles":
            full = "Calles"
        if full in _ROAD_NAMES and self.out[-1:] != ["Entre"]:
            self.numbers, self.signed = 0, False
        elif full or unit:
            self.numbers = None
        written = full or unit
        if not written:
            return False
        self.out.append(written)
        self.at += 1
        return True

    def _is_transversal(self) -> bool:
        """``tr 93 # 53-48``: a tower has no houses on it."""
        signed = self._plain(2) in NUMBER_SIGNS or self._plain(3) in NUMBER_SIGNS
        return self._plain() == "tr" and self.numbers is None and self._numeric(1) and signed

    def _word(self) -> None:
        token = self.tokens[self.at]
        self.at += 1
        if token.plain == "\n":
            self.numbers = None
            if self.out and self.out[-1] != ",":
                self.out.append(",")
        elif token.plain == ",":
            self.numbers = None if self.signed else self.numbers
            self.out.append(",")
        elif token.is_name:
            lettered = len(token.plain) == 1 and self.out[-1:] == ["Bis"]
            small = (token.plain in SMALL and not lettered) or (
                token.plain in ARTICLES and self.out[-1:] and self.out[-1] in ("de", "a", "en")
            )
            self.out.append(token.text.lower() if self.out and small else capitalised(token.text))
        elif token.plain in "-/&'()":
            self.out.append(token.plain)
