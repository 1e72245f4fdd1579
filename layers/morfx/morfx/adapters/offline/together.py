"""Messages that are read together: of what two of them say, the last word counts."""

from collections.abc import Mapping, Sequence
from functools import reduce

from morfx.adapters.offline import packs
from morfx.domain import address, places
from morfx.domain.comprehension import DECLINED
from morfx.domain.person_name import is_given
from morfx.domain.spelling import plain

#: Words of a message that is no more than a choice.
_BARE = 3

#: What may be spread over several messages.
_NAME = ("nombre", "apellido")
_SPREAD = frozenset({*_NAME, "direccion"})


def pack(texts: Sequence[str], read: str | None) -> str | None:
    """The pack that messages read together name; one of them that is no more than a choice counts
    for more than those before it: "el de 2", then "mejor 3"."""
    if read is None:
        return None
    later = (plain(text) for text in reversed(texts[1:]))
    alone = (packs.chosen(text) for text in later if len(text.split()) <= _BARE)
    return next(filter(None, alone), read)


def fields(read: Mapping[str, str], alone: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """The fields read in all of them; what one of them gives again replaces what came before.

    ``alone``: the fields of each. People spread a name or an address over several messages; only a
    whole one is one again.
    """
    given = {name: [said[name] for said in alone if _gives(said, name)] for name in read}
    last = {
        name: given[name][-1] if given[name] and name not in _SPREAD else value
        for name, value in read.items()
    }
    again = given.get("direccion", [])
    if any(address.extended(again[0], other) == other for other in again[1:]):
        last["direccion"] = reduce(address.extended, again)
    if "ciudad" in (place := _last_place(alone)):
        last.pop("departamento", None)
    whole = [said for said in alone if "apellido" in said and _is_named(said)]
    return {**last, **place, **{name: whole[-1][name] for name in _NAME if whole}}


def _gives(said: Mapping[str, str], name: str) -> bool:
    return said.get(name, DECLINED) != DECLINED


def _last_place(alone: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Town and departamento: another town takes back the departamento that was told before it."""
    place: dict[str, str] = {}
    for said in alone:
        told = {name: said[name] for name in ("ciudad", "departamento") if _gives(said, name)}
        if places.is_department_of(told.get("ciudad", ""), place.get("ciudad", "")):
            told["departamento"] = told.pop("ciudad")
        place = told if "ciudad" in told else {**place, **told}
    return place


def _is_named(said: Mapping[str, str]) -> bool:
    """Whether a given name is in it: of surnames alone the first is taken for one."""
    return is_given(said.get("nombre", "").partition(" ")[0])
