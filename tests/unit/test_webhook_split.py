"""A webhook becomes one item per message and status; nothing is dropped, nothing raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.adapters.whatsapp.webhook import Item, split

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def webhook(*changes: object) -> dict[str, object]:
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [change]} for change in changes],
    }


def change(number: object = "111", **value: object) -> dict[str, object]:
    metadata = {"phone_number_id": number}
    return {"field": "messages", "value": {"metadata": metadata, **value}}


def message(name: str = "wamid.1", sender: str = "573001", **more: object) -> dict[str, object]:
    return {"id": name, "from": sender, "timestamp": "1", "type": "text", **more}


def status(name: str = "wamid.1", kind: str = "sent", to: str = "573001") -> dict[str, object]:
    return {"id": name, "status": kind, "timestamp": "1", "recipient_id": to}


#: Some known key of Meta's, holding anything.
loose_values = st.dictionaries(
    st.sampled_from(["messages", "statuses", "contacts", "metadata", "errors", "field", "value"]),
    json_values | st.lists(st.just(message()) | st.just(status()) | json_values, max_size=3),
)
loose_changes = st.builds(lambda value: {"field": "messages", "value": value}, loose_values)
loose_webhooks = st.builds(lambda changes: webhook(*changes), st.lists(loose_changes | json_values))


@given(payload=json_values | loose_webhooks)
def test_any_document_gives_at_least_one_item_with_names_a_queue_takes(payload: object) -> None:
    items = split(payload)
    assert items
    for item in items:
        assert len(item.group) <= 128
        assert len(item.deduplication_id) <= 128
        assert json.loads(json.dumps(item.raw)) == item.raw


batches = st.lists(
    st.tuples(st.sampled_from(["111", "222"]), st.sampled_from(["573001", "573002", "573003"])),
    min_size=1,
    max_size=30,
)


@given(batch=batches)
def test_every_message_comes_out_once_and_in_order_within_its_group(
    batch: list[tuple[str, str]],
) -> None:
    sent = [(number, message(str(i), sender)) for i, (number, sender) in enumerate(batch)]
    items = split(webhook(*(change(number, messages=[raw]) for number, raw in sent)))
    assert [(item.phone_number_id, item.raw) for item in items] == sent
    assert len({item.deduplication_id for item in items}) == len(sent)
    assert len({item.group for item in items}) == len(set(batch))


def only(payload: object) -> Item:
    (item,) = split(payload)
    return item


def test_messages_statuses_and_tenants_of_one_webhook_are_told_apart() -> None:
    items = split(
        webhook(
            change("111", messages=[message("a"), message("b", "573002")]),
            change("222", messages=[message("c")], statuses=[status("d")]),
        )
    )
    assert [(item.kind, item.phone_number_id) for item in items] == [
        ("message", "111"),
        ("message", "111"),
        ("message", "222"),
        ("status", "222"),
    ]


def test_the_same_customer_of_two_shops_is_two_groups() -> None:
    mine, theirs = split(
        webhook(change("111", messages=[message()]), change("222", messages=[message()]))
    )
    assert mine.group != theirs.group


def test_a_redelivery_has_the_same_deduplication_id() -> None:
    payload = webhook(change(messages=[message()]), change(statuses=[status()]), {"field": "x"})
    assert [item.deduplication_id for item in split(payload)] == [
        item.deduplication_id for item in split(json.loads(json.dumps(payload)))
    ]


def test_each_status_of_a_message_is_an_item_of_its_own() -> None:
    statuses = [status(kind=kind) for kind in ("sent", "delivered", "read", "failed")]
    items = split(webhook(change(statuses=statuses)))
    assert len({item.deduplication_id for item in items}) == 4
    assert len({item.group for item in items}) == 1


def test_each_message_carries_the_profile_of_its_own_sender() -> None:
    contacts = [
        {"profile": {"name": "Ana"}, "wa_id": "573001"},
        {"profile": {"name": "Luz"}, "user_id": "CO.2", "wa_id": "573002"},
    ]
    messages = [message("a", "573002"), message("b", "573001"), message("c", "573003")]
    items = split(webhook(change(contacts=contacts, messages=messages)))
    assert [item.profile for item in items] == [contacts[1], contacts[0], None]


def test_a_customer_without_a_phone_is_grouped_by_the_user_id() -> None:
    contacts = [{"profile": {"name": "Luz"}, "user_id": "CO.2"}]
    hidden = {"id": "a", "timestamp": "1", "type": "text", "text": {"body": "hola"}}
    named = {**hidden, "id": "b", "from_user_id": "CO.2"}
    items = split(webhook(change(contacts=contacts, messages=[hidden, named])))
    assert [item.kind for item in items] == ["message", "message"]
    assert len({item.group for item in items}) == 1


def test_a_group_tells_nobody_the_phone_number() -> None:
    assert "573001" not in only(webhook(change(messages=[message(sender="573001")]))).group


def without(raw: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in raw.items() if name != key}


STRANGE: list[Any] = [
    None,
    [],
    {},
    "hola",
    3,
    {"object": "page", "entry": []},
    {"object": "whatsapp_business_account"},
    {"object": "whatsapp_business_account", "entry": {}},
    webhook(),
    webhook({"field": "account_alerts", "value": {"alert": 1}}),
    webhook({"field": "messages"}),
    webhook({"field": ["messages"], "value": []}),
    webhook(change()),
    webhook(change(messages=[])),
    webhook(change(messages=message())),
    webhook(change(messages=["hola"])),
    webhook(change(errors=[{"code": 131000}])),
    webhook(change(number=None, messages=[message()])),
    webhook(change(number=["111"], messages=[message()])),
    webhook(change(messages=[without(message(), "id")])),
    webhook(change(messages=[without(message(), "from")])),
    webhook(change(messages=[message(sender="")])),
    webhook(change(messages=[{**message(), "id": 5}])),
    webhook(change(statuses=[status(kind="teleported")])),
    webhook(change(statuses=[{**status(), "status": ["sent"]}])),
    webhook(change(statuses=[without(status(), "id")])),
]


@pytest.mark.parametrize("payload", STRANGE, ids=json.dumps)
def test_what_is_not_understood_is_kept_whole_as_unknown(payload: object) -> None:
    item = only(payload)
    assert item.kind == "unknown"
    assert json.dumps([item.raw])[2:-2] in json.dumps([payload])


def test_what_stands_beside_a_message_is_kept_too() -> None:
    items = split(webhook(change(messages=[message()], errors=[{"code": 1}], statuses="soon")))
    assert [(item.kind, item.raw) for item in items] == [
        ("message", message()),
        ("unknown", {"errors": [{"code": 1}]}),
        ("unknown", {"statuses": "soon"}),
    ]
