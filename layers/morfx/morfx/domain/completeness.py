"""Whether the customer's data suffices for an order: the one place that says so (decision 11)."""

from collections.abc import Iterable, Mapping
from typing import Literal

from morfx.domain import places
from morfx.domain.comprehension import DECLINED

#: Every field of customer data there is.
FIELDS = (
    "nombre",
    "apellido",
    "telefono",
    "ciudad",
    "departamento",
    "direccion",
    "barrio",
    "correo",
    "indicaciones_extra",
)

#: What has been given of what an order needs.
Standing = Literal["none", "partial", "complete"]


def missing(required: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """The required fields without a value; one that was refused has none.

    Where the ciudad is required its departamento is too, if the town's name leaves it open.
    """
    known, wanted = inferred(known), tuple(required)
    if "ciudad" in wanted and _given("ciudad", known) and "departamento" not in wanted:
        at = wanted.index("ciudad") + 1
        wanted = (*wanted[:at], "departamento", *wanted[at:])
    return tuple(name for name in wanted if not _given(name, known))


def inferred(known: Mapping[str, str]) -> Mapping[str, str]:
    """The data with the departamento its ciudad is in, and the ciudad that the departamento tells
    apart from others of its name. What the customer said of the departamento stands."""
    if not _given("ciudad", known):
        return known
    said = known["departamento"] if _given("departamento", known) else None
    town = places.town(known["ciudad"], said)
    if town is None or (said and said != town.department):
        return known
    return {**known, "ciudad": town.name, "departamento": town.department}


def _given(name: str, known: Mapping[str, str]) -> bool:
    return known.get(name, DECLINED) != DECLINED


def unanswered(optional: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """The optional fields that were neither given nor refused."""
    return tuple(name for name in optional if not known.get(name))


def standing(
    required: Iterable[str], known: Mapping[str, str], given: Mapping[str, str]
) -> Standing:
    """``given``: what the customer wrote; ``known``: with what the shop knew before."""
    required = tuple(required)
    if required and not missing(required, known):
        return "complete"
    return "partial" if given else "none"
