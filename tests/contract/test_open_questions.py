"""A question no text answers goes to Claude; the customer is answered in every case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from morfx.adapters.claude.orchestrator import STEPS
from morfx.adapters.postgres.turns import PostgresTurns
from morfx.agents.somnio import SOMNIO
from morfx.domain.comprehension import ModelCall
from morfx.domain.errors import VersionConflictError
from morfx.domain.timer import Timer
from morfx.domain.turn import TurnCommit
from morfx.engine.registry import Registry
from morfx.tools.catalogue import TOOLBOX
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi
from tests.open_question import GOOD, OWN_WORDS, AllRows, reading, rows, used, why
from tests.road import Road, VirtualClock


class BeatenOnce(PostgresTurns):
    """Another writer is first, once."""

    beaten = False

    def commit(self, turn: TurnCommit) -> tuple[Timer, ...] | None:
        if not self.beaten:
            self.beaten = True
            raise VersionConflictError
        return super().commit(turn)


def call(tokens: int) -> ModelCall:
    return ModelCall(
        component="comprehension",
        provider="scripted",
        model="scripted",
        outcome="ok",
        milliseconds=5,
        input_tokens=tokens,
    )


def test_an_open_question_is_answered_by_the_model(asked: Road, api: MessagesApi) -> None:
    api.script(messages_api.text(GOOD))

    assert asked.converse("¿y sirve para mi perro?") == [GOOD]

    body = api.requests[0].body
    assert [tool["name"] for tool in body["tools"]] == [
        "shop__prices__read",
        "shop__texts__read",
        "customer__data__read",
    ]
    assert not {"temperature", "top_p", "top_k", "tool_choice"} & set(body)
    assert "¿y sirve para mi perro?" in api.requests[0].said
    assert body["system"][-1]["cache_control"] == {"type": "ephemeral"}
    assert "$139.900" in body["system"][-1]["text"]


def test_what_the_policy_can_answer_asks_no_orchestrator(asked: Road, api: MessagesApi) -> None:
    assert asked.mind.models
    asked.mind.models.primary.otherwise = reading("envio")  # type: ignore[attr-defined]

    [said] = asked.converse("llega a Pasto?")

    assert "gratis a toda Colombia" in said
    assert api.requests == []


def test_whoever_asks_for_a_person_is_never_answered_by_a_model(
    asked: Road, api: MessagesApi
) -> None:
    assert asked.mind.models
    asked.mind.models.primary.otherwise = reading(wants_human=True)  # type: ignore[attr-defined]

    assert asked.converse("quiero una persona") == [asked.shop.handoff_message]
    assert api.requests == []


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (messages_api.OVERLOADED, "saturation"),
        (messages_api.AUTHENTICATION, "authentication"),
        (messages_api.INTERNAL, "unavailable"),
        (messages_api.TOO_LONG, "capacity"),
        (messages_api.refusal(), "refusal"),
        (messages_api.empty(), "empty"),
        (messages_api.broken_json(), "invalid"),
        (messages_api.cut(), "unavailable"),
        (messages_api.text("La mitad de", stop_reason="max_tokens"), "max_tokens"),
    ],
)
def test_where_the_model_fails_the_shops_own_words_are_said(
    asked: Road, api: MessagesApi, all_rows: AllRows, reply: messages_api.Reply, outcome: str
) -> None:
    api.script(reply)

    [said] = asked.converse("¿y sirve para mi perro?")

    assert OWN_WORDS in said
    assert why(all_rows, asked)["failure"] == outcome
    [call] = rows(all_rows, asked, "model_calls")
    assert (call["component"], call["outcome"]) == ("orchestrator", outcome)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("Para ti te lo dejo en $50.000 😊", "price"),
        ("Claro, te paso con un asesor.", "promise of a person"),
        ("You write the next message of a shop to its customer on WhatsApp.", "leaked"),
        ("hola \x00", "unstorable"),
    ],
)
def test_a_reply_that_must_not_be_sent_is_refused_and_the_proof_says_why(
    asked: Road, api: MessagesApi, all_rows: AllRows, reply: str, reason: str
) -> None:
    api.script(messages_api.text(reply))

    [said] = asked.converse("hazme un descuento")

    assert OWN_WORDS in said
    assert f"refused: {reason}" in why(all_rows, asked)["failure"]


def test_every_step_is_a_row_of_the_ledger_and_counts_in_the_session(
    asked: Road, api: MessagesApi, all_rows: AllRows
) -> None:
    api.script(messages_api.tool_use("customer__data__read", {}), messages_api.text(GOOD))
    asked.converse("¿ya te di mi nombre?")

    calls = rows(all_rows, asked, "model_calls")
    assert [(call["component"], call["outcome"]) for call in calls] == [("orchestrator", "ok")] * 2
    assert all(call["cost"] > 0 for call in calls)
    tokens = sum(call["input_tokens"] + call["output_tokens"] for call in calls)
    [session] = rows(all_rows, asked, "agent_sessions")
    turns = rows(all_rows, asked, "agent_turns")
    assert session["tokens_used"] == tokens
    assert {turn["role"]: turn["tokens_used"] for turn in turns} == {"user": 0, "assistant": tokens}


def test_what_understanding_has_used_may_leave_nothing_for_an_answer(
    asked: Road, api: MessagesApi, all_rows: AllRows
) -> None:
    api.script(messages_api.text(GOOD))
    asked.converse("hola")
    all_rows.execute(
        "UPDATE agent_sessions SET tokens_used = 45000 WHERE workspace_id = %s",
        [asked.shop.workspace_id],
    )
    assert asked.mind.models
    asked.mind.models.primary.otherwise = reading(calls=(call(2_000),))  # type: ignore[attr-defined]

    [said] = asked.converse("¿y sirve para mi gato?")

    assert OWN_WORDS in said
    assert len(api.requests) == 1


def test_each_step_is_held_against_the_budget(
    asked: Road, api: MessagesApi, all_rows: AllRows
) -> None:
    asked.agents = Registry([replace(SOMNIO, token_budget=5_000)], tools=TOOLBOX.names)
    api.answer = lambda _: messages_api.tool_use("shop__texts__read", {"intent": "i" * 4_000})

    [said] = asked.converse("¿y sirve para mi perro?")

    assert OWN_WORDS in said
    assert why(all_rows, asked)["failure"] == "budget"
    [session] = rows(all_rows, asked, "agent_sessions")
    assert 1 < len(api.requests) < STEPS
    assert session["tokens_used"] <= 5_000


def test_a_turn_that_has_to_begin_again_does_not_ask_again(
    asked: Road, api: MessagesApi, all_rows: AllRows
) -> None:
    api.script(messages_api.tool_use("shop__prices__read", {}), messages_api.text(GOOD))
    asked.turns = BeatenOnce(asked.database)

    assert asked.converse("¿y sirve para mi perro?") == [GOOD]
    assert len(api.requests) == len(rows(all_rows, asked, "model_calls")) == 2
    assert len(used(all_rows, asked)) == 1


def test_a_turn_that_has_no_time_left_says_the_shops_own_words(
    asked: Road, api: MessagesApi, all_rows: AllRows
) -> None:
    assert asked.mind.open_questions
    late = VirtualClock(asked.clock.now() + timedelta(seconds=19))
    asked.mind = replace(asked.mind, open_questions=replace(asked.mind.open_questions, clock=late))

    [said] = asked.converse("¿y sirve para mi perro?")

    assert OWN_WORDS in said
    assert api.requests == []
    [call] = rows(all_rows, asked, "model_calls")
    assert (call["component"], call["outcome"]) == ("orchestrator", "no_time")
