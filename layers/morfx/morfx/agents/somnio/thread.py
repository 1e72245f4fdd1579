"""The question that takes the sale up again after an answer: the thread of the conversation."""

from collections.abc import Collection

from morfx.agents.somnio.declaration import (
    CHOOSES,
    COLLECTING,
    GREETING,
    INFORMS,
    OFFERING,
    OFFERS,
    OPEN,
    SHOWS_PACKS,
    TALKING,
    TELLS_PACKS,
    THREADS,
)
from morfx.agents.somnio.ordered import news
from morfx.agents.somnio.sale import Step
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing
from morfx.domain.session import Session


def thread(agent: Agent, session: Session, step: Step, names: Collection[str]) -> str | None:
    """The text that asks it after these; None where it stands open already, where another question
    is asked, where the sale is over or a person's, and where they have just asked for the order
    they made before."""
    waits_for_order = step.mode == TALKING and news(session) in names
    if step.ends or step.handoff or waits_for_order or {SHOWS_PACKS, OPEN} & set(names):
        return None
    informed = INFORMS & set(names)
    only_greets = set(names) == {GREETING} and step.mode != TALKING
    took_note = step.mode == OFFERING and step.says is not None
    if (step.says and not took_note) or not (informed or only_greets or took_note):
        return None
    about_packs = _is_about_packs(session, step, informed)
    asks = CHOOSES if about_packs else left_open(agent, session, step.mode)
    return None if asks == session.state.pending_question else asks


def left_open(agent: Agent, session: Session, mode: str) -> str | None:
    """The question of the mode; none for data where only what may be left out is missing."""
    complete = not missing(agent.fields_of("required"), session.data)
    return None if mode == COLLECTING and complete else THREADS.get(mode)


def _is_about_packs(session: Session, step: Step, informed: frozenset[str]) -> bool:
    """Whoever has just read the offer is asked to choose, before anything else is."""
    if session.state.pack_seleccionado or step.mode not in (TALKING, COLLECTING):
        return False
    return bool(informed & (OFFERS if step.mode == COLLECTING else {TELLS_PACKS}))
