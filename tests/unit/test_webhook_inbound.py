"""One item of a webhook, read into the words of the house."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.adapters.whatsapp import inbound
from morfx.domain.errors import MalformedWebhook
from morfx.domain.message import InboundMessage, StatusUpdate

RAW: dict[str, Any] = {
    "id": "wamid.1",
    "from": "573001234567",
    "timestamp": "1795262400",
    "type": "text",
    "text": {"body": "hola"},
}
STATUS: dict[str, Any] = {
    "id": "wamid.2",
    "status": "delivered",
    "timestamp": "1795262400",
    "recipient_id": "573001234567",
    "biz_opaque_callback_data": "our-id",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_a_text_message_is_read_whole() -> None:
    profile = {"profile": {"name": "Camila"}, "wa_id": "573001234567"}
    assert inbound.message({**RAW, "context": {"id": "wamid.0"}}, profile) == InboundMessage(
        provider_message_id="wamid.1",
        sender="573001234567",
        sender_phone="573001234567",
        profile_name="Camila",
        type="text",
        text="hola",
        sent_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        reply_to="wamid.0",
    )


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"type": "button", "button": {"payload": "x", "text": "Sí"}}, "Sí"),
        (
            {"type": "interactive", "interactive": {"button_reply": {"id": "a", "title": "2x"}}},
            "2x",
        ),
        (
            {"type": "interactive", "interactive": {"list_reply": {"id": "a", "title": "3x"}}},
            "3x",
        ),
        ({"type": "image", "image": {"id": "1", "caption": "¿este?"}}, "¿este?"),
        ({"type": "video", "video": {"id": "1", "caption": "mira"}}, "mira"),
        ({"type": "document", "document": {"id": "1", "caption": "la cédula"}}, "la cédula"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}}, "👍"),
        ({"type": "order", "order": {"text": "dos", "product_items": []}}, "dos"),
        ({"type": "audio", "audio": {"id": "1", "voice": True}}, ""),
        ({"type": "sticker", "sticker": {"id": "1"}}, ""),
        ({"type": "image", "image": {"id": "1"}}, ""),
        ({"type": "location", "location": {"latitude": 4.6, "longitude": -74.1}}, ""),
        ({"type": "contacts", "contacts": [{"name": {"first_name": "Ana"}}]}, ""),
        ({"type": "interactive", "interactive": {"nfm_reply": {"name": "flow"}}}, ""),
        ({"type": "system", "system": {"body": "cambió de número"}}, ""),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, ""),
        ({"type": "teletransporte"}, ""),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_what_the_person_wrote_or_chose_is_the_text(part: dict[str, Any], said: str) -> None:
    raw = {key: value for key, value in RAW.items() if key != "text"} | part
    read = inbound.message(raw, None)
    assert (read.type, read.text) == (part["type"], said)


def test_a_reaction_answers_the_message_it_reacts_to() -> None:
    raw = RAW | {"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": ""}}
    assert inbound.message(raw, None).reply_to == "wamid.0"


@given(
    text=st.text(st.characters(codec=None)) | st.sampled_from(["", "\x00", "\ud83d", "ñ" * 65_536])
)
def test_any_text_at_all_is_taken_as_it_is(text: str) -> None:
    assert inbound.message(RAW | {"text": {"body": text}}, None).text == text


def test_a_message_without_a_type_is_of_unknown_type() -> None:
    raw = {key: value for key, value in RAW.items() if key not in ("type", "text")}
    assert inbound.message(raw, None).type == "unknown"


@pytest.mark.parametrize(
    ("raw", "profile", "sender", "phone"),
    [
        ({"from": "573001"}, None, "573001", "573001"),
        ({"from": "573001", "from_user_id": "CO.9"}, None, "CO.9", "573001"),
        ({"from": "573001"}, {"user_id": "CO.9", "wa_id": "573001"}, "CO.9", "573001"),
        ({"from_user_id": "CO.9"}, {"user_id": "CO.9"}, "CO.9", None),
        ({}, {"user_id": "CO.9", "wa_id": "573001"}, "CO.9", "573001"),
        ({}, {"wa_id": "573001"}, "573001", "573001"),
    ],
)
def test_the_sender_is_the_user_id_where_there_is_one_and_the_phone_is_kept(
    raw: dict[str, object], profile: object, sender: str, phone: str | None
) -> None:
    base = {key: value for key, value in RAW.items() if key != "from"}
    read = inbound.message(base | raw, profile)
    assert (read.sender, read.sender_phone) == (sender, phone)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": 7}, "id"),
        ({"from": None}, "from"),
        ({"from": ["573001"]}, "from"),
        ({"timestamp": "ayer"}, "timestamp"),
        ({"timestamp": "-1"}, "timestamp"),
        ({"timestamp": "9" * 30}, "timestamp"),
        ({"timestamp": "253402300800"}, "timestamp"),
        ({"timestamp": "²"}, "timestamp"),
        ({"timestamp": 1795262400.5}, "timestamp"),
        ({"type": {}}, "type"),
        ({"text": {"body": 5}}, "text.body"),
        ({"text": {}}, "text.body"),
        ({"text": None}, "text.body"),
    ],
    ids=str,
)
def test_a_field_that_is_missing_or_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedWebhook) as error:
        inbound.message(RAW | change, None)
    assert error.value.context["field"] == field


def test_an_error_does_not_repeat_what_the_customer_wrote() -> None:
    with pytest.raises(MalformedWebhook) as error:
        inbound.message(RAW | {"text": {"body": ["vivo en la calle 5"]}}, None)
    assert "calle" not in f"{error.value!r} {error.value.__cause__!r} {error.value.__cause__}"


def test_a_status_is_read_whole() -> None:
    assert inbound.status(STATUS) == StatusUpdate(
        provider_message_id="wamid.2",
        reference="our-id",
        status="delivered",
        at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        error_code=None,
        error_title=None,
    )


def test_a_failure_says_why() -> None:
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    read = inbound.status(STATUS | {"status": "failed", "errors": errors})
    assert (read.status, read.error_code, read.error_title) == (
        "failed",
        131047,
        "Re-engagement message",
    )


def test_a_voice_message_that_was_played_was_read() -> None:
    assert inbound.status(STATUS | {"status": "played"}).status == "read"


def test_a_status_without_our_reference_is_still_a_status() -> None:
    raw = {key: value for key, value in STATUS.items() if key != "biz_opaque_callback_data"}
    assert inbound.status(raw).reference is None


@pytest.mark.parametrize("field", ["id", "status", "timestamp"])
def test_a_status_must_say_of_what_which_and_when(field: str) -> None:
    with pytest.raises(MalformedWebhook) as error:
        inbound.status({key: value for key, value in STATUS.items() if key != field})
    assert error.value.context["field"] == field


@given(
    key=st.sampled_from(sorted(RAW | STATUS | {"context": 1, "errors": 1, "reaction": 1})),
    value=json_values,
    profile=json_values,
)
def test_strange_content_is_read_or_refused_by_name(
    key: str, value: object, profile: object
) -> None:
    assert refused_field(lambda: inbound.message(RAW | {key: value}, profile)) != ""
    assert refused_field(lambda: inbound.status(STATUS | {key: value})) != ""


def refused_field(read: Callable[[], object]) -> object:
    try:
        read()
    except MalformedWebhook as refusal:
        return refusal.context["field"]
    return None
