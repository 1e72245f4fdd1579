"""What the last thing said by the shop asks for, which a short answer answers."""

import re
from functools import cache
from typing import Literal

from morfx.domain.spelling import plain

#: A field asked alone, the whole form, or a decision; ``nothing``: it asked nothing.
Asked = Literal[
    "nombre", "apellido", "telefono", "ciudad", "departamento", "direccion", "barrio", "correo",
    "indicaciones_extra", "form", "buy", "hear_promotions", "see_promotions", "which_pack", "confirm",
    "person", "promotions_or_person", "more_questions", "nothing",
]  # fmt: skip

#: What is decided with a yes or a no.
DECISIONS: frozenset[Asked] = frozenset(
    {"buy", "hear_promotions", "see_promotions", "which_pack", "confirm", "person"}
)
_FORM = re.compile(r"\b(nombre|apellido|telefono|direccion|barrio|departamento|ciudad|correo)\b")
#: What is still missing, one field to a line.
_LISTED = re.compile(r"^• (.+)$", re.MULTILINE)
_SIGNS: tuple[tuple[Asked, str], ...] = (
    ("promotions_or_person", r"(promocion|paquete|pack|combo).{0,60}\b(asesor|persona|humano)|\basesor.{0,60}promocion"),
    ("person", r"\b(asesora?|persona (del|de nuestro) equipo|(con|a) una persona|alguien del equipo|un humano|agente)\b"),
    ("more_questions", r"\b(otra|alguna|mas) (pregunta|duda|inquietud)|algo mas\b|te puedo ayudar|preguntas\?"),
    ("confirm", r"\bconfirma(s|mos|r|ndo)?\b.{0,40}\b(compra|pedido|orden|resumen)|esta (todo )?(bien|correcto)|es correcto|procedemos|lo despachamos|confirmas\b(?!.{0,15}(apellido|nombre|telefono|correo|direccion|barrio|ciudad|departamento))"),
    ("which_pack", r"\b(cual|que|con que|con cual)\b.{0,30}\b(promocion|promo|pack|paquete|opcion|combo|oferta)\b.{0,20}\b(deseas?|quieres?|prefieres?|escoges?|eliges?|llevas|te gust|te queda)|\bcuantos (frascos|quieres)|cual (deseas|prefieres|eliges|escoges|quieres|te (llevas|quedas|gustaria))"),
    ("see_promotions", r"\b(muestro|ensen[oa]|repito|mando|envio|paso|comparto)\b.{0,25}\b(promocion|promo|pack|paquete|opcion|oferta)|ya tengo tus datos.{0,60}promocion"),
    ("hear_promotions", r"\b(conocer|saber de|ver|contar|cuente|cuento|hable)\b.{0,25}\b(promocion|promo|pack|paquete|oferta|descuento)"),
    ("buy", r"\b(deseas|quieres|te gustaria|te animas|quisieras|gustas|interesa)\b.{0,25}\b(adquirir|comprar|pedir|ordenar|llevar|llevarte|probar|alguno|uno|hacer (el|tu|un) pedido)|te lo (envio|mando|envi[ae]mos|mand[ae]mos|llevas)|lo (deseas|quieres)|hacemos (el|tu) pedido|tomo (el|tu) pedido|te animas"),
    ("correo", r"\b(correo|email|e-mail)\b"),
    ("indicaciones_extra", r"\b(indicacion|referencia|mensajero|senas|punto de referencia)"),
    ("direccion", r"\b(direccion|casa o apartamento|apartamento|nomenclatura|donde (te )?(lo )?(entregamos|enviamos|llevamos))"),
    ("barrio", r"\b(barrio|vereda o barrio|sector)\b"),
    ("departamento", r"\bdepartamento\b"),
    ("ciudad", r"\b(ciudad|municipio|donde (estas|vives|te encuentras|eres))\b"),
    ("telefono", r"\b(telefono|celular|numero de contacto|numero te (llamamos|contactamos))\b"),
    ("apellido", r"\bapellidos?\b"),
    ("nombre", r"\b(nombre|te llamas|quien (va|recibe))\b"),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(sign)) for kind, sign in _SIGNS)


@cache
def asked(last_bot: str | None) -> Asked:
    """The question left open by the shop's last words."""
    said = plain(last_bot or "").strip()[-600:]
    listed = _LISTED.findall(said)
    if listed and said.endswith(listed[-1]):
        # The departamento is only asked for where the town left it open: a bare name is its.
        return next(
            (kind for kind in map(_kind_of, listed) if kind == "departamento" or len(listed) == 1),
            "form",
        )
    question = said.split("¿")[-1] if "¿" in said else said
    if "¿" in said and (decision := _kind_of(question)) in DECISIONS:
        return decision  # a summary names fields too, and asks for none
    if len(set(_FORM.findall(said))) >= 3:
        return "form"
    if "?" not in said and not said.endswith(":") and "indica" not in said[:40]:
        return "nothing"
    return next((kind for kind in map(_kind_of, (question, said)) if kind != "nothing"), "nothing")


def _kind_of(text: str) -> Asked:
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "nothing")
