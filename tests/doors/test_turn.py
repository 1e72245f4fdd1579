"""A turn: one at a time in a conversation, reading all that is unread, writing all or nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.domain.agent import Agent
from morfx.domain.shop import ShopFile
from morfx.engine.mind import Mind
from tests.fakes.aws import Refusal
from tests.street import ANDRES, Street, open_door, records

DOWN = Refusal("ServiceUnavailable", 503)


class Meanwhile:
    """Something happens while the turn thinks, each time it does or so many times."""

    def __init__(self, happens: Callable[[], object], times: int = 1) -> None:
        self._happens = happens
        self._times = times

    def __call__(self, _agent: Agent) -> Mind:
        if self._times:
            self._times -= 1
            self._happens()
        return Mind(offline=OfflineComprehender())


def silences(street: Street) -> list[str]:
    events = street.rows("domain_events")
    return [event["payload"]["reason"] for event in events if event["type"] == "turn.silent"]


def ago(seconds: int) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


# -- reading --------------------------------------------------------------------------------------


def test_five_unread_messages_are_one_turn_that_has_read_all_five(street: Street) -> None:
    words = ["Hola", "una pregunta", "sobre el elixir", "qué precio tiene?", "gracias"]
    for word in words:
        street.write(word)
    for wake in street.wakes:
        street.turn(wake)
    assert street.read == ["\n".join(words)]
    assert "$77.900" in street.bubbles[0]["text"]
    assert street.statuses == ["queued"]


def test_a_wake_older_than_the_newest_message_gives_way(street: Street) -> None:
    street.write("primero")
    street.write("segundo")
    street.turn(street.wakes[0])
    assert street.bubbles == []
    assert street.conversation["turn_id"] is None


def test_an_impatient_customer_is_answered_all_the_same(street: Street) -> None:
    street.write("primero")
    street.write("segundo")
    street.change("messages", created_at=ago(16))
    street.turn(street.wakes[0])
    assert street.read == ["primero\nsegundo"]


def test_a_wake_whose_messages_were_answered_does_nothing(street: Street) -> None:
    street.answer()
    street.turn()
    assert len(street.bubbles) == len(street.sequences) == 1


# -- one at a time --------------------------------------------------------------------------------


def test_of_two_turns_on_one_conversation_the_second_is_busy(street: Street) -> None:
    second = open_door("turn")

    def interrupt() -> None:
        with pytest.raises(BatchProcessingError, match="ConversationBusy"):
            street.invoke("second", records(street.wakes[-1], pattern="turn/customer_message"))

    street.doors["second"] = second
    street.swap("turn", mind_of=Meanwhile(interrupt))
    street.answer()
    assert street.statuses == ["queued"]


def test_a_customer_does_not_wait_for_another_ones_turn(street: Street) -> None:
    street.write("uno")
    street.change("conversations", turn_id=uuid4(), lease_until=ago(-30))
    street.write("dos", sender=ANDRES)
    street.turn()
    assert street.read == ["dos"]


def test_the_lease_of_a_dead_turn_is_taken_over_when_it_expires(street: Street) -> None:
    street.write()
    street.change("conversations", turn_id=uuid4(), lease_until=ago(-30))
    with pytest.raises(BatchProcessingError, match="ConversationBusy"):
        street.turn()
    street.change("conversations", lease_until=ago(1))
    street.turn()
    assert street.statuses == ["queued"]


def test_a_turn_that_outlived_its_lease_writes_nothing(street: Street) -> None:
    def overtake() -> None:
        street.change("conversations", lease_until=ago(1))
        street.turn()

    slow = open_door("turn").run_turn
    street.write()
    [wake] = street.wakes
    woken = street.door("turn").wake.read(json.dumps(wake))
    assert slow(woken, mind_of=Meanwhile(overtake)).outcome == "nothing_unread"
    assert street.statuses == ["queued"]
    assert len(street.sequences) == 1


# -- all or nothing -------------------------------------------------------------------------------


def test_a_turn_that_finds_a_newer_message_writes_nothing_and_the_next_reads_both(
    street: Street,
) -> None:
    street.swap("turn", mind_of=Meanwhile(lambda: street.write("qué precio tiene?")))
    street.answer("Hola")
    assert street.rows("agent_sessions") == street.bubbles == street.sequences == []
    assert street.conversation["turn_id"] is None
    street.turn()
    assert street.read == ["Hola\nqué precio tiene?"]


def test_a_turn_beaten_by_other_writers_goes_back_to_the_queue_and_frees_the_conversation(
    street: Street,
) -> None:
    street.converse()
    versions = iter(range(10, 20))
    overwrite = Meanwhile(lambda: street.change("agent_sessions", version=next(versions)), 4)
    street.swap("turn", mind_of=overwrite)
    with pytest.raises(BatchProcessingError, match="VersionConflictError"):
        street.answer("y el envío?")
    assert street.conversation["turn_id"] is None
    street.turn()
    assert len(street.read) == 2


def test_a_crash_after_the_commit_promises_nothing_twice(street: Street) -> None:
    street.write()
    street.aws.refuse("StartExecution", DOWN, DOWN, DOWN)
    with pytest.raises(BatchProcessingError, match="Unavailable"):
        street.turn()
    street.turn()
    assert street.statuses == ["queued"]


def test_a_shop_without_a_text_fails_loudly_and_the_message_stays_unread(street: Street) -> None:
    street.change("agent_templates", "intent = 'precio'", intent="otra cosa")
    with pytest.raises(BatchProcessingError, match="no text for precio"):
        street.answer()
    assert street.conversation["read_seq"] == 0
    assert street.rows("agent_sessions") == street.bubbles == []


# -- deciding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "switched", "reason"),
    [
        ("workspace_agent_config", {"agent_enabled": False}, "agent_disabled"),
        ("conversations", {"bot_state": "off"}, "handed_off"),
        ("conversations", {"bot_state": "muted", "muted_until": ago(-3600)}, "muted"),
        ("contacts", {"opted_out_at": ago(0)}, "opted_out"),
    ],
)
def test_a_bot_that_may_not_speak_reads_and_says_why_it_is_silent(
    street: Street, table: Any, switched: dict[str, Any], reason: str
) -> None:
    street.write()
    street.change(table, **switched)
    street.turn()
    assert (street.bubbles, silences(street)) == ([], [reason])
    assert street.conversation["read_seq"] == 1


def test_a_mute_that_is_over_mutes_nobody(street: Street) -> None:
    street.write()
    street.change("conversations", bot_state="muted", muted_until=ago(1))
    street.turn()
    assert street.statuses == ["queued"]


def test_a_reaction_asks_for_no_answer(street: Street) -> None:
    reaction: dict[str, Any] = {
        "type": "reaction",
        "reaction": {"message_id": "wamid.x", "emoji": "👍"},
    }
    street.write(**reaction)
    street.turn()
    assert (street.bubbles, silences(street)) == ([], ["reaction"])


def test_a_text_with_an_unknown_variable_is_kept_and_never_sent(street: Street) -> None:
    street.change("agent_templates", content="Vale {{precio_9x}}")
    street.answer("qué precio tiene?")
    assert set(street.statuses) == {"cancelled: unresolved_variable: precio_9x"}
    assert street.sequences == street.graph.delivered == []


def test_a_wish_to_buy_starts_the_shops_timer(street: Street) -> None:
    street.answer("quiero comprar")
    timer = street.row("timers")
    [waited] = street.timers
    assert (timer["level"], timer["generation"], timer["status"]) == (0, 1, "armed")
    assert (waited["timer_id"], waited["level"]) == (str(timer["id"]), 0)
    assert datetime.fromisoformat(waited["due_at"]) == timer["due_at"]


def test_an_execution_sets_out_as_early_as_the_queue_will_hold_its_expiry_back(
    street: Street,
) -> None:
    street.answer("quiero comprar")
    [waited] = street.timers
    due_at, wake_at = (datetime.fromisoformat(waited[name]) for name in ("due_at", "wake_at"))
    assert due_at - wake_at == pytest.approx(timedelta(seconds=1), abs=timedelta(milliseconds=1))
    assert waited["seconds"] in (598, 599)


# -- what is no wake ------------------------------------------------------------------------------


def test_a_wake_that_cannot_be_read_fails_naming_what_is_wrong(street: Street) -> None:
    street.write()
    with pytest.raises(BatchProcessingError, match="kind"):
        street.turn({name: part for name, part in street.wakes[0].items() if name != "kind"})


def test_a_wake_of_another_workspace_finds_no_conversation(
    street: Street, onboard_shop: Callable[..., ShopFile]
) -> None:
    street.write()
    stranger = str(onboard_shop().workspace_id)
    with pytest.raises(BatchProcessingError, match="no such conversation"):
        street.turn({**street.wakes[0], "workspace_id": stranger})
    assert street.conversation["turn_id"] is None


def test_what_was_said_and_by_whom_is_in_no_log_queue_or_execution(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    street.converse("quiero comprar, soy Camila Rojas")
    seen = f"{[record.__dict__ for record in caplog.records]} {street.wakes} {street.aws.calls}"
    for secret in ("Camila", "comprar", "573001234567", "decisión"):
        assert secret not in seen


def test_an_order_that_could_not_be_written_is_counted(
    street: Street, capsys: pytest.CaptureFixture[str]
) -> None:
    data = "Ana Gómez, Calle 5 # 3-20, Cali"
    for text in ("quiero comprar", data, "quiero 2 frascos", "sí, confirmo"):
        street.converse(text)
    street.change("orders", status="cancelled")
    street.answer("la dirección es Carrera 10 # 20-30")
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [line["OrdersFailed"] for line in printed if "OrdersFailed" in line]
    assert counted == [*[[0.0]] * 4, [1.0]]
    assert street.row("tasks")["reason"] == "order_failed"
