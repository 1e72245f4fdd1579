"""The municipalities and departments of Colombia, under every name people give them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from morfx.domain.spelling import distance, key

#: The longest name in tokens ("villa de san diego de ubate").
LONGEST = 6

#: Among towns of one name, the one that is likelier (capitals win anyway).
_BEST_KNOWN = frozenset(
    "05615 05079 05148 08638 13244 15087 17174 19698 25286 25473 41551 47189 50313 52227 66682 "
    "68755 73268 76111 76130 76147 76892 85440 05607 05697 05664 05541 05376 08433 13442 "
    "05088 05266 05360 05631 05045 05154 05837 05380 08758 76109 76520 76834 76364 25754 25175 25269 "
    "25290 25307 25430 25473 25899 68081 68276 68307 68547 68679 54498 54874 54405 54518 66170 15238 "
    "15759 15176 17380 41551 44430 47189 50006 52356 52835 70215 70708 73449 20011 23417 23660".split()
)

#: Towns with ten times as many people as all their namesakes: nobody says their departamento.
#: Caldas, Mosquera, Sabanalarga, Puerto Colombia.
_UNMISTAKABLE = frozenset({"05129", "25473", "08638", "08573"})
_ARTICLES = ("el ", "la ", "los ", "las ")

_SHORT = {
    "sta": "santa",
    "sto": "santo",
    "sn": "san",
    "pto": "puerto",
    "vlla": "villa",
    "nva": "nueva",
    "gral": "general",
}
_SOUNDS = (
    ("qu", "k"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "b"),
    ("ll", "y"), ("gue", "ge"), ("gui", "gi"), ("ge", "je"), ("gi", "ji"), ("h", ""), ("x", "s"),
)  # fmt: skip
_DEPARTMENTS = {
    "Amazonas": "amazona",
    "Antioquia": "ant, antio, antioq, antq",
    "Arauca": "",
    "Archipiélago de San Andrés, Providencia y Santa Catalina": "san andres y providencia, "
    "san andres providencia y santa catalina, archipielago de san andres",
    "Atlántico": "atl, atco, atlco, el atlantico",
    "Bogotá, D.C.": "",
    "Bolívar": "blvar",
    "Boyacá": "boy, boyca",
    "Caldas": "cald",
    "Caquetá": "caq, el caqueta",
    "Casanare": "cas, el casanare",
    "Cauca": "cau, el cauca",
    "Cesar": "ces, el cesar",
    "Chocó": "cho, el choco",
    "Córdoba": "cba, cord",
    "Cundinamarca": "cund, cundi, cmarca, c / marca, cundina",
    "Guainía": "",
    "Guaviare": "el guaviare",
    "Huila": "el huila",
    "La Guajira": "guajira, guaj",
    "Magdalena": "mag, mgd, magd, el magdalena",
    "Meta": "el meta",
    "Nariño": "nar",
    "Norte de Santander": "norte santander, n de s, n de santander, norte de s / der, nte de s, "
    "nte de santander, n santander, norte de stder, nte santander, nds",
    "Putumayo": "put, el putumayo",
    "Quindío": "quind, el quindio",
    "Risaralda": "rda, risa, ris",
    "Santander": "s / der, stder, sder, sant, stander",
    "Sucre": "",
    "Tolima": "tol, el tolima",
    "Valle del Cauca": "valle, el valle, valle cauca, v del cauca, v / cauca",
    "Vaupés": "",
    "Vichada": "el vichada",
}


@dataclass(frozen=True, slots=True)
class Municipality:
    """A town by its DIVIPOLA code and official spelling."""

    code: str
    name: str
    department: str

    @property
    def prominence(self) -> int:
        """Which of several towns of one name people mean: the higher."""
        return 2 if self.code.endswith("001") else 1 if self.code in _BEST_KNOWN else 0


@cache
def _gazetteer() -> dict[str, tuple[Municipality, ...]]:
    """Look-up key → the towns called so, the likeliest first (official names before nicknames)."""
    official: dict[str, list[Municipality]] = defaultdict(list)
    other: dict[str, list[Municipality]] = defaultdict(list)
    lines = files("morfx.domain").joinpath("data/municipios.tsv").read_text("utf-8").splitlines()
    for line in lines:
        code, name, department, aliases = line.split("\t")
        town = Municipality(code, name, department)
        official[key(name)].append(town)
        for alias in filter(None, aliases.split(", ")):
            other[key(alias)].append(town)
    names = {*official, *other}
    return {
        name: tuple(sorted(official[name] + other[name], key=lambda town: -town.prominence))
        for name in names
    }


@cache
def _by_first_letter() -> dict[str, tuple[tuple[str, str], ...]]:
    """First letter of the sound → names and how they sound."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in _gazetteer():
        if len(name) >= 5:
            sound = _sound(name)
            found[sound[0]].append((name, sound))
    return {letter: tuple(names) for letter, names in found.items()}


def _sound(name: str) -> str:
    """Letters that Colombians mix up because they sound alike, made one."""
    for written, heard in _SOUNDS:
        name = name.replace(written, heard)
    return name or " "


@cache
def _departments() -> dict[str, str]:
    found = {key(name): name for name in _DEPARTMENTS}
    for name, aliases in _DEPARTMENTS.items():
        found.update((key(alias), name) for alias in aliases.split(", ") if alias)
    return found


def _spelt_out(name: str) -> str:
    """The look-up key with ``sta.``, ``sn``, ``pto`` written out."""
    tokens = key(name).split()
    if len(tokens) > 1:
        tokens = [_SHORT.get(token, token) for token in tokens]
    return " ".join(tokens)


def towns(name: str) -> tuple[Municipality, ...]:
    """The towns of exactly this name or nickname, the likeliest first."""
    return _gazetteer().get(_spelt_out(name), ())


def misspelt_towns(name: str) -> tuple[Municipality, ...]:
    """The towns a misspelt name is closest to: one slip in five letters or more, two in nine."""
    wanted = _spelt_out(name)
    allowed = 0 if len(wanted) < 5 else 1 if len(wanted) < 9 else 2
    sound = _sound(wanted)
    best: tuple[tuple[int, int], tuple[Municipality, ...]] | None = None
    for candidate, heard in _by_first_letter().get(sound[0], ()) if allowed else ():
        off = distance(sound, heard, allowed)
        if off <= allowed:
            found = _gazetteer()[candidate]
            rank = (off, -found[0].prominence)
            best = min(best, (rank, found), key=lambda pair: pair[0]) if best else (rank, found)
    return best[1] if best else ()


def department(name: str) -> str | None:
    """The official name of a departamento, from any of its names; None where it is none."""
    return _departments().get(key(name))


def misspelt_department(name: str) -> str | None:
    wanted = key(name)
    if len(wanted) < 5:
        return None
    near = ((distance(wanted, known, 1), full) for known, full in _departments().items())
    return next((full for off, full in near if off <= 1), None)


def town(name: str, department_said: str | None = None) -> Municipality | None:
    """The town meant; misspellings forgiven.

    None where there is none, where several departamentos have one of this name, and where a name
    is only near one that few people know: without the departamento any of them is a guess.
    """
    wanted = department_said and (
        department(department_said) or misspelt_department(department_said)
    )
    if wanted and (here := _called_so_in(wanted, name)):
        return here[0]
    exact = towns(name)
    if exact:
        return exact[0] if _leaves_no_doubt(name, exact[0]) else None
    near = misspelt_towns(name)
    if not near or not _surely_meant(name, near[0]):
        return None
    return near[0] if _leaves_no_doubt(near[0].name, near[0]) else None


def common_name(name: str) -> str | None:
    """The official spelling, where all towns that may be meant share it."""
    official = {found.name for found in towns(name)}
    return official.pop() if len(official) == 1 else None


def may_be_in(name: str, department_said: str) -> bool:
    """Whether a town of this name can be in that departamento; of unknown places nobody knows."""
    wanted = department(department_said)
    unknown = not towns(name) and not misspelt_towns(name)
    return unknown or not wanted or bool(_called_so_in(wanted, name))


def is_department_of(name: str, town: str) -> bool:
    """Whether it tells where the known town lies: "Sogamoso", then "Boyacá", which is also a town."""
    if department(name) is None or key(name) == key(town):
        return False
    return bool(towns(town)) and may_be_in(town, name)


def _called_so_in(department_name: str, name: str) -> list[Municipality]:
    """The towns of a departamento that this name may mean, the likeliest first."""
    candidates = (*(towns(name) or misspelt_towns(name)), *_namesakes(name))
    here = [found for found in candidates if found.department == department_name]
    return here or _begun_in(department_name, name)


def _begun_in(department_name: str, name: str) -> list[Municipality]:
    """The only town of a departamento whose name begins so: ``el carmen``, Bolívar."""
    begins = _spelt_out(name) + " "
    found = {
        place
        for known, called in _gazetteer().items()
        if known.startswith(begins)
        for place in called
        if place.department == department_name
    }
    return list(found) if len(found) == 1 else []


def _namesakes(name: str) -> tuple[Municipality, ...]:
    """The towns of this name with or without its article: ``cerrito``, ``el cerrito``."""
    wanted = _spelt_out(name)
    bare = next((wanted.removeprefix(a) for a in _ARTICLES if wanted.startswith(a)), wanted)
    names = (bare, *(article + bare for article in _ARTICLES))
    return tuple(found for each in names for found in _gazetteer().get(each, ()))


def _leaves_no_doubt(name: str, likeliest: Municipality) -> bool:
    """Only one departamento has a town called so, or this one dwarfs the others."""
    if likeliest.code in _UNMISTAKABLE:
        return True
    if likeliest.prominence == 2 and key(likeliest.name) == _spelt_out(name):
        return True
    return len({namesake.department for namesake in _namesakes(name)}) == 1


def _surely_meant(name: str, near: Municipality) -> bool:
    """Whether a misspelt name can only be this town: well known, or sounding the same."""
    return bool(near.prominence) or _sound(_spelt_out(name)) == _sound(key(near.name))


def prominent(name: str) -> bool:
    """Whether this is the name of a town everybody knows."""
    found = towns(name)
    return bool(found and found[0].prominence)


def department_of(city: str) -> str | None:
    """The departamento a town is in; None where that must be asked."""
    found = town(city)
    return found.department if found else None
