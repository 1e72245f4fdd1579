"""Housekeeping: what was promised and not kept in time is promised again, or told to a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.shop import ShopFile
from tests.road import VirtualClock
from tests.street import ANDRES, Street, event, open_door, promised

COUNTED = ("relayed", "rearmed", "given_up", "uncertain")


class Killed(BaseException):
    """The container died here."""


def die_sending(house: Street) -> None:
    """A container takes the next bubble and is killed."""

    class Deadly:
        def send_text(self, **_: str) -> str:
            raise Killed

    send_next = open_door("send").send_next
    with pytest.raises(Killed):
        send_next(promised(house.sequences[-1]), messenger=Deadly())


@pytest.fixture
def house(street: Street, all_rows: psycopg.Connection[DictRow]) -> Street:
    """A street without other shops: housekeeping visits and counts them all."""
    query = "DELETE FROM workspaces WHERE id <> %s"
    all_rows.execute(query, [street.shop.workspace_id])
    return street


def come(house: Street, name: str = "clock", **later: float) -> dict[str, int]:
    """Housekeeping comes, so much later; its report."""
    now = datetime.now(UTC) + timedelta(**later)
    house.swap("housekeeping", clock=VirtualClock(now))
    report: dict[str, int] = house.invoke("housekeeping", event(f"housekeeping/{name}"))
    return report


def keep(house: Street, name: str = "clock", **later: float) -> dict[str, int]:
    """What housekeeping had to do, beside zeros."""
    report = come(house, name, **later)
    return {name: report[name] for name in COUNTED if report[name]}


def test_where_every_promise_is_kept_there_is_nothing_to_do(house: Street) -> None:
    house.converse("quiero comprar")
    assert keep(house, minutes=2) == {}


def test_an_unread_message_whose_wake_was_lost_is_woken_once_a_minute(house: Street) -> None:
    house.write()
    house.aws.messages.clear()
    assert keep(house) == {}
    for _ in range(2):
        assert keep(house, seconds=61) == {"relayed": 1}
    house.turn()
    assert (len(house.wakes), house.statuses) == (1, ["queued"])


def test_a_message_that_no_turn_can_answer_is_relayed_five_times_and_then_waits(
    house: Street,
) -> None:
    house.write()
    reports = [keep(house, minutes=2 + minute) for minute in range(7)]
    assert reports == [{"relayed": 1}] * 5 + [{}] * 2


def test_a_newer_message_and_an_answer_start_the_count_of_relays_anew(house: Street) -> None:
    for move in (house.write, house.turn):
        house.write()
        house.change("conversations", relays=5)
        move()
        assert house.conversation["relays"] == 0


def test_housekeeping_says_how_long_the_most_patient_customer_has_waited(house: Street) -> None:
    house.write()
    house.write(sender=ANDRES)
    now = datetime.now(UTC)
    house.change(
        "conversations", "external_id = '573107654321'", last_inbound_at=now - timedelta(hours=1)
    )
    assert come(house)["longest_wait"] in range(3600, 3630)
    house.change("conversations", relays=5)
    assert come(house, hours=1)["longest_wait"] in range(7200, 7230)
    house.converse()
    assert come(house)["longest_wait"] in range(3600, 3660)


def test_a_conversation_whose_turn_is_at_work_is_left_alone(house: Street) -> None:
    house.write()
    later = datetime.now(UTC) + timedelta(minutes=5)
    house.change("conversations", turn_id=house.shop.workspace_id, lease_until=later)
    assert keep(house, minutes=2) == {}


def test_bubbles_whose_sequence_never_started_are_sent(house: Street) -> None:
    house.answer()
    house.aws.executions.clear()
    assert keep(house) == {}
    assert keep(house, seconds=61) == {"relayed": 1}
    assert house.send()["outcome"] == "sent"


def test_bubbles_that_wait_for_their_own_delay_are_not_late(house: Street) -> None:
    house.answer("quiero comprar")
    house.change("messages", "position = 1", delay_seconds=60)
    assert keep(house, seconds=100) == {}
    assert keep(house, seconds=125) == {"relayed": 1}


def test_a_bubble_whose_sender_died_is_uncertain_and_never_sent_again(house: Street) -> None:
    house.answer()
    die_sending(house)
    assert keep(house) == {}
    assert keep(house, seconds=61) == {"uncertain": 1}
    assert house.statuses == ["uncertain: sender_lost"]
    assert house.send()["outcome"] == "done"


def test_what_follows_a_lost_bubble_is_still_sent(house: Street) -> None:
    house.answer("quiero comprar")
    die_sending(house)
    assert keep(house, minutes=2) == {"relayed": 1, "uncertain": 1}
    house.send()
    assert house.statuses == ["uncertain: sender_lost", "sent"]


def test_a_timer_past_due_is_armed_again_under_a_new_name(house: Street) -> None:
    house.converse("quiero comprar")
    assert keep(house, seconds=625) == {}
    assert keep(house, seconds=635) == {"rearmed": 1}
    first, second = [name for name in house.aws.executions if "timer" in name]
    assert second == f"{first}-r1"
    assert house.timers[-1]["seconds"] == 1


def test_a_timer_whose_executions_are_lost_again_and_again_is_given_up(
    house: Street, caplog: pytest.LogCaptureFixture
) -> None:
    house.converse("quiero comprar")
    reports = [keep(house, minutes=11 + minute) for minute in range(7)]
    assert reports == [{"rearmed": 1}] * 5 + [{"given_up": 1}, {}]
    timer = house.row("timers")
    assert (timer["status"], timer["end_reason"]) == ("given_up", "executions_lost")
    assert "timer given up" in caplog.text


def test_after_a_restart_a_timer_whose_execution_died_runs_again(house: Street) -> None:
    house.converse("quiero comprar")
    [execution] = [e for e in house.aws.executions.values() if "seconds" in e["input"]]
    execution["status"] = "ABORTED"
    assert keep(house, "after_restart") == {"rearmed": 1}
    assert house.timers[-1]["seconds"] in (598, 599)


def test_after_a_restart_a_timer_whose_execution_waits_is_left_alone(house: Street) -> None:
    house.converse("quiero comprar")
    assert keep(house, "after_restart") == {}
    assert len(house.timers) == 1


def test_every_shop_is_visited(house: Street, onboard_shop: Callable[..., ShopFile]) -> None:
    house.write()
    body = house.message()
    house.take_in({**body, "phone_number_id": onboard_shop().phone_number_id})
    assert keep(house, seconds=61) == {"relayed": 2}
