"""The system's words in the Spanish of those who read them. An unknown word is shown as it is."""

from collections.abc import Mapping
from datetime import datetime

from morfx.domain.quiet_hours import BOGOTA
from morfx.domain.transcript import PastEvent, TranscriptLine

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
    "agent_disabled": "el agente está apagado",
    "collecting_data": "espera que el cliente termine de dar sus datos",
    "contact_cap": "se llegó al tope diario de mensajes comerciales a este cliente",
    "credential_missing": "falta el token de este número",
    "customer_replied": "el cliente ya había escrito",
    "duplicate": "se le acababa de decir lo mismo",
    "handed_off": "la conversación la atiende una persona",
    "kill_switch": "todo MorfX está detenido",
    "muted": "el agente está en pausa",
    "customer_asked": "el cliente pidió hablar con una persona",
    "newer_inbound": "el cliente volvió a escribir antes",
    "no_answer": "WhatsApp no respondió",
    "no_timer": "el temporizador ya no existe",
    "not_understood": "no se entendió lo que pidió",
    "number_cap": "el número llegó a su tope de mensajes del día",
    "number_paused": "WhatsApp no recibe mensajes de este número por ahora",
    "opted_out": "el cliente pidió no recibir mensajes",
    "quiet_hours": "fuera del horario para mensajes comerciales",
    "reaction": "fue solo una reacción",
    "sender_lost": "el envío se interrumpió",
    "session_ended": "la sesión ya había terminado",
    "shop_wants_nothing": "la tienda no quiere insistir",
    "superseded": "lo reemplazó algo más reciente",
    "taken_over": "una persona la tomó",
    "throttled": "el número envía al ritmo que WhatsApp permite",
    "unresolved_variable": "la plantilla usa una variable sin valor",
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
    "order.created": "Creó un pedido provisional",
    "order.confirmed": "Quedó confirmado el pedido",
    "order.cancelled": "Se canceló el pedido",
    "handoff": "Pasó a una persona",
    "turn.answered": "El agente respondió",
    "turn.silent": "El agente no respondió",
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


def clock_time(instant: datetime) -> str:
    """Bogotá's time of day."""
    return f"{instant.astimezone(BOGOTA):%H:%M:%S}"


def day(instant: datetime) -> str:
    """Bogotá's date, as it is said."""
    local = instant.astimezone(BOGOTA)
    return f"{local.day} de {MONTHS[local.month - 1]} de {local.year}"


def phone(digits: str) -> str:
    """A phone number as a Colombian writes it; another country's keeps its digits together."""
    if len(digits) == 12 and digits.startswith("57"):
        return f"+57 {digits[2:5]} {digits[5:8]} {digits[8:]}"
    return f"+{digits}"
