"""Fields the customer says they do not have, know or want to give."""

import re

from morfx.adapters.offline.message import Message
from morfx.adapters.offline.question import Asked

_WORDS = {
    "correo": r"(?:correos?(?: electronicos?)?|e ?-?mails?|imei?ls?|gmail|hotmail|mail)",
    "telefono": r"(?:telefonos?|celular(?:es)?|cel|numero de (?:telefono|celular|contacto))",
    "barrio": r"barrios?",
    "apellido": r"apellidos?",
    "nombre": r"nombres?",
    "indicaciones_extra": r"(?:indicaciones?(?: extras?)?|referencias?)",
}
_ANY = "|".join(_WORDS.values())
_WITHHELD = {**_WORDS, "direccion": r"direccion", "ciudad": r"(?:ciudad|municipio)"}
_DENIED = (
    r"(?:no|tampoco|ni|nunca)(?: \w+){0,2}? (?:tengo|tenemos|tiene|uso|usamos|manejo|se(?! l[ao] )|c|hay|recuerdo|acuerdo|conozco|"
    r"cuento con|poseo|doy|dar|darle|darlo|darles|existe|sabria decirle)"
)
_BEFORE = re.compile(
    rf"\b(?:{_DENIED}|sin|tampoco|ni|no)(?: (?:de|del|el|la|mi|un|una|ningun|ni|ese|su|cual es el|que|dar|darle|por ahora|por el momento))*"
    rf" ({_ANY})\b(?! (?:propio|fijo))(?:(?: ni| y|,| o) (?:de |el |mi )?({_ANY})\b)?"
)
_AFTER = re.compile(
    rf"\b({_ANY})\b[ :,]*(?:\w+ ){{0,2}}?(?:{_DENIED}|se lo debo|lo debo|lo quedo debiendo|ningun[oa]?|n/a|no aplica|no va|no ?(?=$|[,.\n;])|na(?=$|[,.\n])|pendiente|nada(?=$|[,.\n]))"
)
_GIVE = r"(?:dar|decir|compartir|mandar|pasar|enviar)(?:l[aeo]s?|sel[ao]s?)?"
#: "prefiero no dar la dirección", "el barrio no se lo doy": known, and not told.
_REFUSED = (
    re.compile(
        rf"\b(?:prefiero no|no (?:quiero|voy a|pienso|puedo|me gusta|deseo)) {_GIVE} (?:(?:la|el|mi|ese|esa|su) )?({'|'.join(_WITHHELD.values())})\b"
    ),
    re.compile(
        rf"\b(?:(?:la|el|mi|ese|esa|su) )?({'|'.join(_WITHHELD.values())}) (?:no|prefiero no) (?:se l[ao] )?(?:doy|voy a {_GIVE}|quiero {_GIVE}|pienso {_GIVE}|{_GIVE})\b"
    ),
)
_NOT_A_DECLINE = re.compile(
    r"\b(?:no|ni) (?:\w+ )?tiene (?:internet|whatsapp|senal|datos|minutos|buzon)"
)
_ANSWER = re.compile(
    r"^(?:(?:ay|uy|pues|mm+|la verdad|mija|veci|ahora|por el momento|por ahora|eso|ese|de eso|yo|amiga?|ah|ps|pos) )*"
    r"(?:(?:ese |eso |el |la )?(?:correo |barrio )?(?:no|nop|nel|nou|nunca)\b(?: \w+){0,2}? ?(?:tengo|uso|manejo|se|c|recuerdo|acuerdo|aplica|cuento|doy|hay|sabria|conozco|gracias|quiero dar\w*|deseo|es necesario|hace falta|puedo dar\w*)?(?: \w+){0,5}"
    r"|(?:aca |aqui |por aca |esto |yo |eso )?(?:es|vivo en|queda en|estoy en) (?:una |la |el |pura |zona )?(?:vereda|finca|campo|rural)(?: rural)?|(?:(?:es una vereda|aca es vereda|esto es vereda|vivo en (?:vereda|finca|el campo)) )?(?:aca |aqui |por aca )?no (?:tiene|hay|aplica|existe)(?: \w+){0,3}|ningun[oa]?(?: \w+){0,3}|ni idea(?: \w+){0,9}|prefiero (?:que )?no(?: \w+){0,3}|paso|n ?/ ?a|na|nada(?: \w+){0,2}|sin (?:correo|barrio|indicaciones?|apellido)(?: \w+){0,2}|asi esta bien|todo bien)$"
)
#: Fields that "no" or "ninguno" may decline when they are asked.
_MAY_DECLINE = frozenset(
    {"correo", "barrio", "apellido", "telefono", "indicaciones_extra", "nombre", "direccion"}
)
_WANTS_OUT = re.compile(
    r"\b(?:no (?:lo |la )?quiero(?! (?:dar|decir|compartir))|no me interesa|ya no|no gracias|mejor no|cancel)"
)


def find(message: Message) -> set[str]:
    """The fields declined by name."""
    declined: set[str] = set()
    for pattern in (_BEFORE, _AFTER, *_REFUSED):
        for match, start, end in list(message.matches(pattern)):
            if not _NOT_A_DECLINE.search(message.plain, max(0, match.start() - 5)):
                declined |= {_field(word) for word in match.groups() if word}
                message.take(start, end, "declined")
    return declined


def answer(message: Message, question: Asked) -> str | None:
    """The field asked, where the whole message refuses it."""
    said = " ".join(
        word.plain for word in message.words if word.plain.isalpha() or word.plain == "/"
    )
    if question not in _MAY_DECLINE or len(message) > 14 or "?" in message.plain:
        return None
    return question if _ANSWER.match(said) and not _WANTS_OUT.search(said) else None


def _field(word: str) -> str:
    return next(name for name, pattern in _WITHHELD.items() if re.fullmatch(pattern, word))
