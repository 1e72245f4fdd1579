"""What Somnio's seller answers. Texts and prices are the shop's data."""

from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop, Template
from morfx.domain.session import Session
from morfx.domain.timer import Timer
from morfx.domain.turn import Decision
from morfx.engine.composition import compose, texts_for

GREETING = "hola"
PRICE = "precio"
WANTS_TO_BUY = "captura_datos_si_compra"
#: Texts that answer no intent: said when nothing was understood, and when a timer ran out.
CLARIFICATION = "aclaracion"
DATA_REMINDER = "recordatorio_datos"

TEXTS = frozenset({GREETING, PRICE, WANTS_TO_BUY, CLARIFICATION, DATA_REMINDER})

#: Each bubble is billed (decision 20).
MAX_BUBBLES = 3


def decide(session: Session, comprehension: Comprehension, shop: Shop) -> Decision:
    """Answer every intent, greeting first; while data is gathered, leave the reminder armed."""
    intents = [reading.intent for reading in comprehension.intents]
    mode = "collecting_data" if WANTS_TO_BUY in intents else session.mode
    level = 0 if mode == "collecting_data" else None
    if comprehension.silence_reason:
        return Decision(
            mode=mode, drafts=(), silence_reason=comprehension.silence_reason, timer_level=level
        )
    drafts = compose(_texts(intents, session, shop), shop)
    return Decision(mode=mode, drafts=drafts[:MAX_BUBBLES], timer_level=level)


def on_expiry(session: Session, timer: Timer, shop: Shop) -> Decision:
    """The customer was asked for data and stays silent: remind once."""
    drafts = compose(texts_for(DATA_REMINDER, shop, session.state), shop)
    return Decision(mode=session.mode, drafts=drafts)


def _texts(intents: list[str], session: Session, shop: Shop) -> tuple[Template, ...]:
    answers = [intent for intent in intents if intent != GREETING]
    if not intents:
        return texts_for(CLARIFICATION, shop, session.state)
    if not answers:
        return texts_for(GREETING, shop, session.state)
    # Beside an answer the greeting is one line, without its own question.
    greeting = texts_for(GREETING, shop, session.state)[:1] if GREETING in intents else ()
    said = [text for intent in answers for text in texts_for(intent, shop, session.state)]
    return (*greeting, *said)
