from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from morfx.domain.conversation import Pack, Shop, Template, VisitType
from morfx.domain.errors import UnresolvedVariable
from morfx.domain.identifier import AgentId, TemplateId
from morfx.engine.composition import MAX_BUBBLES, compose, money, prices, render

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
    [draft] = compose(
        (template("Vale {{precio}}, el pack {{ precio_1x }}."),), prices(shop().packs)
    )

    assert draft.text == "Vale $77.900, el pack $77.900."


def test_a_text_without_delay_goes_on_in_the_bubble_before_it() -> None:
    said = (template("Hola."), template("Vale poco."), template("Mira:", delay=3))

    drafts = compose(said, {})

    assert [draft.text for draft in drafts] == ["Hola.\n\nVale poco.", "Mira:"]
    assert [len(draft.template_ids) for draft in drafts] == [2, 1]
    assert drafts[1].delay_seconds == 3


def test_an_unknown_variable_makes_a_bubble_that_is_never_sent() -> None:
    [known, unknown] = compose((template("Hola."), template("Te vas a {{luna}}.")), {})

    assert known.unresolved is None
    assert unknown.unresolved == "luna"


def test_rendering_names_the_unknown_variable() -> None:
    with pytest.raises(UnresolvedVariable, match="nombre"):
        render("Hola {{nombre}}", {})


def test_a_pack_saves_what_so_many_single_ones_cost_more() -> None:
    two = replace(ONE, pack="2x", units=2, price=Decimal("109900.00"))

    assert prices((ONE, two))["ahorro_2x"] == "$45.900"


def test_a_turn_has_at_most_three_bubbles_and_leaves_no_text_out() -> None:
    said = tuple(template(f"Texto {place}", delay=1) for place in range(5))

    drafts = compose(said, {})

    assert len(drafts) == MAX_BUBBLES
    assert "\n\n".join(draft.text for draft in drafts) == "\n\n".join(text.content for text in said)


def test_a_turn_asks_one_question_the_last() -> None:
    said = (
        template("Piénsalo con calma 😊 ¿Te repito las promociones?"),
        template("¿Cuál deseas? Hay de 1 y de 2."),
        template("¿Algo más?"),
        template("El envío es gratis."),
        template("¿Te lo enviamos?"),
        template("Pagas al recibir."),
    )

    [draft] = compose(said, {})

    assert draft.text.split("\n\n") == [
        "Piénsalo con calma 😊",
        "Hay de 1 y de 2.",
        "El envío es gratis.",
        "¿Te lo enviamos?",
        "Pagas al recibir.",
    ]


def test_a_question_that_is_all_there_is_of_the_prices_is_the_one_asked() -> None:
    said = (template("¿Llevas 1 ({{precio}})?"), template("Va a tu casa. ¿Lo confirmas?"))

    [draft] = compose(said, prices((ONE,)))

    assert draft.text.split("\n\n") == ["¿Llevas 1 ($77.900)?", "Va a tu casa."]


def test_what_is_not_asked_was_not_said() -> None:
    question, last = template("¿Algo más?"), template("¿Te lo enviamos?")

    [draft] = compose((question, last), {})

    assert [key.partition("#")[0] for key in draft.template_ids] == [str(last.id)]


def test_a_bubble_that_names_a_price_is_a_quote() -> None:
    [priced] = compose((template("Vale {{precio}}."),), prices((ONE,)))
    [plain] = compose((template("Es natural."),), prices((ONE,)))

    assert (priced.quotes, plain.quotes) == (True, False)
