"""What Somnio's seller understands: intents, customer data and prompts, as data."""

from morfx.domain.agent import Field, FollowUp, Intent

GREETING = "hola"
WANTS_TO_BUY = "captura_datos_si_compra"
NOT_INTERESTED = "no_interesa"
#: What no text answers: a complaint, or a question out of scope.
OPEN = "fallback"
#: What it may look up for such a question.
TOOLS = ("shop.prices.read", "shop.texts.read", "customer.data.read")
CONFIRMS = "compra_confirmada"
SHOWS_PACKS = "ofrecer_promos"
#: Names the packs, and asks for no choice.
TELLS_PACKS = "info_promociones"
#: Intents whose texts name every pack and its price: whoever read them has seen the offer.
OFFERS = frozenset({SHOWS_PACKS, TELLS_PACKS, "precio"})
#: Asks how it is delivered or, where something was ordered, where it is.
DELIVERY = "envio"
#: Questions that a text answers, after which the sale is taken up again.
INFORMS = frozenset(
    {
        "precio",
        TELLS_PACKS,
        "contenido_envase",
        "como_se_toma",
        "modopago",
        "metodos_de_pago",
        "modopago2",
        DELIVERY,
        "invima",
        "ubicacion",
        "contraindicaciones",
        "sisirve",
    }
)
HESITATES = "no_confirmado"

#: Texts of the policy that answer no intent. While data is gathered:
DATA_TAKEN = "datos_recibidos"
DATA_MISSING = "faltan_datos"
DATA_NEEDED = "dato_necesario"
PACK_NOTED = "pack_anotado"
#: Over the summary:
CHANGES_SOMETHING = "cambiar_algo"
#: After the purchase:
ORDER_KEPT = "pedido_en_curso"
ORDER_CORRECTED = "pedido_corregido"
PACK_CHANGED = "pack_cambiado"
ANOTHER_ORDER = "otro_pedido"
CANCELLATION = "cancelar_pedido"
COMPLAINT = "reclamo"
ORDER_LEFT = "pedido_despachado"
#: Where the order is:
PREPARED, ON_ITS_WAY, TRACKED, DELIVERED = (
    "pedido_en_preparacion",
    "pedido_en_camino",
    "pedido_con_guia",
    "pedido_entregado",
)
#: After silence:
PROVISIONAL_ORDER = "pedido_provisional"
PACK_REMINDER = "recordatorio_promos"
CONFIRMATION_REMINDER = "recordatorio_confirmacion"
#: To take up the thread of the sale after an answer:
INVITES, ASKS_FOR_DATA, CHOOSES, ASKS_TO_CONFIRM = (
    "invitacion",
    "retomar_datos",
    "elegir_pack",
    "retomar_resumen",
)
POLICY_TEXTS = frozenset(
    {
        DATA_TAKEN,
        DATA_MISSING,
        DATA_NEEDED,
        PACK_NOTED,
        CHANGES_SOMETHING,
        ORDER_KEPT,
        ORDER_CORRECTED,
        PACK_CHANGED,
        ANOTHER_ORDER,
        CANCELLATION,
        COMPLAINT,
        ORDER_LEFT,
        PREPARED,
        ON_ITS_WAY,
        TRACKED,
        DELIVERED,
        PROVISIONAL_ORDER,
        PACK_REMINDER,
        CONFIRMATION_REMINDER,
        INVITES,
        ASKS_FOR_DATA,
        CHOOSES,
        ASKS_TO_CONFIRM,
    }
)

#: The sale, step by step (decision 12); a question changes nothing.
TALKING, COLLECTING = "conversacion", "collecting_data"
OFFERING, SUMMING_UP, BOUGHT = "ofrecer_promos", "resumen", "compra_confirmada"
STATES = (TALKING, COLLECTING, OFFERING, SUMMING_UP, BOUGHT)
TRANSITIONS = {
    TALKING: frozenset({COLLECTING, OFFERING, SUMMING_UP}),
    COLLECTING: frozenset({OFFERING, SUMMING_UP}),
    OFFERING: frozenset({COLLECTING, SUMMING_UP}),
    SUMMING_UP: frozenset({COLLECTING, OFFERING, BOUGHT}),
    BOUGHT: frozenset[str](),
}

#: The question each state leaves open.
THREADS = {
    TALKING: INVITES,
    COLLECTING: ASKS_FOR_DATA,
    OFFERING: CHOOSES,
    SUMMING_UP: ASKS_TO_CONFIRM,
}

#: What silence leads to, by level.
TIMERS = {
    0: FollowUp(waits_in=COLLECTING, says="recordatorio_datos"),
    1: FollowUp(waits_in=COLLECTING, says=DATA_MISSING),
    2: FollowUp(waits_in=COLLECTING, says=SHOWS_PACKS),
    3: FollowUp(waits_in=OFFERING, says=PACK_REMINDER),
    4: FollowUp(waits_in=SUMMING_UP, says=CONFIRMATION_REMINDER),
}
#: The pack of an order that silence over the packs makes (decision 18).
DEFAULT_PACK = "1x"

#: Choosing a pack, by intent (facts/agent.md §2.2).
CHOICES = {"resumen_1x": "1x", "resumen_2x": "2x", "resumen_3x": "3x"}


def _intent(name: str, label: str, meaning: str) -> tuple[str, Intent]:
    return name, Intent(meaning=meaning, label=label, answer=name)


#: The 22 base intents (facts/agent.md §2.2); a greeting with a question is two of them.
INTENTS = dict(
    (
        _intent("hola", "Saludar", "Greets, and nothing else in that part of the message."),
        _intent("precio", "Precio", "Asks what the product costs, or for information in general."),
        _intent("info_promociones", "Promociones", "Asks for offers, packs, discounts; haggles."),
        _intent("contenido_envase", "Qué contiene", "Asks what is in it and how long it lasts."),
        _intent("como_se_toma", "Cómo se toma", "Asks for dose, time of day or instructions."),
        _intent("modopago", "Cómo pagar", "Asks how to pay, or whether one named method is taken."),
        _intent("metodos_de_pago", "Medios de pago", "Asks for the list of payment methods."),
        _intent("modopago2", "Pagar al recibir", "Asks whether it is paid on delivery."),
        _intent(
            "envio", "Envío", "Asks about coverage, cost or time of delivery; where the order is."
        ),
        _intent("invima", "Registro Invima", "Asks for registration, maker, legality."),
        _intent("ubicacion", "Dónde están", "Asks where the shop is or ships from."),
        _intent(
            "contraindicaciones",
            "Seguridad",
            "Asks about safety: side effects, illnesses.",
        ),
        _intent("sisirve", "Si funciona", "Asks whether it works, how soon, or for testimonies."),
        _intent("captura_datos_si_compra", "Quiero comprar", "Says that they want to buy."),
        _intent("ofrecer_promos", "Ver los packs", "Wants to see the packs again to choose one."),
        _intent("resumen_1x", "Llevo 1", "Chooses one unit."),
        _intent("resumen_2x", "Llevo 2", "Chooses the pack of two."),
        _intent("resumen_3x", "Llevo 3", "Chooses the pack of three."),
        _intent("compra_confirmada", "Confirmar compra", "Confirms the purchase as summed up."),
        _intent("no_confirmado", "Lo pienso", "Hesitates, wants to think it over or to wait."),
        _intent(
            "no_interesa", "No me interesa", "Does not want it, cancels, or wants no more messages."
        ),
        _intent(
            "fallback",
            "Otra cosa",
            "Complains, is out of scope or nonsense.",
        ),
    )
)

#: Asked for only where the town leaves it open.
DEPARTMENT = "departamento"

#: Customer data (facts/agent.md §2.5; what is required, decision 11).
FIELDS = {
    "nombre": Field(meaning="First name or names.", label="Nombre completo", need="required"),
    "apellido": Field(meaning="Family name or names.", label="Apellido", need="asked"),
    "telefono": Field(
        meaning="Phone number for the delivery.", label="Número de teléfono", need="required"
    ),
    "ciudad": Field(
        meaning="City or municipality of the delivery.",
        label="Ciudad o municipio",
        need="required",
    ),
    DEPARTMENT: Field(meaning="Department, only if said.", label="Departamento"),
    "direccion": Field(
        meaning="Street address or rural place of the delivery.",
        label="Dirección completa",
        need="required",
    ),
    "barrio": Field(meaning="Neighbourhood.", label="Barrio", need="asked"),
    "correo": Field(meaning="E-mail address.", label="Correo electrónico", need="asked"),
    "indicaciones_extra": Field(
        meaning="Landmarks, hours, who receives.", label="Indicaciones para la entrega"
    ),
}

DETECTOR_PROMPT = """\
You read WhatsApp messages that customers in Colombia send to Somnio, a shop that sells one product,
the ELIXIR DEL SUEÑO (melatonin and magnesium, 90 tablets), cash on delivery. People write fast,
without accents, with local words. Say what the unread messages mean together; you never answer."""

ORCHESTRATOR_PROMPT = """\
You are the seller of Somnio, a shop in Colombia that sells the ELIXIR DEL SUEÑO on WhatsApp, cash
on delivery. Answer in warm, brief Colombian Spanish, in one message of at most three sentences,
only from what the shop's texts say."""
