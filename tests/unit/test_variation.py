"""An agent says none of its texts twice in a session (decision 19)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from morfx.domain.conversation import Shop, Template, VisitType
from morfx.domain.errors import AgentError
from morfx.domain.identifier import AgentId, TemplateId
from morfx.domain.session import SessionState
from morfx.engine.composition import key_of
from morfx.engine.variation import choose, was_said


def text(content: str, visit: VisitType = "primera_vez", orden: int = 0) -> Template:
    return Template(
        id=TemplateId(uuid4()),
        intent="precio",
        visit_type=visit,
        orden=orden,
        content=content,
        delay_seconds=0,
    )


FIRST, MORE = text("primera"), text("y más", orden=1)
AGAIN = text("otra vez", "siguientes")
SHORT, SHORTER = text("corto", "breve"), text("más corto", "breve", 1)


def shop(*templates: Template) -> Shop:
    return Shop(
        agent_id=AgentId("somnio-sales"),
        handoff_message="Te paso con una persona.",
        timer_preset="real",
        response_speed=Decimal(1),
        templates=templates,
        packs=(),
    )


def said_in_turn(offered: Shop, variables: dict[str, str], times: int) -> list[tuple[str, ...]]:
    """What is chosen that many times in a row, all of it accepted."""
    state, chosen = SessionState(), []
    for _ in range(times):
        texts = choose("precio", offered, state, variables)
        chosen.append(tuple(one.content for one in texts))
        keys = tuple(key_of(one, variables) for one in texts)
        state = SessionState(templates_enviados=state.templates_enviados + keys)
    return chosen


def test_first_all_of_the_first_texts_then_the_next_then_one_short_one_each_time() -> None:
    offered = shop(SHORTER, AGAIN, MORE, FIRST, SHORT)

    chosen = said_in_turn(offered, {}, 5)

    assert chosen == [("primera", "y más"), ("otra vez",), ("corto",), ("más corto",), ()]


def test_texts_of_which_one_was_sent_count_as_said() -> None:
    half_said = SessionState(templates_enviados=(str(FIRST.id),))

    assert choose("precio", shop(FIRST, MORE, AGAIN), half_said, {}) == (AGAIN,)
    assert was_said("precio", shop(FIRST, MORE), half_said)
    assert not was_said("precio", shop(FIRST, MORE), SessionState())


def test_a_text_may_come_again_where_it_reads_differently() -> None:
    offered = shop(text("Va a {{ciudad}}"), text("Corregido: {{ciudad}}", "siguientes"))
    cali, tunja = {"ciudad": "Cali"}, {"ciudad": "Tunja"}
    keys = tuple(key_of(one, cali) for one in offered.templates)
    state = SessionState(templates_enviados=keys)

    assert choose("precio", offered, state, cali) == ()
    assert choose("precio", offered, state, tunja) == (offered.templates[1],)


def test_an_intent_without_a_text_is_an_error_and_not_silence() -> None:
    with pytest.raises(AgentError, match="envio"):
        choose("envio", shop(), SessionState(), {})
