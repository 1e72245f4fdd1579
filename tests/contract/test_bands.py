"""The four bands, as a customer sees them; handing over; what is kept of why."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.domain.comprehension import Comprehension, IntentReading, ModelCall
from morfx.domain.content import Choices
from morfx.engine.breaker import Breaker
from morfx.engine.chain import ChainedComprehender
from morfx.engine.mind import Mind
from morfx.engine.second_look import SecondLook
from tests.road import Road

AllRows = psycopg.Connection[DictRow]


def read(intent: str, confidence: float, **more: Any) -> Comprehension:
    reading = IntentReading(intent=intent, confidence=confidence)
    return Comprehension(
        message_class="pregunta",
        intents=(reading,),
        confidence=confidence,
        source="scripted",
        **more,
    )


def call(tokens: int, cost: str = "0.001", component: str = "comprehension") -> ModelCall:
    return ModelCall(
        component=component,
        provider="scripted",
        model="scripted",
        outcome="ok",
        milliseconds=5,
        input_tokens=tokens,
        output_tokens=10,
        cost=Decimal(cost),
    )


def mind(
    road: Road, first: Comprehension, second: Comprehension | None = None
) -> ScriptedComprehender:
    """Give the road a mind whose model reads every message so."""
    model = ScriptedComprehender(script={}, otherwise=first)
    breaker = Breaker(road.clock)
    stronger = ScriptedComprehender(script={}, otherwise=second)
    road.mind = Mind(
        offline=road.mind.offline,
        models=ChainedComprehender(
            primary=model,
            second=None,
            offline=road.mind.offline,
            breaker=breaker,
            clock=road.clock,
        ),
        second_look=SecondLook(stronger=stronger, breaker=breaker, clock=road.clock)
        if second
        else None,
    )
    return model


def rows(all_rows: AllRows, road: Road, table: str) -> list[DictRow]:
    query = psycopg.sql.SQL("SELECT * FROM {} WHERE workspace_id = %s ORDER BY created_at")
    found = query.format(psycopg.sql.Identifier(table))
    return all_rows.execute(found, [road.shop.workspace_id]).fetchall()


def test_a_sure_reading_is_answered(road: Road) -> None:
    mind(road, read("envio", 90))

    [said] = road.converse("a mi tierra llega?")
    assert "gratis a toda Colombia" in said


def test_a_doubtful_reading_is_read_again_by_the_stronger_model(road: Road) -> None:
    mind(road, read("precio", 70), second=read("envio", 92))

    [said] = road.converse("y eso a cómo llega")
    assert "gratis a toda Colombia" in said


def test_a_second_look_that_is_less_sure_is_not_believed(road: Road) -> None:
    mind(road, read("precio", 75), second=read("envio", 61))

    [said] = road.converse("y eso a cómo")
    assert "$77.900" in said


def test_an_unclear_message_is_asked_back_with_the_likeliest_readings_on_buttons(
    road: Road,
) -> None:
    doubt = (
        IntentReading(intent="envio", confidence=40),
        IntentReading(intent="nada", confidence=9),
    )
    mind(road, read("precio", 50, alternatives=doubt))

    [asked] = road.converse("eso qué")
    assert "?" in asked
    assert road.messenger.choices == ("Precio", "Envío")


def test_more_readings_than_buttons_are_a_list(road: Road) -> None:
    others = ("envio", "modopago", "invima", "ubicacion")
    doubts = tuple(IntentReading(intent=intent, confidence=30) for intent in others)
    mind(road, read("precio", 50, alternatives=doubts))
    road.converse("eso qué")
    [asked] = road.messenger.contents
    assert isinstance(asked, Choices)
    assert asked.titles == ("Precio", "Envío", "Cómo pagar", "Registro Invima", "Dónde están")
    assert asked.label == road.shop.choices_label


def test_silence_is_only_for_what_surely_needs_no_answer(road: Road) -> None:
    remark = Comprehension(message_class="irrelevante", confidence=80, source="scripted")
    mind(road, remark)
    assert len(road.converse("lorem ipsum")) == 1
    mind(road, replace(remark, confidence=95))
    assert road.converse("ok gracias") == []


def test_an_intent_nobody_believes_in_is_asked_back(road: Road) -> None:
    hardly = IntentReading(intent="precio", confidence=3)
    mind(road, replace(read("precio", 75), intents=(hardly,)))

    road.converse("???")
    assert road.messenger.choices == ("Precio",)


def test_a_doubtful_intent_does_not_spoil_the_answer_to_a_sure_one(road: Road) -> None:
    doubt = IntentReading(intent="contenido_envase", confidence=45)
    sure = IntentReading(intent="precio", confidence=90)
    mind(road, replace(read("precio", 45), intents=(doubt, sure)))

    [said] = road.converse("una pregunta sobre el elixir, qué precio tiene?")
    assert "$77.900" in said
    assert "90 comprimidos de melatonina y magnesio, que" not in said


def test_an_incomprehensible_message_is_asked_back_once_and_then_given_to_a_person(
    road: Road, all_rows: AllRows
) -> None:
    mind(road, read("fallback", 20))

    [asked] = road.converse("asdf")
    [handed] = road.converse("qwer")

    assert "?" in asked
    assert handed == road.shop.handoff_message
    [task] = rows(all_rows, road, "tasks")
    assert (task["reason"], task["status"]) == ("not_understood", "pending")
    assert "asdf" in task["detail"]


def test_whoever_asks_for_a_person_is_given_one_at_once_and_the_bot_is_silent(
    road: Road, all_rows: AllRows
) -> None:
    road.converse("quiero comprar")
    mind(road, read("fallback", 95, wants_human=True))

    [handed] = road.converse("páseme con una persona")
    silence = road.converse("¿aló?")

    assert (handed, silence) == (road.shop.handoff_message, [])
    [session] = rows(all_rows, road, "agent_sessions")
    assert (session["status"], session["end_reason"]) == ("handed_off", "handoff")
    [conversation] = rows(all_rows, road, "conversations")
    assert conversation["bot_state"] == "off"
    assert {timer["status"] for timer in rows(all_rows, road, "timers")} == {"cancelled"}


def test_after_a_handoff_the_bot_given_back_begins_a_new_session(
    road: Road, all_rows: AllRows
) -> None:
    mind(road, read("fallback", 95, wants_human=True))
    road.converse("páseme con una persona")
    all_rows.execute(
        "UPDATE conversations SET bot_state = 'on' WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    mind(road, read("precio", 95))

    [said] = road.converse("y cuánto vale")
    assert "$77.900" in said
    assert [s["status"] for s in rows(all_rows, road, "agent_sessions")] == ["handed_off", "active"]


def test_every_call_of_a_model_is_a_row_and_counts_for_the_session(
    road: Road, all_rows: AllRows
) -> None:
    mind(
        road, read("precio", 70, calls=(call(1200),)), second=read("precio", 90, calls=(call(900),))
    )
    road.converse("vale?")

    assert [row["input_tokens"] for row in rows(all_rows, road, "model_calls")] == [1200, 900]
    [session] = rows(all_rows, road, "agent_sessions")
    assert session["tokens_used"] == 2120


def test_a_turn_that_gives_way_has_still_paid(road: Road, all_rows: AllRows) -> None:
    model = mind(road, read("precio", 95, calls=(call(700),)))
    road.write("precio")
    [woken] = road.wakes()
    comprehend = model.comprehend

    def interrupted(*args: Any, **kwargs: Any) -> Comprehension:
        road.write("oye")
        return comprehend(*args, **kwargs)

    model.comprehend = interrupted  # type: ignore[method-assign]
    assert road.turn(woken).outcome == "superseded"
    assert [row["input_tokens"] for row in rows(all_rows, road, "model_calls")] == [700]


def test_past_its_token_budget_a_conversation_is_answered_without_models(
    road: Road, all_rows: AllRows
) -> None:
    model = mind(road, read("precio", 95, calls=(call(10_490),)))
    road.repeat(*["precio"] * 8)

    assert len(model.asked) == 5
    [session] = rows(all_rows, road, "agent_sessions")
    assert session["tokens_used"] == 52_500
    last = rows(all_rows, road, "turn_proofs")[-1]["proof"]["comprehension"]
    assert (last["source"], last["without_model"]) == ("offline", "session tokens")


@pytest.mark.parametrize("cap", ["contact_daily_cost_cap", "workspace_monthly_cost_cap"])
def test_past_a_cap_in_money_no_model_is_asked(road: Road, all_rows: AllRows, cap: str) -> None:
    query = psycopg.sql.SQL("UPDATE workspace_agent_config SET {} = 0.01 WHERE workspace_id = %s")
    all_rows.execute(query.format(psycopg.sql.Identifier(cap)), [road.shop.workspace_id])
    model = mind(road, read("precio", 95, calls=(call(10, cost="0.02"),)))

    assert len(road.converse("precio", "precio")) == 2
    assert len(model.asked) == 1


def test_a_turn_keeps_why_it_said_what_it_said(road: Road, all_rows: AllRows) -> None:
    mind(road, read("precio", 70), second=read("envio", 92))
    road.converse("y eso a cómo llega")

    [row] = rows(all_rows, road, "turn_proofs")
    proof = row["proof"]
    assert (row["read_from_seq"], row["read_to_seq"]) == (1, 1)
    assert proof["branch"] == "envio"
    assert proof["comprehension"]["band"] == "proceed"
    assert proof["comprehension"]["first_confidence"] == 70
    assert len(proof["said"][0]["templates"]) == 3


def test_customer_data_is_kept_and_a_refusal_never_erases_it(road: Road, all_rows: AllRows) -> None:
    mind(road, read("precio", 95, fields={"ciudad": "Cali", "correo": "N/A"}))
    road.converse("soy de Cali, no tengo correo, cuánto vale")
    mind(road, read("precio", 95, fields={"ciudad": "N/A", "nombre": "Ana"}))
    road.converse("me llamo Ana")

    [state] = all_rows.execute(
        "SELECT datos_capturados FROM session_state WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    assert state["datos_capturados"] == {"ciudad": "Cali", "correo": "N/A", "nombre": "Ana"}


def test_a_picture_is_answered_with_a_plea_for_words(road: Road) -> None:
    road.take_in(
        {"from": "573001112233", "id": "wamid.p", "timestamp": "1", "type": "image", "image": {}}
    )
    road.run_turns()
    road.send_all()

    assert "solo puedo leer texto" in road.messenger.sent[0]


def test_whoever_listens_hears_of_every_event_at_its_commit(road: Road, superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as listener:
        listener.execute("LISTEN morfx_events")
        road.converse("hola")
        heard = [note.payload for note in listener.notifies(timeout=1, stop_after=3)]

    assert len(heard) == 3
    assert all(str(road.shop.workspace_id) in payload for payload in heard)


def test_one_query_tells_why(road: Road, all_rows: AllRows) -> None:
    mind(road, read("precio", 70, calls=(call(1200),)), second=read("envio", 92))
    road.converse("y eso a cómo llega")

    for message in rows(all_rows, road, "messages"):
        told = all_rows.execute("SELECT * FROM why(%s)", [message["id"]]).fetchall()
        account = {line["what"]: line["how"] for line in told}
        assert account["read"] == "#1 text: y eso a cómo llega"
        assert account["understood"] == "scripted: pregunta envio 92 %"
        assert account["band"] == "proceed, first look: 70"
        assert account["asked"].startswith("scripted scripted comprehension: ok, 1200 + 10 tokens")
        assert account["decided"] == "envio → conversacion"
        assert account["said"].startswith("[sent] El envío es gratis")
