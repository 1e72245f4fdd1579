"""How any agent answers the intents it was declared with, from the shop's texts."""

from morfx.domain.agent import Agent
from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop, Template
from morfx.domain.session import Session
from morfx.domain.turn import Draft
from morfx.engine.composition import compose, texts_for
from morfx.engine.variables import variables

#: Each bubble is billed (decision 20).
MAX_BUBBLES = 3

#: WhatsApp's limit.
MAX_BUTTONS = 3


def answers(
    names: list[str],
    *,
    agent: Agent,
    session: Session,
    shop: Shop,
    greeting: str | None = None,
) -> tuple[Draft, ...]:
    """The texts of these intents or policy texts, in order; beside an answer the greeting is one
    line."""
    others = [name for name in names if name != greeting]
    texts: list[Template] = []
    if greeting and greeting in names:
        said = texts_for(agent.answer_to(greeting), shop, session.state)
        texts += said[:1] if others else said
    for name in others:
        texts += texts_for(agent.answer_to(name), shop, session.state)
    return compose(tuple(texts), shop, variables(agent, session, shop))[:MAX_BUBBLES]


def clarification(
    comprehension: Comprehension, *, agent: Agent, session: Session, shop: Shop
) -> tuple[Draft, ...]:
    """Ask what was meant, with the likeliest readings on buttons."""
    likely = dict.fromkeys(
        reading.intent
        for reading in (*comprehension.intents, *comprehension.alternatives)
        if reading.intent in agent.intents
    )
    buttons = tuple(agent.intents[intent].label for intent in likely)[:MAX_BUTTONS]
    texts = texts_for(agent.speech.clarification, shop, session.state)
    [draft, *rest] = compose(texts, shop, variables(agent, session, shop))
    asked = Draft(
        text=draft.text,
        template_ids=draft.template_ids,
        buttons=buttons,
        unresolved=draft.unresolved,
    )
    return (asked, *rest)
