"""The system's words in the Spanish of those who read them. An unknown word is shown as it is."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from morfx.domain.quiet_hours import BOGOTA
from morfx.domain.timer import LEVELS, Preset
from morfx.domain.transcript import PastEvent, ProvenSearch, TranscriptLine, TranscriptTimer

MODES = {
    "conversacion": "Conversando",
    "collecting_data": "Tomando datos",
    "ofrecer_promos": "Ofreciendo promociones",
    "resumen": "Confirmando el pedido",
    "compra_confirmada": "Pedido confirmado",
}
STATUSES = {
    "active": "Activa",
    "paused": "En pausa",
    "closed": "Cerrada",
    "handed_off": "Con una persona",
}
END_REASONS = {
    "won": "con venta",
    "lost": "sin venta",
    "idle": "por inactividad",
    "handoff": "pasó a una persona",
    "manual": "cerrada a mano",
}
BOT_STATES = {
    "on": "Encendido",
    "muted": "En pausa por un rato",
    "off": "Apagado: atiende una persona",
}
TIMERS = {
    ("data-collection", 0): "Recordar que faltan los datos",
    ("data-collection", 1): "Pedir los datos que faltan",
    ("data-collection", 2): "Ofrecer promociones",
    ("promos", 3): "Esperar que elija promoción",
    ("promos", 4): "Esperar que confirme el pedido",
}

PRESETS: dict[Preset, str] = {"real": "Real", "rapido": "Rápido", "instantaneo": "Instantáneo"}
ORDERS = {
    "provisional": "Provisional: una persona lo confirma",
    "confirmed": "Confirmado",
    "cancelled": "Cancelado",
}
CLASSES = {
    "datos": "Da sus datos",
    "pregunta": "Pregunta o pide algo",
    "mixto": "Da datos y pregunta",
    "irrelevante": "No pide respuesta",
}
BANDS = {
    "proceed": "alta, responde",
    "reanalyze": "media, la lee otra vez un modelo más fuerte donde lo hay",
    "clarify": "baja, pregunta qué quiso decir",
    "handoff": "muy baja, pregunta una vez y luego pasa a una persona",
}
SOURCES = {
    "offline": "Lector propio de MorfX, sin modelo",
    "scripted": "Lectura escrita en una prueba",
}
#: Whence a field of customer data is known that they did not give.
ORIGINS = {"telefono": "de su WhatsApp", "departamento": "por su ciudad"}
#: What the parts of MorfX ask models for.
COMPONENTS = {
    "comprehension": "Entender",
    "second_model": "Entender, segundo modelo",
    "second_look": "Segunda lectura",
    "repair": "Corregir la lectura",
    "orchestrator": "Pregunta abierta",
    "summary": "Resumir",
}
#: What the policy did, where that is no intent of the customer's.
BRANCHES = {
    "acknowledgement": "Nada que responder",
    "data": "Anotó los datos y espera los demás",
    "reaction": "Solo fue una reacción",
    "unreadable": "No puede leer ese tipo de mensaje",
    "wants_human": "Pide una persona",
    "still_unclear": "Sigue sin entender",
    "clarify:clarify": "Pide que aclare",
    "clarify:handoff": "Pide que aclare",
    "clarify:proceed": "Pide que aclare",
    "clarify:reanalyze": "Pide que aclare",
    "aclaracion": "Pide que aclare",
    "reminded": "Recordó",
    "missing_data_requested": "Pidió los datos que faltan",
    "promos_offered": "Ofreció las promociones",
    "order_created": "Creó un pedido provisional",
    "not_pressed": "El cliente quiere pensarlo y no le insiste",
    "nothing": "La tienda no quiere insistir",
    "opted_in": "El cliente quiere recibir mensajes otra vez",
    "opted_out": "El cliente no quiere más mensajes",
    "cambiar_algo": "Pregunta qué quiere cambiar",
    "cancelar_pedido": "Recibe la cancelación",
    "dato_necesario": "Explica para qué es el dato",
    "datos_recibidos": "Agradece los datos",
    "elegir_pack": "Pregunta cuál pack quiere",
    "faltan_datos": "Pide los datos que faltan",
    "invitacion": "Invita a comprar",
    "otro_pedido": "Recibe otro pedido",
    "pack_anotado": "Anota el pack",
    "pack_cambiado": "Cambia el pack",
    "pedido_con_guia": "Cuenta con qué guía va el pedido",
    "pedido_corregido": "Corrige el pedido",
    "pedido_despachado": "El pedido ya salió y no se cambia",
    "pedido_en_camino": "Cuenta que el pedido va en camino",
    "pedido_en_preparacion": "Cuenta que el pedido se prepara",
    "pedido_entregado": "Cuenta que el pedido se entregó",
    "pedido_en_curso": "Recuerda que el pedido ya está",
    "pedido_provisional": "Deja un pedido provisional",
    "reclamo": "Recibe el reclamo",
    "recordatorio_confirmacion": "Recuerda que falta confirmar",
    "recordatorio_promos": "Recuerda que falta elegir pack",
    "retomar_datos": "Vuelve a pedir los datos",
    "retomar_resumen": "Vuelve a pedir que confirme",
}
TOOLS = {
    "shop.prices.read": "los precios",
    "shop.texts.read": "los textos de la tienda",
    "customer.data.read": "los datos del cliente",
}

#: Sign and word for how far an outbound message has come.
DELIVERY = {
    "queued": ("⏱", "En cola"),
    "sending": ("⏱", "Enviando"),
    "sent": ("✓", "Enviado"),
    "delivered": ("✓✓", "Entregado"),
    "read": ("✓✓", "Leído"),
    "failed": ("⚠", "No se envió"),
    "uncertain": ("⚠", "No se sabe si llegó"),
    "cancelled": ("⊘", "Cancelado"),
}

#: Why a message was not sent, why the agent kept silent, why something ended.
REASONS = {
    "acknowledgement": "no hacía falta responder",
    "advanced": "se adelantó a mano",
    "agent_disabled": "el agente está apagado",
    "collecting_data": "espera que el cliente termine de dar sus datos",
    "breaker_open": "el modelo no está respondiendo",
    "contact's daily cap": "se llegó al tope diario de gasto en este cliente",
    "contact_cap": "se llegó al tope diario de mensajes comerciales a este cliente",
    "credential_missing": "falta el token de este número",
    "customer_hesitates": "el cliente quiere pensarlo",
    "customer_replied": "el cliente ya había escrito",
    "duplicate": "se le acababa de decir lo mismo",
    "executions_lost": "se perdió demasiadas veces; lo mira una persona",
    "handed_off": "la conversación la atiende una persona",
    "kill_switch": "todo MorfX está detenido",
    "missing_data_requested": "se pidieron los datos que faltan",
    "muted": "el agente está en pausa",
    "customer_asked": "el cliente pidió hablar con una persona",
    "newer_inbound": "el cliente volvió a escribir antes",
    "no_answer": "WhatsApp no respondió",
    "no_time": "no alcanzaba el tiempo del turno",
    "no_timer": "el temporizador ya no existe",
    "not_due": "todavía no vencía",
    "not_understood": "no se entendió lo que pidió",
    "nothing": "la tienda no quiere insistir",
    "nothing_new_to_say": "ya le había dicho todo lo que sabe de eso",
    "nothing_awaited": "ya no había nada que esperar",
    "number_cap": "el número llegó a su tope de mensajes del día",
    "number_paused": "WhatsApp no recibe mensajes de este número por ahora",
    "opted_out": "el cliente pidió no recibir mensajes",
    "another_order": "quiere hacer otro pedido",
    "order_created": "se creó un pedido provisional",
    "order_is_closed": "quiere cambiar un pedido que ya salió o se cerró",
    "order_failed": "no se pudo registrar el pedido",
    "ordered": "el cliente ya pidió",
    "promos_offered": "se ofrecieron las promociones",
    "quiet_hours": "fuera del horario para mensajes comerciales",
    "reaction": "fue solo una reacción",
    "refused": "lo que escribió no pasó la revisión",
    "reminded": "se le recordó al cliente",
    "restarted": "volvió a empezar",
    "sender_lost": "el envío se interrumpió",
    "session tokens": "la sesión usó todos sus tokens",
    "session_ended": "la sesión ya había terminado",
    "session_handoff": "pasó a una persona",
    "session_idle": "la sesión se cerró por inactividad",
    "session_lost": "la sesión se cerró sin venta",
    "session_manual": "la sesión se cerró a mano",
    "session_won": "la sesión se cerró con venta",
    "shop_wants_nothing": "la tienda no quiere insistir",
    "superseded": "lo reemplazó algo más reciente",
    "taken_over": "una persona la tomó",
    "throttled": "el número envía al ritmo que WhatsApp permite",
    "too_late": "venció hace demasiado",
    "unreadable": "mandó otra vez algo que no se puede leer",
    "unresolved_variable": "la plantilla usa una variable sin valor",
    "workspace's monthly cap": "se llegó al tope mensual de gasto de la tienda",
    "wants_to_cancel": "quiere cancelar su pedido",
    "window_closed": "pasaron más de 24 horas desde su último mensaje",
    **END_REASONS,
}

#: Meta's numbers for what it does not deliver.
ERROR_CODES = {
    100: "el mensaje no tiene la forma que espera",
    33: "el número de la tienda ya no existe",
    368: "la cuenta está bloqueada por incumplir las políticas",
    130472: "el cliente está en un experimento de Meta",
    130497: "la cuenta no puede escribir a ese país",
    131008: "al mensaje le falta un dato",
    131009: "un dato del mensaje no es válido",
    131021: "el cliente y la tienda son el mismo número",
    131026: "ese número no puede recibir mensajes de WhatsApp",
    131030: "el número no está en la lista de prueba",
    131031: "la cuenta de WhatsApp está bloqueada",
    131042: "hay un problema con el pago de la cuenta",
    131047: "pasaron más de 24 horas desde su último mensaje",
    131048: "la cuenta está limitada por reportes de spam",
    131049: "Meta limitó los mensajes comerciales a este cliente",
    131050: "el cliente no quiere mensajes comerciales",
    131051: "el tipo de mensaje no se admite",
    131052: "no se pudo descargar el archivo",
    131053: "no se pudo subir el archivo",
    131056: "se le escribió demasiado seguido a este cliente",
    132000: "la plantilla lleva otro número de variables",
    132001: "esa plantilla no existe en ese idioma",
    132005: "la plantilla con sus datos queda demasiado larga",
    132007: "la plantilla incumple las reglas de formato",
    132012: "un dato no tiene la forma que pide la plantilla",
    132015: "Meta tiene en pausa la plantilla",
    132016: "Meta deshabilitó la plantilla",
    190: "el token de este número venció",
}

EVENTS = {
    "bot.muted": "Se silenció al bot",
    "bot.returned": "Se devolvió al bot",
    "customer.message": "El cliente escribió",
    "session.started": "Empezó una sesión",
    "session.close": "Se cerró la sesión",
    "collecting_data.started": "Empezó a tomar datos",
    "promos.offered": "Ofreció las promociones",
    "proactive.send": "Escribió por silencio del cliente",
    "order.created": "Creó un pedido",
    "order.confirmed": "Quedó confirmado el pedido",
    "order.updated": "Cambió el pedido",
    "handoff": "Pasó a una persona",
    "turn.answered": "El agente respondió",
    "turn.silent": "El agente no respondió",
    "timer.advanced": "Se adelantó el temporizador",
    "timer.restarted": "El temporizador volvió a empezar",
    "timer_preset.changed": "Cambió el ritmo de los temporizadores",
}
MESSAGE_TYPES = {
    "audio": "audio",
    "button": "botón",
    "contacts": "contacto",
    "document": "documento",
    "image": "foto",
    "interactive": "opción elegida",
    "location": "ubicación",
    "order": "pedido del catálogo",
    "reaction": "reacción",
    "sticker": "sticker",
    "template": "plantilla aprobada",
    "text": "texto",
    "unsupported": "mensaje que WhatsApp no entrega",
    "video": "video",
}
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def label(word: str, table: Mapping[str, str]) -> str:
    return table.get(word, word)


def reason(words: str) -> str:
    """A stored reason; what follows a colon is a name and stays."""
    word, _, name = words.partition(": ")
    known = label(word, REASONS)
    return f"{known}: {name}" if name else known


def trouble(line: TranscriptLine) -> str:
    """Why an outbound message did not simply arrive; empty where it did."""
    if line.status_reason is None:
        return ""
    if line.error_code is not None:
        return "WhatsApp no lo aceptó: " + ERROR_CODES.get(
            line.error_code, f"{line.status_reason} (código {line.error_code})"
        )
    return reason(line.status_reason)


def detail(event: PastEvent) -> str:
    """What makes this event different from others of its type."""
    payload = event.payload
    if payload.get("reason"):
        return reason(str(payload["reason"]))
    if "until" in payload:
        return f"hasta las {clock_time(datetime.fromisoformat(str(payload['until'])))}"
    if "bubbles" in payload:
        return "1 mensaje" if payload["bubbles"] == 1 else f"{payload['bubbles']} mensajes"
    if "purpose" in payload:
        return timer(str(payload["purpose"]), int(payload.get("level") or 0))
    kind = payload.get("type", "text")
    return "" if kind == "text" else label(str(kind), MESSAGE_TYPES)


def timer(purpose: str, level: int) -> str:
    return TIMERS.get((purpose, level), f"{purpose} {level}")


def level(number: int) -> str:
    """What is done when a timer of this level runs out."""
    return timer(LEVELS[number].purpose, number) if number in LEVELS else str(number)


def outcome(ended: TranscriptTimer) -> str:
    """How a timer ended that no longer waits."""
    return reason(ended.end_reason or ended.status)


def source(name: str) -> str:
    """Which adapter understood a message."""
    return f"Claude ({name[7:]})" if name.startswith("claude:") else label(name, SOURCES)


def search(found: ProvenSearch) -> Iterator[str]:
    """What a model was asked for an open question, and what became of its answer."""
    for tool in found.tools:
        trouble = f", falló: {tool.error}" if tool.error else ""
        yield f"Miró {label(tool.name, TOOLS)}{trouble}"
    if found.failure:
        yield f"No se usó su respuesta: {reason(found.failure)}"
    elif found.answered:
        yield "Su respuesta pasó la revisión"
    else:
        yield "No encontró respuesta"


def percent(confidence: float) -> str:
    return f"{confidence:.0f} %"


def number(amount: int) -> str:
    """With Colombia's points."""
    return f"{amount:,}".replace(",", ".")


def money(amount: Decimal, currency: str) -> str:
    """As a Colombian reads it; decimals only where there are any."""
    whole, _, rest = f"{amount:,.2f}".partition(".")
    sign = f"${whole.replace(',', '.')}" + ("" if rest == "00" else f",{rest}")
    return f"{sign} {currency}"


def dollars(cost: Decimal) -> str:
    """What models cost is often less than a cent."""
    digits = 2 if cost == round(cost, 2) or cost >= 1 else 4
    return f"US${cost:.{digits}f}".replace(".", ",")


def span(time: timedelta) -> str:
    """Minutes and seconds, as a clock shows them."""
    minutes, seconds = divmod(max(0, round(time.total_seconds())), 60)
    return f"{minutes}:{seconds:02}"


def waiting_time(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds >= 60 and seconds % 60 == 0 else f"{seconds} s"


def clock_time(instant: datetime) -> str:
    """Bogotá's time of day."""
    return f"{instant.astimezone(BOGOTA):%H:%M:%S}"


def day(instant: datetime) -> str:
    """Bogotá's date, as it is said."""
    local = instant.astimezone(BOGOTA)
    return f"{local.day} de {MONTHS[local.month - 1]} de {local.year}"


def phone(digits: str) -> str:
    """A phone number as a Colombian writes it; another country's keeps its digits together, and
    what is none is shown as it is."""
    digits = digits.removeprefix("+")
    if not digits.isdecimal():
        return digits
    if len(digits) == 12 and digits.startswith("57"):
        return f"+57 {digits[2:5]} {digits[5:8]} {digits[8:]}"
    return f"+{digits}"
