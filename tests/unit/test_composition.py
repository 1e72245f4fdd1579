from decimal import Decimal
from uuid import uuid4

import pytest

from morfx.domain.conversation import Pack, Shop, Template, VisitType
from morfx.domain.errors import AgentError, UnresolvedVariable
from morfx.domain.identifier import AgentId, TemplateId
from morfx.domain.session import SessionState
from morfx.engine.composition import compose, money, render, texts_for

ONE = Pack(pack="1x", product="ELIXIR", units=1, price=Decimal("77900.00"), currency="COP")


def template(
    content: str, *, delay: int = 0, intent: str = "precio", visit: VisitType = "primera_vez"
) -> Template:
    return Template(
        id=TemplateId(uuid4()),
        intent=intent,
        visit_type=visit,
        orden=0,
        content=content,
        delay_seconds=delay,
    )


def shop(*templates: Template) -> Shop:
    return Shop(
        agent_id=AgentId("somnio-sales"),
        handoff_message="Te paso con una persona.",
        timer_preset="real",
        response_speed=Decimal(1),
        templates=templates,
        packs=(ONE,),
    )


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("77900", "COP", "$77.900"),
        ("1139900.00", "COP", "$1.139.900"),
        ("12.50", "USD", "USD 12,50"),
        ("900", "COP", "$900"),
    ],
)
def test_money_is_written_as_colombians_read_it(amount: str, currency: str, written: str) -> None:
    assert money(Decimal(amount), currency) == written


def test_prices_come_from_the_shops_packs() -> None:
    [draft] = compose((template("Vale {{precio}}, el pack {{ precio_1x }}."),), shop())

    assert draft.text == "Vale $77.900, el pack $77.900."


def test_a_text_without_delay_goes_on_in_the_bubble_before_it() -> None:
    said = (template("Hola."), template("Vale poco."), template("Mira:", delay=3))

    drafts = compose(said, shop())

    assert [draft.text for draft in drafts] == ["Hola.\n\nVale poco.", "Mira:"]
    assert [len(draft.template_ids) for draft in drafts] == [2, 1]
    assert drafts[1].delay_seconds == 3


def test_an_unknown_variable_makes_a_bubble_that_is_never_sent() -> None:
    [known, unknown] = compose((template("Hola."), template("Te vas a {{luna}}.")), shop())

    assert known.unresolved is None
    assert unknown.unresolved == "luna"


def test_rendering_names_the_unknown_variable() -> None:
    with pytest.raises(UnresolvedVariable, match="nombre"):
        render("Hola {{nombre}}", {})


def test_first_time_texts_come_until_one_of_them_was_sent() -> None:
    first, again = template("primera"), template("otra vez", visit="siguientes")
    offered = shop(first, again)

    assert texts_for("precio", offered, SessionState()) == (first,)
    said = SessionState(templates_enviados=(str(first.id),))
    assert texts_for("precio", offered, said) == (again,)


def test_a_shop_with_one_set_of_texts_repeats_it_rather_than_fall_silent() -> None:
    only = template("siempre")

    said = SessionState(templates_enviados=(str(only.id),))

    assert texts_for("precio", shop(only), said) == (only,)


def test_an_intent_without_a_text_is_an_error_and_not_silence() -> None:
    with pytest.raises(AgentError, match="envio"):
        texts_for("envio", shop(), SessionState())
