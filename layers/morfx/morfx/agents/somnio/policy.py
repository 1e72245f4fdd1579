"""What Somnio's seller answers. Texts and prices are the shop's data."""

from dataclasses import replace

from morfx.agents.somnio.declaration import (
    BOUGHT,
    CHANGES_SOMETHING,
    CHOICES,
    CHOOSES,
    COLLECTING,
    COMPLAINT,
    DATA_TAKEN,
    DELIVERY,
    GREETING,
    HESITATES,
    INFORMS,
    OFFERING,
    OFFERS,
    OPEN,
    ORDER_CORRECTED,
    ORDER_KEPT,
    PACK_CHANGED,
    PACK_NOTED,
    SHOWS_PACKS,
    SUMMING_UP,
    TALKING,
    TELLS_PACKS,
    THREADS,
)
from morfx.agents.somnio.ordered import news
from morfx.agents.somnio.sale import BUYING, Heard, Step, next_step
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing
from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.domain.turn import Decision
from morfx.engine.answering import NOTHING_NEW, Answer, answers, say
from morfx.engine.variation import was_said

#: Intents that mean something else where the sale stands here.
_MEANINGS = {
    (OPEN, BOUGHT): COMPLAINT,
    (HESITATES, SUMMING_UP): CHANGES_SOMETHING,
    (SHOWS_PACKS, BOUGHT): TELLS_PACKS,
}

#: What the summary of a choice answers already.
_SETTLED = frozenset({SHOWS_PACKS, HESITATES})

#: What is left unsaid once it has been said, and needs no person for it.
_SOCIAL = frozenset({GREETING, HESITATES, CHANGES_SOMETHING, DATA_TAKEN})
_SETTLED_IN_ORDER = frozenset({ORDER_KEPT, ORDER_CORRECTED, PACK_CHANGED})


def decide(agent: Agent, session: Session, comprehension: Comprehension, shop: Shop) -> Decision:
    """Answer every question, then take the next step of the sale."""
    intents = _intents(agent, comprehension)
    if not intents and not comprehension.fields:
        return _without_intent(agent, session, comprehension, shop)
    heard = Heard(intents=intents, data=comprehension.fields)
    summed_up = any(was_said(choice, shop, session.state) for choice in CHOICES)
    step = next_step(agent, session, heard, summed_up=summed_up)
    questions = [name for intent in intents for name in _meanings(intent, session)]
    settled = _SETTLED if heard.chosen and step.says in CHOICES else frozenset()
    names = [name for name in questions if name not in BUYING | settled | {step.says}]
    if step.handoff or step.ends:
        names = [name for name in names if name in INFORMS]
    names += [PACK_NOTED] if heard.chosen and step.mode == COLLECTING else []
    names += [step.says] if step.says else []
    if not names:
        silence = None if step.handoff else "collecting_data"
        return Decision(
            mode=step.mode,
            branch="data",
            pack=step.pack,
            silence_reason=silence,
            handoff_reason=step.handoff,
        )
    after = replace(session.state, pack_seleccionado=step.pack or session.state.pack_seleccionado)
    session = replace(session, state=after)
    thread = _thread(agent, session, step, names)
    answer = answers(
        names, agent=agent, session=session, shop=shop, greeting=GREETING, thread=thread
    )
    if answer.repeats and set(names) <= _SOCIAL:
        drafts = say(thread, agent=agent, session=session, shop=shop) if thread else ()
        answer = Answer(drafts=drafts, asks=thread if drafts else None)
    decision = _decided(step, names, answer)
    if answer.repeats and not intents:
        said_before = "collecting_data" if step.mode == COLLECTING else NOTHING_NEW
        return replace(decision, drafts=(), open=False, silence_reason=said_before)
    return decision


def _intents(agent: Agent, comprehension: Comprehension) -> list[str]:
    """What is asked for. A greeting is no answer to the question that came with it, however
    doubtful that was."""
    intents = [reading.intent for reading in comprehension.intents]
    if intents != [GREETING] or comprehension.message_class != "pregunta":
        return intents
    likely = [
        reading.intent
        for reading in comprehension.alternatives
        if reading.intent in INFORMS and reading.confidence >= agent.thresholds.clarify
    ]
    return [*intents, *likely[:1]]


def _meanings(intent: str, session: Session) -> tuple[str, ...]:
    """Names of the texts that answer an intent here. Who has ordered asks for their order first."""
    order = news(session)
    if order and intent == DELIVERY:
        return (order,) if session.mode == BOUGHT else (order, DELIVERY)
    if order and intent == OPEN:
        return (COMPLAINT,)
    return (_MEANINGS.get((intent, session.mode), intent),)


def _without_intent(
    agent: Agent, session: Session, comprehension: Comprehension, shop: Shop
) -> Decision:
    """Nothing needs an answer, or nobody knows which."""
    if comprehension.message_class == "irrelevante":
        return _acknowledged(agent, session, shop)
    names = [agent.speech.clarification]
    answer = answers(names, agent=agent, session=session, shop=shop)
    return _decided(Step(mode=session.mode), names, answer)


def _acknowledged(agent: Agent, session: Session, shop: Shop) -> Decision:
    """What needs no answer gets none; a sale that the last answer left lying is taken up."""
    told = INFORMS if session.mode == TALKING else INFORMS | {OPEN}
    left_lying = session.state.pending_question in told
    thread = _left_open(agent, session, session.mode) if left_lying else None
    drafts = say(thread, agent=agent, session=session, shop=shop) if thread else ()
    if drafts and thread:
        return Decision(mode=session.mode, branch=thread, drafts=drafts, asks=thread)
    return Decision(mode=session.mode, branch="acknowledgement", silence_reason="acknowledgement")


def _thread(agent: Agent, session: Session, step: Step, names: list[str]) -> str | None:
    """The question that takes the sale up again after an answer, unless it stands open already,
    the sale is over or a person's, or they have just asked for the order they made before."""
    waits_for_order = step.mode == TALKING and news(session) in names
    if step.ends or step.handoff or waits_for_order:
        return None
    informed = INFORMS & set(names)
    only_greets = names == [GREETING] and step.mode != TALKING
    took_note = step.mode == OFFERING and step.says is not None and step.says != SHOWS_PACKS
    if (step.says and not took_note) or not (informed or only_greets or took_note):
        return None
    if _is_about_packs(session, step, informed):
        thread: str | None = CHOOSES
    else:
        thread = _left_open(agent, session, step.mode)
    asks_already = SHOWS_PACKS in names or OPEN in names
    return None if asks_already or thread == session.state.pending_question else thread


def _left_open(agent: Agent, session: Session, mode: str) -> str | None:
    """The question of the mode; none for data where only what may be left out is missing."""
    complete = not missing(agent.fields_of("required"), session.data)
    return None if mode == COLLECTING and complete else THREADS.get(mode)


def _is_about_packs(session: Session, step: Step, informed: frozenset[str]) -> bool:
    """Whoever has just read the offer is asked to choose, before anything else is."""
    if session.state.pack_seleccionado or step.mode not in (TALKING, COLLECTING):
        return False
    return bool(informed & (OFFERS if step.mode == COLLECTING else {TELLS_PACKS}))


def _decided(step: Step, names: list[str], answer: Answer) -> Decision:
    decision = Decision(
        mode=step.mode,
        branch="+".join(names),
        drafts=answer.drafts,
        open=answer.repeats or [name for name in names if name != GREETING] == [OPEN],
        asks=answer.asks,
        pack=step.pack,
        promos_offered=bool(OFFERS & set(names)),
        order=step.order,
        handoff_reason=step.handoff,
        end_reason=step.ends,
    )
    needless = step.ends or set(names) <= _SOCIAL | _SETTLED_IN_ORDER
    if answer.drafts or step.handoff or not needless:
        return decision
    return replace(decision, silence_reason=NOTHING_NEW)
