"""Send: the next bubble passes the gate and leaves once, or is refused with a stored reason."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from morfx.adapters.whatsapp.cloud_api import CloudApi
from morfx.domain.errors import ConversationBusy, Throttled, Unavailable
from morfx.domain.shop import ShopFile
from morfx.simulator.agenda import VirtualClock
from tests.street import CAMILA, SETTINGS, Street, event, open_door, promised

SUNDAY = datetime(2026, 11, 22, 17, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def remind(street: Street, now: datetime) -> None:
    """The customer was asked for data and says nothing: the reminder waits to be sent."""
    street.converse("quiero comprar")
    street.expire()
    street.change("conversations", last_inbound_at=now - hours(1))
    street.swap("send", clock=VirtualClock(now))


def all_at_once(street: Street, senders: int) -> Counter[str]:
    """As many containers send the turn's next bubble at the same time."""
    doors = [open_door("send") for _ in range(senders)]
    turn = promised(street.sequences[-1])
    with ThreadPoolExecutor(senders) as pool:
        sent = pool.map(lambda door: door.send_next(turn).outcome, doors)
        return Counter(sent)


# -- the gate -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "switched", "reason"),
    [
        ("workspace_agent_config", {"agent_enabled": False}, "agent_disabled"),
        ("conversations", {"bot_state": "off"}, "handed_off"),
        ("conversations", {"bot_state": "muted", "muted_until": MONDAY + hours(9e4)}, "muted"),
        ("contacts", {"opted_out_at": MONDAY}, "opted_out"),
        ("conversations", {"last_inbound_at": datetime(2026, 1, 1, tzinfo=UTC)}, "window_closed"),
        ("conversations", {"inbound_seq": 2}, "newer_inbound"),
    ],
)
def test_a_refused_bubble_is_stored_with_its_reason_and_never_leaves(
    street: Street, table: Any, switched: dict[str, Any], reason: str
) -> None:
    street.answer()
    street.change(table, **switched)
    sent = street.send()
    assert (sent["outcome"], sent["reason"]) == ("refused", reason)
    assert street.statuses == [f"cancelled: {reason}"]
    assert street.graph.delivered == []


def test_the_window_is_open_for_a_day_to_the_second(street: Street) -> None:
    for silence, outcome in ((hours(24), "refused"), (hours(24) - timedelta(seconds=1), "sent")):
        street.answer()
        street.change("conversations", last_inbound_at=MONDAY - silence)
        street.swap("send", clock=VirtualClock(MONDAY))
        assert street.send()["outcome"] == outcome


def test_quiet_hours_bind_what_nobody_asked_for(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    remind(street, SUNDAY)
    assert street.send()["reason"] == "quiet_hours"
    assert street.statuses[-1] == "cancelled: quiet_hours"


def test_quiet_hours_do_not_bind_an_answer(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    street.answer()
    street.change("conversations", last_inbound_at=SUNDAY)
    street.swap("send", clock=VirtualClock(SUNDAY))
    assert street.send()["outcome"] == "sent"


def test_a_reminder_leaves_in_contact_hours(street: Street) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=True)
    remind(street, MONDAY)
    assert street.send()["outcome"] == "sent"


def test_a_contact_is_not_written_to_more_often_than_the_shop_allows(street: Street) -> None:
    street.change("workspace_agent_config", proactive_daily_cap=1)
    remind(street, MONDAY)
    assert street.send()["outcome"] == "sent"
    remind(street, MONDAY)
    assert street.send()["reason"] == "contact_cap"
    remind(street, MONDAY + hours(24))
    assert street.send()["outcome"] == "sent"


def test_the_cap_counts_the_contact_on_every_number_of_the_shop(
    street: Street, onboard_shop: Callable[..., ShopFile]
) -> None:
    street.change("workspace_agent_config", proactive_daily_cap=1)
    remind(street, MONDAY)
    street.send()
    street.move(onboard_shop(workspace_id=str(street.shop.workspace_id)))
    street.change("workspace_agent_config", proactive_daily_cap=1)
    remind(street, MONDAY)
    assert street.send()["reason"] == "contact_cap"


def test_one_refusal_does_not_stop_the_next_bubble_from_being_judged(street: Street) -> None:
    street.answer("quiero comprar")
    street.change("workspace_agent_config", agent_enabled=False)
    assert street.send()["remaining"] == 1
    street.change("workspace_agent_config", agent_enabled=True)
    assert street.send()["outcome"] == "sent"


# -- leaving --------------------------------------------------------------------------------------


def test_a_bubble_leaves_by_the_number_the_customer_wrote_to(street: Street) -> None:
    street.converse()
    [sent], [bubble] = street.graph.delivered, street.bubbles
    assert (sent["phone_number_id"], sent["to"]) == (street.shop.phone_number_id, CAMILA)
    assert (sent["text"], sent["reference"]) == (bubble["text"], str(bubble["id"]))
    assert (bubble["status"], bubble["provider_message_id"]) == ("sent", sent["id"])


def test_a_customer_without_a_phone_is_answered_by_user_id(street: Street) -> None:
    street.write(sender="", from_user_id="CO.15025763946558")
    street.turn()
    street.send()
    assert street.graph.delivered[0]["to"] == "CO.15025763946558"


@pytest.mark.parametrize(("speed", "pause"), [("1.0", 3), ("0.2", 1), ("0.0", 0)])
def test_bubbles_leave_one_by_one_at_the_shops_pace(street: Street, speed: str, pause: int) -> None:
    street.change("workspace_agent_config", response_speed=speed)
    street.answer("quiero comprar")
    first, second, after = street.send(), street.send(), street.send()
    assert (first["remaining"], first["wait_seconds"]) == (1, pause)
    assert (second["remaining"], after["outcome"]) == (0, "done")
    texts = [bubble["text"] for bubble in street.bubbles]
    assert [sent["text"] for sent in street.graph.delivered] == texts


def test_reply_time_is_counted_from_the_customers_message(street: Street) -> None:
    street.answer()
    street.change("messages", "direction = 'outbound'", answers_since=MONDAY - hours(1))
    street.swap("send", clock=VirtualClock(MONDAY))
    street.change("conversations", last_inbound_at=MONDAY)
    assert street.send()["reply_time_ms"] == 3_600_000


def test_two_senders_at_once_send_a_bubble_once(street: Street) -> None:
    for _ in range(3):
        street.answer()
        assert all_at_once(street, 4) == {"sent": 1, "done": 3}
    assert len(street.graph.delivered) == 3


def test_a_bubble_does_not_overtake_the_one_before_it(street: Street) -> None:
    second = open_door("send")

    def send_text(**_: str) -> str:
        with suppress(ConversationBusy):
            second.send_next(promised(street.sequences[-1]))
        return "wamid.first"

    street.answer("quiero comprar")
    street.swap("send", messenger=SimpleNamespace(send_text=send_text))
    street.send()
    assert street.statuses == ["sent", "queued"]


def test_a_turn_that_promised_nothing_is_done(street: Street) -> None:
    assert street.invoke("send", event("send/next_bubble"))["outcome"] == "done"


# -- how it ended ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [{"close_after_accept": True}, {"body": "<html>"}, {"status": 500}, {"status": 502}],
    ids=["no answer", "no readable answer", "bare 500", "bare 502"],
)
def test_a_bubble_whose_fate_is_unknown_is_uncertain_and_never_sent_again(
    street: Street, fault: dict[str, object]
) -> None:
    street.answer()
    street.graph.script(fault)
    assert street.send()["outcome"] == "uncertain"
    assert street.send()["outcome"] == "done"
    assert street.statuses == ["uncertain: no_answer"]
    assert len(street.graph.delivered) <= 1


def test_a_timeout_after_the_request_left_is_uncertain(street: Street) -> None:
    api = CloudApi(
        base_url=street.graph.url,
        version="v24.0",
        secrets=SimpleNamespace(get=lambda _: {"access_token": "token"}),
        secret_prefix="",
        answer_seconds=0.1,
    )
    street.answer()
    street.graph.script({"hang_seconds": 0.5})
    street.swap("send", messenger=api)
    assert street.send()["outcome"] == "uncertain"
    assert len(street.graph.delivered) == 1


def test_a_bubble_that_could_not_leave_waits_and_is_sent_later(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHATSAPP_API_URL", "http://127.0.0.1:9")
    street.answer()
    with pytest.raises(Unavailable):
        street.send()
    assert street.statuses == ["queued"]
    monkeypatch.setenv("WHATSAPP_API_URL", street.graph.url)
    street.doors.pop("send")
    assert street.send()["outcome"] == "sent"


@pytest.mark.parametrize(
    "fault", [{"status": 429, "retry_after": 2}, {"status": 400, "error_code": 131056}]
)
def test_a_bubble_that_meta_throttles_waits(street: Street, fault: dict[str, object]) -> None:
    street.answer()
    street.graph.script(fault)
    with pytest.raises(Throttled):
        street.send()
    assert street.statuses == ["queued"]
    assert street.send()["outcome"] == "sent"


def test_a_bubble_that_meta_refuses_has_failed_with_its_code(street: Street) -> None:
    street.answer()
    street.graph.script({"status": 400, "error_code": 131026})
    assert street.send()["outcome"] == "failed"
    [bubble] = street.bubbles
    assert (bubble["status"], bubble["error_code"]) == ("failed", 131026)
    assert bubble["failed_at"]


def test_a_number_without_a_credential_fails_and_borrows_nobody_elses(street: Street) -> None:
    [(name, token)] = street.aws.secrets.items()
    street.aws.secrets = {f"{SETTINGS['CHANNEL_SECRET_PREFIX']}{uuid4()}": token}
    street.answer()
    assert street.send()["outcome"] == "failed"
    assert street.statuses == ["failed: credential_missing"]
    assert street.aws.calls[-1] == ("GetSecretValue", {"SecretId": name})


def test_a_template_counts_as_sent_when_the_provider_took_it(street: Street) -> None:
    street.answer()
    assert street.row("session_state")["templates_enviados"] == []
    street.send()
    sent = street.row("session_state")["templates_enviados"]
    assert sent == street.bubbles[0]["template_ids"] != []


def test_a_text_that_meta_refused_is_said_the_next_time(street: Street) -> None:
    street.answer("Hola")
    street.graph.script({"status": 400, "error_code": 131026})
    street.send()
    street.converse("Hola")
    assert street.bubbles[0]["text"] == street.bubbles[1]["text"]


def test_refusals_are_counted_by_reason(street: Street, capsys: pytest.CaptureFixture[str]) -> None:
    street.answer()
    street.change("conversations", bot_state="off")
    street.send()
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [refused] = [metric for metric in metrics if "reason" in metric and "_aws" in metric]
    assert (refused["reason"], refused["BubblesRefused"]) == ("handed_off", [1.0])
