"""Asking for a person: the words nobody uses for anything else."""

import re

_ASKS = re.compile(
    r"\b(?:hablar|comunic\w+|chatear|contact\w+|pas[ae](?:r?me|n?me|r)?|pong\w+|transfier\w+|conect\w+|atiend\w+|atender|contest\w+|respond\w+|colabor\w+|explique|ayude)\b.{0,25}"
    r"\b(?:asesor\w*|human[oa]|persona|alguien|vendedor\w*|encargad[oa]|jefe|jefa|gerente|duen[oa]|supervisor\w*|agente|operador\w*|ser humano|muchacha|senorita)\b"
    r"|\b(?:un|una|el|la|con|otro|otra) (?:asesor\w*|human[oa]|persona (?:real|de verdad)|vendedor\w*|encargad[oa]|gerente|supervisor\w*|agente)\b(?! (?:de cobro|que trae))"
    r"|^\W*(?:asesor\w*|human[oa]|agente|vendedor\w*)\W*$|\bcarne y hueso\b|\bpersona (?:real|de verdad)\b|\balguien (?:real|de verdad|que me atienda)"
    r"|\b(?:que|me|nos|pueden?|podrian?|favor|mejor|necesito|quiero)\b.{0,15}\b(?:llamen?|llamar?|llamame|marquen?|marcar|timbren?|timbran?)\b(?!.{0,12}\b(?:antes|cuando|al llegar|la atencion)\b)"
    r"|\b(?:llam[ae]n?me|llameme|marqueme|timbreme|llamada|videollamada)\b(?!.{0,12}\b(?:antes|cuando|al llegar)\b)|\b(?:numero|telefono|linea|fijo)\b.{0,25}\b(?:para|donde|a donde) (?:uno )?(?:llamar|llamarlos|comunicarme)"
)
_IS_NOT = re.compile(
    r"\b(?:me llamo|se llama|como (?:te|se) llama|llamar antes|eres (?:un |una )?|hay alguien (?:ahi|por ahi)?\W*$|(?:para|por|a) (?:una|cada|otra) persona (?!real|de verdad)(?:mayor|adulta|de \d|con|que))"
)
#: An adviser or a person, but none of the shop's is asked for.
_ANOTHER = re.compile(
    r"\b(?:soy|trabajo (?:como|de)|mi|un amig[oa]|una amiga) (?:una? )?asesor\w*(?! (?:por|que me|para))|\basesor\w* de (?!ventas|venta|servicio|ustedes)"
    r"|^\W*(?:y )?(?:usted|ustedes|tu|vos|esto|eres|es|sos|estoy hablando con|hablo con|con quien hablo)\b[^,.]{0,30}\b(?:maquina|robot|bot|persona|humano|ia)\b[^,.]{0,25}$"
)
#: "van 9 días": a time that has passed, and what it was waited for.
_SINCE = re.compile(
    r"\b(?:van?|llev\w+|hace|ya|despues de|mas de)\b[^?]{0,15}\b(?:\d{1,2}|una?|dos|tres|cuatro|cinco|seis|siete|ocho|diez|quince|veinte|varios|muchos|tantos) (?:dias|semanas?|mes(?:es)?)\b"
)
_AWAITED = re.compile(
    r"\b(?:llega\w*|llego|pedido|paquete|entreg\w+|envi\w+|esper\w+|respond\w+)\b"
)
_IN_VAIN = re.compile(r"\b(?:no|nada|nadie|ni|sigo|todavia|aun|esperando)\b")
_SLEEP = re.compile(r"\b(?:dorm\w+|duerm\w+|insomni\w*|desvel\w+)\b")
#: Wants the product to sell it, or more of it than any pack holds.
_WHOLESALE = re.compile(
    r"\b(?:re ?vend\w+|reventa|mayoristas?|distribuir(?:lo|la|los|las)?|(?:ser|soy|como) distribuidor\w*"
    r"|(?:al|por) (?:el )?(?:por )?mayor|para (?:vender|la venta)(?:lo|la|los|las)?)\b(?! (?:de edad|seguridad))"
    r"|\b(?:1[3-9]|[2-9]\d|\d{3,}) (?:frasc|tarr|unidad|caj|pote|producto|elixir)\w*"
)


def buys_wholesale(plain_text: str) -> bool:
    """Whether a person of the shop must make the price."""
    return bool(_WHOLESALE.search(plain_text))


def complains_of_delay(plain_text: str) -> bool:
    """Whether a parcel or an answer is overdue by the customer's own count of days."""
    signs = (_SINCE, _AWAITED, _IN_VAIN)
    return all(sign.search(plain_text) for sign in signs) and not _SLEEP.search(plain_text)


def speaks_of_another(plain_text: str) -> bool:
    """Whether a person is mentioned without being asked for: a customer's trade, "are you a bot?"."""
    return bool(_ANOTHER.search(plain_text)) and not _ASKS.search(plain_text)


def asks_for_person(plain_text: str) -> bool:
    return bool(_ASKS.search(plain_text)) and not _IS_NOT.search(plain_text)
