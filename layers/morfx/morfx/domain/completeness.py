"""Whether the customer's data suffices for an order: the one place that says so (decision 11)."""

from collections.abc import Iterable, Mapping
from typing import Literal

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
    """The required fields without a value; one that was refused has none."""
    return tuple(name for name in required if known.get(name, DECLINED) == DECLINED)


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
