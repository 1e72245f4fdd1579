"""How any agent answers the intents it was declared with, from the shop's texts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from morfx.domain.agent import Agent
from morfx.domain.comprehension import Comprehension
from morfx.domain.content import MAX_ROWS
from morfx.domain.conversation import Shop, Template
from morfx.domain.session import Session
from morfx.domain.turn import Draft
from morfx.engine.composition import compose
from morfx.engine.variables import variables
from morfx.engine.variation import choose

#: Why nothing is said, or a person takes over: all there is to say has been said.
NOTHING_NEW = "nothing_new_to_say"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is said to some intents; no drafts where all there is to say has been said."""

    drafts: tuple[Draft, ...] = ()
    #: The last of what was asked or said, for the next message to be read against.
    asks: str | None = None
    #: Everything asked for had been said; the drafts only say so.
    repeats: bool = False


def answers(
    names: Iterable[str],
    *,
    agent: Agent,
    session: Session,
    shop: Shop,
    greeting: str | None = None,
    thread: str | None = None,
) -> Answer:
    """The texts of these intents or policy texts, in order, then the question that takes up the
    thread, where it still has words.

    Beside anything else the greeting is one line.
    """
    known = variables(agent, session, shop)
    chosen = {
        name: choose(agent.answer_to(name), shop, session.state, known)
        for name in dict.fromkeys((*names, *([thread] if thread else [])))
    }
    spoken = [name for name, texts in chosen.items() if texts]
    if not set(spoken) - {thread}:
        return _repeated(agent, session, shop)
    texts: list[Template] = []
    for name in spoken:
        texts += chosen[name][:1] if name == greeting and len(spoken) > 1 else chosen[name]
    return Answer(drafts=compose(tuple(texts), known), asks=spoken[-1])


def _repeated(agent: Agent, session: Session, shop: Shop) -> Answer:
    name = agent.speech.repeated
    drafts = say(name, agent=agent, session=session, shop=shop) if name else ()
    return Answer(drafts=drafts, asks=name, repeats=True)


def say(name: str, *, agent: Agent, session: Session, shop: Shop) -> tuple[Draft, ...]:
    """The texts of this name; nothing where all of them have been said."""
    known = variables(agent, session, shop)
    return compose(choose(name, shop, session.state, known), known)


def clarification(
    comprehension: Comprehension, *, agent: Agent, session: Session, shop: Shop
) -> tuple[Draft, ...]:
    """Ask what was meant, with the likeliest readings to tap; nothing where all ways to ask are
    used up."""
    likely = dict.fromkeys(
        reading.intent
        for reading in (*comprehension.intents, *comprehension.alternatives)
        if reading.intent in agent.intents
    )
    choices = tuple(agent.intents[intent].label for intent in likely)[:MAX_ROWS]
    asked = say(agent.speech.clarification, agent=agent, session=session, shop=shop)
    return tuple(
        replace(draft, choices=choices) if place == 0 else draft
        for place, draft in enumerate(asked)
    )
