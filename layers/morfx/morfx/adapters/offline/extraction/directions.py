"""How to find the door and when to deliver: landmarks, hours, who receives."""

import re

from morfx.adapters.offline.extraction.towns import trailing_town
from morfx.adapters.offline.message import Message

_BEGINS = re.compile(
    r"\b(?:(?:queda |esta |es |casa |y )*(?:(?:al )?frente (?:a|al|de|del)|en ?frente (?:a|de|del|al)|al lad(?:o|ito) (?:de|del|derecho)|detrasito|cerquita|a (?:la|mano) (?:vuelta|derecha|izquierda)|"
    r"diagonal (?:a|al)|cerca (?:a|al|de|del)|detras (?:de|del)|atras (?:de|del)|junto (?:a|al)|contiguo|"
    r"a (?:una?|dos|tres|media|\d+) (?:cuadras?|casas?|metros|km|kilometros|minutos|min|horas?)|antes (?:de|del) (?:la|el|llegar)|pasando|despues (?:de|del) (?:la|el|los)|"
    r"al fondo|por (?:el|la|los|las|donde|detras|el lado) (?!favor|momento|mismo|que|q |whatsapp|correo|tarde|internet|pagina|precio|envio)\w+|subiendo (?:por|a)|bajando (?:por|a)|entrando (?:por|a)|sobre la (?:principal|via|carretera)|en la (?:esquina|entrada|tienda|porteria))"
    r"|casa (?:de (?:don|dona|la|el|dos|tres|un|color|rejas?|portones?)|color|blanca|azul|verde|amarilla|roja|rosada|esquinera|beige|gris|naranja|cafe|ladrillo)"
    r"|(?:puerta|porton|reja|rejas|fachada)s? (?:de |color )?(?:blanc|azul|verde|amarill|roj|negr|cafe|gris|metal|madera)\w*"
    r"|(?:me )?l[oa]s? dejan? (?:en|con) (?:la|el|mi|don|dona)|(?:la )?casa es (?:esquinera|de|color)|preguntar por|preguntan? por|pregunte por|porteria(?! \d)|en porteria|entregar|entreguen?|dejar(?:lo)? (?:en|con)|dejen(?:lo)? (?:en|con)|dejelo|dejenlo"
    r"|(?:que )?(?:lo |la |me lo |quien )(?:recibe|reciben|recoge|reciba|reciban|recibira)|recibe(?! tarjeta)(?:n)? (?:mi|el|la|en|don|dona|los)|solo (?:estoy|hay gente|reciben?)|estoy (?:en casa|solo) (?:en|de|por|despues)"
    r"|timbre|tocar (?:el |la |duro)|llamar (?:antes|cuando|al llegar)|llamen (?:antes|cuando|al llegar)|me llaman? (?:antes|cuando|al llegar)|despues de las \d|antes de las \d|de \d{1,2} ?(?:am|pm|de la)? a \d{1,2}\b|horario|segundo timbre|que timbren?|(?:la|el) (?:panaderia|tienda|drogueria|ferreteria|miscelanea|peluqueria|cantina|papeleria|carniceria|cancha|iglesia|escuela)(?! \d)|ultima casa|primera casa)"
)
#: Said of nothing but a delivery.
_DOORSTEP = re.compile(
    r"(?:me )?(?:l[oa]s? )?(?:dejar|dejen|deje|deja)\w* (?:en|con) |entreg\w+ en |pregunt\w+ por|casa (?:es )?(?:esquinera|de rejas|color)"
    r"|en (?:la )?porteria|(?:la )?casa es |que (?:l[oa] )?(?:recib|timbr)"
)
_ASKS = re.compile(r"\b(?:quedan|ustedes|tienen|venden|hacen|cuanto|cuando|puedo|pueden)\b")


def find(message: Message, *, asked: bool) -> str | None:
    """The first direction and everything said with it up to the comma; the words are taken."""
    for match, start, _ in list(message.matches(_BEGINS)):
        _, stop = message.segment(start)
        end = start
        while end < stop and message.free(end):
            end += 1
        end = trailing_town(message, start, end) if _data(message) else end
        known = _data(message) or _DOORSTEP.match(match[0])
        if not asked and (not known or _asks(message, start, stop)):
            continue
        said = message.said(start, end)
        message.take(start, end, "indicaciones_extra")
        return said
    return None


def _asks(message: Message, start: int, stop: int) -> bool:
    """Whether the words around are a question."""
    return message.at(stop) == "?" or bool(_ASKS.search(" ".join(message.tokens(start, stop))))


def _data(message: Message) -> bool:
    """Other data around: a landmark alone says nothing about a delivery."""
    return any(
        owner in ("direccion", "telefono", "barrio", "ciudad", "nombre", "declined")
        for owner in message.taken
    )
