"""What a customer tells about themselves, in the one spelling MorfX stores (facts §2.5, §2.6).

Whoever understood the message, its fields pass through here.
"""

import re
from collections.abc import Callable, Mapping

from morfx.domain import address, mail_address, person_name, phone, places
from morfx.domain.completeness import FIELDS
from morfx.domain.comprehension import DECLINED
from morfx.domain.spelling import capitalised, plain, titled

#: What a refusal may say besides: which datum, and that it is for now.
_DATUM = (
    r"correos?|electronico|e-?mail|mail|gmail|barrio|apellidos?|nombre|telefono|celular|direccion|"
    r"indicaciones?|referencias?|dato|ese|eso|esa"
)
_REST = (
    rf"(?: (?:{_DATUM}|un|una|el|la|mi|de|ningun|dar|darl[oae]s?|decirl[oa]|por|ahora|gracias))*"
)
#: A value that is a refusal: "no tengo", "sin barrio", "prefiero no darlo", "n/a".
_DECLINE = re.compile(
    r"n ?[/.]? ?a\.?|na|-+|no|ningun[oa]?|nada|paso|no aplica|no disponible|ni idea"
    r"|(?:aca |aqui )?no (?:l[oea]s? )?(?:me )?(?:tengo|tiene|tienen|tenemos|uso|usa|usamos|"
    rf"manejo|maneja|se|sabe|recuerdo|acuerdo|hay|doy|cuento con){_REST}"
    rf"|sin (?:{_DATUM})"
    rf"|(?:prefiero|prefiere|mejor) no{_REST}|no (?:quiero|deseo|quisiera){_REST}"
)
_BARRIO_WORDS = ("barrio ", "b/ ", "b/", "brr ", "br. ")


def normalised(fields: Mapping[str, object]) -> dict[str, str]:
    """The fields in stored form; unknown fields and values that say nothing are left out."""
    said = {name: _text(fields[name]) for name in FIELDS if fields.get(name) is not None}
    said = {name: value for name, value in said.items() if value}
    stored: dict[str, str] = {}
    for name, value in said.items():
        if _DECLINE.fullmatch(plain(value)):
            stored[name] = DECLINED
        elif name == "ciudad":
            stored[name] = city(value, said.get("departamento"))
            stored |= _told_by_name(value) if "departamento" not in said else {}
        elif written := _WRITERS[name](value):
            stored[name] = written
    return _with_surname_apart(stored)


def city(name: str, department_said: str | None = None) -> str:
    """The official name, or the customer's own in title case where it may be none or several."""
    found = places.town(name, department_said)
    return found.name if found else places.common_name(name) or titled(name)


def _told_by_name(name: str) -> dict[str, str]:
    """The departamento of a town whose nickname tells it from its namesakes: "San Andrés islas"."""
    found = places.town(name)
    if found is None or plain(name) == plain(found.name):
        return {}
    places_so_called = places.towns(found.name)
    lie_in = {town.department for town in places_so_called if town.name == found.name}
    return {"departamento": found.department} if len(lie_in) > 1 else {}


def department(name: str) -> str:
    found = places.department(name) or places.misspelt_department(name)
    return found or titled(name)


def barrio(name: str) -> str:
    folded = plain(name)
    start = next((len(word) for word in _BARRIO_WORDS if folded.startswith(word)), 0)
    return titled(name[start:].strip(" .,:"))


def direction(text: str) -> str:
    text = " ".join(text.split()).strip(" .,;-")
    return capitalised(text[:1]) + text[1:]


def _text(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _with_surname_apart(fields: dict[str, str]) -> dict[str, str]:
    """A whole name given as ``nombre`` is split; a surname given in both fields is only one."""
    name, apellido = fields.get("nombre", DECLINED), fields.get("apellido")
    if name == DECLINED:
        return fields
    if apellido:
        return {**fields, "nombre": name.removesuffix(f" {apellido}")}
    given, surname = person_name.split(name)
    return {**fields, "nombre": given, **({"apellido": surname} if surname else {})}


def _mail(text: str) -> str:
    return mail_address.normalised(text) or ""


def _phone(text: str) -> str:
    return phone.normalised(text) or ""


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "nombre": person_name.written,
    "apellido": person_name.written,
    "telefono": _phone,
    "departamento": department,
    "direccion": address.normalised,
    "barrio": barrio,
    "correo": _mail,
    "indicaciones_extra": direction,
}
