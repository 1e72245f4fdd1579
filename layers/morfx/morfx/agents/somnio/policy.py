"""What Somnio's seller answers. Texts and prices are the shop's data."""

from morfx.agents.somnio.declaration import (
    CHOICES,
    DATA_TAKEN,
    GREETING,
    NOT_INTERESTED,
    OPEN,
    WANTS_TO_BUY,
)
from morfx.domain.agent import Agent
from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.domain.turn import Decision
from morfx.engine.answering import answers
from morfx.engine.composition import compose, texts_for


def decide(agent: Agent, session: Session, comprehension: Comprehension, shop: Shop) -> Decision:
    """Answer every intent, questions before the sale; who wants to buy is asked for data."""
    intents = sorted((reading.intent for reading in comprehension.intents), key=_is_buying)
    if not intents:
        return _without_intent(session, comprehension, shop)
    buys = any(map(_is_buying, intents))
    said = answers(intents, agent=agent, session=session, shop=shop, greeting=GREETING)
    return Decision(
        mode="collecting_data" if buys else session.mode,
        branch="+".join(intents),
        drafts=said,
        open=[intent for intent in intents if intent != GREETING] == [OPEN],
        asks=intents[-1],
        end_reason="lost" if NOT_INTERESTED in intents else None,
    )


def _is_buying(intent: str) -> bool:
    return intent == WANTS_TO_BUY or intent in CHOICES


def _without_intent(session: Session, comprehension: Comprehension, shop: Shop) -> Decision:
    """Data alone is thanked for; an acknowledgement needs no answer."""
    if comprehension.message_class == "irrelevante":
        return Decision(
            mode=session.mode, branch="acknowledgement", silence_reason="acknowledgement"
        )
    thanks = compose(texts_for(DATA_TAKEN, shop, session.state), shop)
    return Decision(mode="collecting_data", branch="data", drafts=thanks)
