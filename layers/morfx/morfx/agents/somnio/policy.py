"""What Somnio's seller answers. Texts and prices are the shop's data."""

from dataclasses import replace
from typing import Literal

from morfx.agents.somnio.declaration import GREETING, NOT_INTERESTED, OFFERS, OPEN
from morfx.agents.somnio.sale import BUYING, Step, next_step
from morfx.domain.agent import Agent
from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.domain.turn import Decision
from morfx.engine.answering import answers


def decide(agent: Agent, session: Session, comprehension: Comprehension, shop: Shop) -> Decision:
    """Answer every question, then take the next step of the sale."""
    intents = [reading.intent for reading in comprehension.intents]
    if not intents and not comprehension.fields and comprehension.message_class == "irrelevante":
        return Decision(
            mode=session.mode, branch="acknowledgement", silence_reason="acknowledgement"
        )
    if NOT_INTERESTED in intents:
        return _said([NOT_INTERESTED], agent, session, shop, end_reason="lost")
    step = next_step(agent, session, intents, data=bool(comprehension.fields))
    questions = [intent for intent in intents if intent not in BUYING]
    session = replace(session, state=replace(session.state, pack_seleccionado=step.pack))
    names = [*questions, *([step.says] if step.says else [])]
    if not names and comprehension.fields:
        return Decision(mode=step.mode, branch="data", silence_reason="collecting_data")
    return _said(names, agent, session, shop, step=step)


def _said(
    names: list[str],
    agent: Agent,
    session: Session,
    shop: Shop,
    *,
    step: Step | None = None,
    end_reason: Literal["lost"] | None = None,
) -> Decision:
    step = step or Step(mode=session.mode)
    names = names or [agent.speech.clarification]
    return Decision(
        mode=step.mode,
        branch="+".join(names),
        drafts=answers(names, agent=agent, session=session, shop=shop, greeting=GREETING),
        open=[name for name in names if name != GREETING] == [OPEN],
        asks=names[-1],
        pack=step.pack,
        promos_offered=bool(OFFERS & set(names)),
        order=step.order,
        end_reason=end_reason,
    )
