"""Intake: what the webhook accepted becomes a message, once, or is kept and said."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from psycopg.rows import DictRow

from morfx.domain.delivery import Outgoing
from morfx.domain.errors import Unavailable
from morfx.domain.shop import ShopFile
from tests.fakes.aws import Document, Refusal
from tests.street import ANDRES, CAMILA, Street, event, open_door, records

Rows = psycopg.Connection[DictRow]
DOWN = Refusal("ServiceUnavailable", 503)


def again(body: Document) -> Document:
    """Meta posts the same item once more: it is accepted under another id."""
    return {**body, "accepted_id": str(uuid4())}


def at_once(bodies: list[Document]) -> Counter[str]:
    """Each body is taken in by a container of its own, all at the same time."""
    doors = [open_door("intake") for _ in bodies]
    with ThreadPoolExecutor(len(bodies)) as pool:
        taken = pool.map(
            lambda door, body: door.take_in(json.dumps(body)).outcome, doors, bodies, timeout=30
        )
        return Counter(taken)


def kept(all_rows: Rows, body: Document) -> list[DictRow]:
    """What was kept of an item that could not be placed."""
    query = "SELECT * FROM webhook_events WHERE id = %s"
    return all_rows.execute(query, [body["accepted_id"]]).fetchall()


# -- messages -------------------------------------------------------------------------------------


def test_a_message_delivered_twenty_times_is_one_row_and_one_wake(street: Street) -> None:
    body = street.message()
    for _ in range(2):
        answer = street.take_in(*(again(body) for _ in range(10)))
        assert answer == {"batchItemFailures": []}
    assert len(street.heard) == len(street.wakes) == len(street.rows("webhook_events")) == 1


def test_a_message_delivered_again_after_its_answer_wakes_nobody(street: Street) -> None:
    body = street.write()
    street.turn()
    street.aws.messages.clear()
    street.take_in(again(body))
    assert street.wakes == []
    assert street.conversation["read_seq"] == street.conversation["inbound_seq"] == 1


def test_eight_containers_with_one_message_store_it_once(street: Street) -> None:
    body = street.message()
    assert at_once([again(body) for _ in range(8)]) == {"received": 1, "duplicate": 7}
    assert [row["seq"] for row in street.heard] == [1]
    assert len({message["MessageDeduplicationId"] for message in street.aws.messages}) == 1


def test_first_messages_that_arrive_at_once_make_one_contact(street: Street) -> None:
    assert at_once([street.message() for _ in range(8)]) == {"received": 8}
    assert [row["seq"] for row in street.heard] == [*range(1, 9)]
    assert len(street.rows("contacts")) == len(street.rows("conversations")) == 1


def test_a_customer_who_writes_to_two_numbers_at_once_is_one_contact(
    street: Street, onboard_shop: Callable[..., ShopFile]
) -> None:
    number = str(uuid4().int)[:15]
    onboard_shop(workspace_id=str(street.shop.workspace_id), phone_number_id=number)
    for customer in range(573000000001, 573000000006):
        here = street.message(sender=str(customer))
        there = {**street.message(sender=str(customer)), "phone_number_id": number}
        assert at_once([here, there]) == {"received": 2}
    assert len(street.rows("contacts")) == 5
    assert len(street.rows("conversations")) == 10


def test_customers_of_one_shop_have_conversations_of_their_own(street: Street) -> None:
    street.take_in(street.message(), street.message(sender=ANDRES))
    assert {row["external_id"] for row in street.rows("conversations")} == {CAMILA, ANDRES}
    groups = [message["MessageGroupId"] for message in street.aws.messages]
    assert set(groups) == {str(row["id"]) for row in street.rows("conversations")}


def test_a_customer_who_adopts_a_username_stays_the_same_contact(street: Street) -> None:
    street.write("con teléfono")
    street.write("con los dos", from_user_id="CO.15025763946558")
    street.write("sin teléfono", sender="", from_user_id="CO.15025763946558")
    assert {row["external_id"] for row in street.rows("channel_identities")} == {
        CAMILA,
        "CO.15025763946558",
    }
    assert street.row("contacts")["phone"] == f"+{CAMILA}"
    assert [row["text"] for row in street.heard] == ["con teléfono", "con los dos", "sin teléfono"]


def test_a_phone_and_a_username_known_apart_do_not_lose_a_message(
    street: Street, onboard_shop: Callable[..., ShopFile]
) -> None:
    number = str(uuid4().int)[:15]
    onboard_shop(workspace_id=str(street.shop.workspace_id), phone_number_id=number)
    street.write("por teléfono")
    hidden = street.message("por usuario", sender="", from_user_id="CO.15025763946558")
    street.take_in({**hidden, "phone_number_id": number})
    street.write("soy yo", from_user_id="CO.15025763946558")
    assert {row["text"] for row in street.heard} == {"por teléfono", "por usuario", "soy yo"}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("a" * 65_536, "a" * 65_536),
        ("ni\x00uno", r"ni\u0000uno"),
        ("medio \ud83d emoji", r"medio \ud83d emoji"),
        ("مرحبا، كم السعر؟", "مرحبا، كم السعر؟"),
        ("👩‍👩‍👧 ¿qué precio?", "👩‍👩‍👧 ¿qué precio?"),
        (r"escrito \u0000", r"escrito \u0000"),
    ],
    ids=["empty", "64 KB", "NUL", "lone surrogate", "right to left", "emoji", "written escape"],
)
def test_a_text_is_stored_faithfully(street: Street, text: str, stored: str) -> None:
    street.write(text)
    [message] = street.heard
    assert (message["text"], message["text_escaped"]) == (stored, stored != text)
    assert street.row("webhook_events")["payload"]["text"]["body"] == text


def test_a_message_too_large_for_the_queue_is_fetched(street: Street) -> None:
    body = street.message("a" * 65_536)
    street.aws.objects["oversize/key"] = json.dumps(body).encode()
    street.take_in({**body, "raw": None, "profile": None, "oversize_key": "key"})
    assert [len(message["text"]) for message in street.heard] == [65_536]


def test_a_batch_of_all_kinds_is_placed_item_by_item(street: Street) -> None:
    bodies = [json.loads(record["body"]) for record in event("intake/batch")["Records"]]
    ours = [again(body) | {"phone_number_id": street.shop.phone_number_id} for body in bodies]
    assert street.take_in(*ours) == {"batchItemFailures": []}
    assert Counter(row["outcome"] for row in street.rows("webhook_events")) == {
        "received": 6,
        "unmatched_status": 1,
        "unknown_kind": 1,
    }
    assert len(street.rows("conversations")) == 3


# -- what cannot be placed ------------------------------------------------------------------------


def test_an_unknown_number_is_kept_once_and_fails_nobody_else(
    street: Street, all_rows: Rows
) -> None:
    stray = {**street.message(), "phone_number_id": "999"}
    for _ in range(2):
        assert street.take_in(stray, street.message()) == {"batchItemFailures": []}
    [event] = kept(all_rows, stray)
    assert (event["outcome"], event["workspace_id"]) == ("unknown_number", None)
    assert event["payload"] == stray["raw"]
    assert len(street.heard) == 2


def test_an_unknown_kind_is_kept_with_its_workspace(street: Street) -> None:
    [record] = event("intake/unknown_kind")["Records"]
    body = json.loads(record["body"]) | {"phone_number_id": street.shop.phone_number_id}
    assert street.take_in(again(body)) == {"batchItemFailures": []}
    assert street.row("webhook_events")["outcome"] == "unknown_kind"


@pytest.mark.parametrize(
    ("broken", "field"),
    [({"timestamp": "mañana"}, "timestamp"), ({"text": {}}, "text.body"), ({"id": 7}, "id")],
)
def test_a_malformed_message_is_kept_naming_its_field(
    street: Street, broken: dict[str, Any], field: str
) -> None:
    assert street.take_in(street.message(**broken)) == {"batchItemFailures": []}
    event = street.row("webhook_events")
    assert event["outcome"] == "malformed"
    assert field in event["detail"]
    assert street.heard == []


def test_a_status_of_nothing_we_sent_is_kept(street: Street) -> None:
    street.take_in(street.status("read"))
    assert street.row("webhook_events")["outcome"] == "unmatched_status"


# -- failures -------------------------------------------------------------------------------------


def test_a_failing_record_fails_only_its_own_group_and_keeps_its_order(street: Street) -> None:
    first, second = street.message("primero"), street.message("segundo")
    batch = records(first, second, street.message("aparte", sender=ANDRES))
    street.aws.refuse("SendMessageBatch", DOWN, DOWN)
    failed = street.invoke("intake", batch)["batchItemFailures"]
    names = [record["messageId"] for record in batch["Records"]]
    assert [failure["itemIdentifier"] for failure in failed] == names[:2]
    assert {row["text"] for row in street.heard} == {"primero", "aparte"}


def test_a_failing_record_says_why_in_the_log(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    street.aws.refuse("SendMessageBatch", DOWN, DOWN)
    street.take_in(street.message(), street.message(sender=ANDRES))
    [logged] = [record.exc_info for record in caplog.records if record.exc_info]
    assert logged[0] is Unavailable


def test_a_message_whose_wake_was_not_queued_is_woken_by_its_redelivery(street: Street) -> None:
    body = street.message()
    street.aws.refuse("SendMessageBatch", DOWN, DOWN)
    with pytest.raises(BatchProcessingError):
        street.take_in(body)
    street.take_in(body)
    assert [wake["inbound_seq"] for wake in street.wakes] == [1]
    assert len(street.heard) == 1


def test_an_object_that_is_not_there_yet_is_asked_for_again(street: Street) -> None:
    body = {**street.message(), "raw": None, "profile": None, "oversize_key": "late"}
    with pytest.raises(BatchProcessingError):
        street.take_in(body)
    assert street.rows("webhook_events") == []


# -- statuses -------------------------------------------------------------------------------------


def report(street: Street, status: str, **raw: Any) -> None:
    """Meta tells how the newest bubble fares."""
    bubble = street.bubbles[-1]
    name = {"id": bubble["provider_message_id"], "biz_opaque_callback_data": str(bubble["id"])}
    street.take_in(street.status(status, **name | raw))


@pytest.mark.parametrize(
    "order", ["sent delivered read", "read delivered sent", "delivered read sent delivered"]
)
def test_a_status_never_goes_backwards(street: Street, order: str) -> None:
    street.converse()
    for status in order.split():
        report(street, status)
    assert street.statuses == ["read"]
    [bubble] = street.bubbles
    assert all(bubble[f"{instant}_at"] for instant in ("sent", "delivered", "read"))


@pytest.mark.parametrize(
    ("reports", "status"),
    [
        ("failed", "failed: told later"),
        ("sent", "sent"),
        ("read", "read"),
        ("delivered failed", "delivered"),
        ("read failed delivered", "read"),
    ],
)
def test_a_bubble_nobody_knew_the_fate_of_is_settled_by_its_statuses(
    street: Street, reports: str, status: str
) -> None:
    street.graph.script({"close_after_accept": True})
    street.converse()
    for told in reports.split():
        report(street, told, id="wamid.late", errors=[{"code": 131026, "title": "told later"}])
    assert street.statuses == [status]


def test_a_failure_is_kept_with_metas_code(street: Street) -> None:
    street.converse()
    error = {"code": 131047, "title": "Re-engagement message"}
    report(street, "failed", errors=[error])
    assert street.statuses == ["failed: Re-engagement message"]
    assert street.bubbles[0]["error_code"] == 131047


def test_what_was_delivered_after_all_has_not_failed(street: Street) -> None:
    street.converse()
    report(street, "failed", errors=[{"code": 131000, "title": "Something went wrong"}])
    report(street, "delivered")
    assert street.statuses == ["delivered"]
    assert street.bubbles[0]["error_code"] is None


def test_a_status_faster_than_our_own_commit_is_kept(street: Street) -> None:
    class Hasty:
        """Meta reports before it answers."""

        def send(self, message: Outgoing) -> str:
            named = {"id": "wamid.hasty", "biz_opaque_callback_data": message.reference}
            report(street, "delivered", **named)
            return "wamid.hasty"

    street.write()
    street.turn()
    street.swap("send", messenger=Hasty())
    street.send()
    assert street.statuses == ["delivered"]
    assert street.bubbles[0]["provider_message_id"] == "wamid.hasty"


def test_a_status_finds_by_our_reference_a_bubble_whose_answer_was_lost(street: Street) -> None:
    street.graph.script({"close_after_accept": True})
    street.converse()
    assert street.statuses == ["uncertain: no_answer"]
    report(street, "delivered", id="wamid.never-heard")
    assert street.statuses == ["delivered"]
    assert street.bubbles[0]["provider_message_id"] == "wamid.never-heard"
    assert street.row("session_state")["templates_enviados"] == street.bubbles[0]["template_ids"]


def test_a_status_that_comes_by_another_number_moves_nothing(
    street: Street, onboard_shop: Callable[..., ShopFile]
) -> None:
    street.converse()
    other = onboard_shop()
    status = street.status("read", biz_opaque_callback_data=str(street.bubbles[0]["id"]))
    street.take_in({**status, "phone_number_id": other.phone_number_id})
    assert street.statuses == ["sent"]
