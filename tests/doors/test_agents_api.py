"""Machines speak to an agent: who may, what they are told, and that a message is run once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from morfx.api.request import MAX_BODY
from morfx.domain.content import MAX_TEXT
from morfx.domain.errors import MalformedRequest, VersionConflictError
from morfx.domain.shop import ShopFile
from tests.fakes.aws import Document, Refusal
from tests.fakes.lambda_context import FakeContext
from tests.street import Street, event, open_door

AGENT = "somnio-sales"
#: For as long as boto3 tries.
AWAY = [Refusal("InternalError", 500)] * 2


@dataclass
class Machine:
    """A shop's own program, at the API as API Gateway hands it on."""

    street: Street
    key: str
    customer: str = "ana-314"

    def say(self, text: str = "Hola, qué precio tiene?", **fields: Any) -> Document:
        """What was answered, after a 200."""
        status, answer = self.post({"customer": self.customer, "text": text, **fields})
        assert status == 200, answer
        return answer

    def post(
        self, body: object, *, agent: str = AGENT, headers: dict[str, str] | None = None
    ) -> tuple[int, Document]:
        raw = body if isinstance(body, str) else json.dumps(body)
        return self.ask({**event("agents_api/message"), "body": raw}, f"{agent}/messages", headers)

    def said(self, **query: str) -> Document:
        asked = {**event("agents_api/said"), "queryStringParameters": query}
        status, page = self.ask(asked, f"{AGENT}/messages")
        assert status == 200, page
        return page

    def session(self, session_id: object) -> tuple[int, Document]:
        return self.ask(event("agents_api/session"), f"{AGENT}/sessions/{session_id}")

    def ask(
        self, asked: Document, path: str, headers: dict[str, str] | None = None
    ) -> tuple[int, Document]:
        answer = self.answer(asked, path, headers)
        return answer["statusCode"], json.loads(answer["body"])

    def answer(self, asked: Document, path: str, headers: dict[str, str] | None = None) -> Document:
        own = {"host": "api", "authorization": f"Bearer {self.key}"}
        request = {**asked, "rawPath": f"/v1/agents/{path}", "headers": own | (headers or {})}
        given: Document = self.street.invoke("agents_api", request)
        return given


def issue(street: Street, **fields: object) -> Document:
    command = {**event("api_keys/issue"), "workspace_id": str(street.shop.workspace_id)}
    issued: Document = street.invoke("api_keys", command | fields)
    return issued


@pytest.fixture
def machine(street: Street) -> Machine:
    return Machine(street, issue(street)["key"])


@pytest.fixture
def stranger(street: Street, machine: Machine, onboard_shop: Callable[..., ShopFile]) -> Machine:
    """Another shop's program."""
    other = replace(street, shop=onboard_shop())
    return Machine(other, issue(other)["key"])


def words(answer: Document) -> list[str]:
    return [bubble["text"] for bubble in answer["messages"]]


# -- what an answer holds -------------------------------------------------------------------------


def test_a_question_is_answered_with_what_was_said_and_where_the_session_stands(
    machine: Machine, street: Street
) -> None:
    answer = machine.say()

    [bubble] = answer["messages"]
    assert "$77.900" in bubble["text"]
    assert (bubble["position"], bubble["type"], bubble["status"]) == (0, "text", "sent")
    assert answer["session_id"] == str(street.row("agent_sessions")["id"])
    assert answer["conversation_id"] == str(street.conversation["id"])
    assert {"intent": "precio"}.items() <= answer["intents"][-1].items()
    assert 0 < answer["intents"][-1]["confidence"] <= 100
    assert answer["missing"] == ["nombre", "telefono", "ciudad", "direccion"]
    assert answer["mode"] == "conversacion"
    assert (answer["order"], answer["pack"], answer["data"]) == (None, None, {})
    assert (answer["silence_reason"], answer["handoff_reason"]) == (None, None)
    assert answer["tokens"] == {"input": 0, "output": 0, "cost": "0", "models": {}}


def test_a_purchase_is_made_message_by_message(machine: Machine, street: Street) -> None:
    machine.say()
    data = machine.say("quiero comprar. Ana Gómez, 3001112233, Calle 5 # 3-20, Cali")
    chosen = machine.say("el de 2")
    bought = machine.say("sí, confirmo")

    assert (data["data"]["ciudad"], data["missing"]) == ("Cali", [])
    assert data["timer"]["level"] == 3
    assert chosen["pack"] == "2x"
    order = {name: bought["order"][name] for name in ("status", "total", "currency", "pack")}
    assert order == {"status": "confirmed", "total": "109900.00", "currency": "COP", "pack": "2x"}
    assert bought["order"]["id"] == str(street.row("orders")["id"])
    assert bought["mode"] == "compra_confirmada"


def test_the_phone_a_caller_gives_is_the_customers_unless_they_say_another(
    machine: Machine, street: Street
) -> None:
    machine.say(phone="+573001112233", name="Ana")

    contact = street.row("contacts")
    assert (contact["phone"], contact["name"]) == ("+573001112233", "Ana")
    assert street.row("channel_identities")["external_id"] == machine.customer


def test_every_bubble_passes_the_send_gate_and_a_refused_one_says_why(
    machine: Machine, street: Street
) -> None:
    machine.say()
    first = machine.said()["after"]
    again = machine.say()
    street.change("contacts", opted_out_at=datetime.now(UTC))
    silent = machine.say()

    assert [bubble["status"] for bubble in again["messages"]] == ["sent"]
    assert (silent["messages"], silent["silence_reason"]) == ([], "opted_out")
    assert words(machine.said(after=str(first))) == words(again)


def test_a_bubble_that_must_wait_is_left_to_the_message_sequence(
    machine: Machine, street: Street
) -> None:
    machine.say("hola")
    street.change(
        "channels",
        "kind = 'api'",
        paused_until=datetime.now(UTC) + timedelta(hours=1),
        paused_because="a person said so",
    )

    [bubble] = machine.say()["messages"]

    assert (bubble["status"], bubble["reason"]) == ("queued", "number_paused")
    street.change("channels", "kind = 'api'", paused_until=None, paused_because=None)
    street.change("messages", "status = 'queued'", not_before=datetime.now(UTC))
    street.invoke("housekeeping", event("housekeeping/clock"))
    assert street.send()["outcome"] == "sent"
    assert "$77.900" in words(machine.said())[-1]


def test_a_conversation_a_person_has_taken_is_silent_and_says_so(
    machine: Machine, street: Street
) -> None:
    machine.say()
    street.change("conversations", bot_state="off")

    answer = machine.say()

    assert (answer["messages"], answer["silence_reason"]) == ([], "handed_off")
    assert answer["session_id"] == str(street.row("agent_sessions")["id"])


# -- once -----------------------------------------------------------------------------------------


def test_the_same_key_again_is_told_the_same_and_nothing_runs_twice(
    machine: Machine, street: Street
) -> None:
    key = {"idempotency-key": "pedido-1"}
    body = {"customer": machine.customer, "text": "qué precio tiene?"}
    _, first = machine.post(body, headers=key)
    machine.say("quiero comprar")
    turns, sent = len(street.rows("turn_proofs")), len(street.bubbles)

    status, again = machine.post(body, headers=key)
    by_body = machine.say(body["text"], message_id="pedido-1")

    assert (status, again, by_body) == (200, first, first)
    assert first["message_id"] == "pedido-1"
    assert (len(street.rows("turn_proofs")), len(street.bubbles)) == (turns, sent)


def test_a_message_without_a_name_is_given_one_that_can_be_repeated(machine: Machine) -> None:
    answer = machine.say()

    assert machine.say(message_id=answer["message_id"]) == answer


@pytest.mark.parametrize(
    "other", [{"text": "otra cosa", "customer": "ana-314"}, {"customer": "luis", "text": "hola"}]
)
def test_a_name_stands_for_one_message_of_one_customer(
    machine: Machine, street: Street, other: Document
) -> None:
    machine.say("hola", message_id="uno")

    status, refused = machine.post({**other, "message_id": "uno"})

    assert status == 422
    assert refused["error"]["fields"][0]["field"] == "message_id"
    assert len(street.conversations) == 1


def test_a_wake_of_the_queue_finds_nothing_unread(machine: Machine, street: Street) -> None:
    machine.say()
    [wake] = street.wakes
    said = len(street.bubbles)

    assert street.turn(wake) == {"batchItemFailures": []}
    assert len(street.bubbles) == said


def test_what_a_dead_door_left_is_answered_by_the_queue_and_found_by_the_next_call(
    machine: Machine, street: Street
) -> None:
    street.aws.refuse("SendMessageBatch", *AWAY)
    status, _ = machine.post({"customer": machine.customer, "text": "precio?", "message_id": "m1"})
    assert (status, street.conversation["read_seq"]) == (503, 0)

    answer = machine.say("precio?", message_id="m1")

    assert "$77.900" in words(answer)[0]
    assert (len(street.heard), len(street.wakes)) == (1, 1)


def test_an_answer_that_a_turn_of_the_queue_gave_is_said_and_told(
    machine: Machine, street: Street
) -> None:
    street.aws.refuse("SendMessageBatch", *AWAY)
    machine.post({"customer": machine.customer, "text": "precio?", "message_id": "m1"})
    [row] = street.rows("conversations")
    wake = {
        "kind": "customer_message",
        "workspace_id": str(street.shop.workspace_id),
        "conversation_id": str(row["id"]),
        "inbound_seq": 1,
    }
    street.turn(wake)
    assert street.statuses == ["queued"]

    answer = machine.say("precio?", message_id="m1")

    assert [bubble["status"] for bubble in answer["messages"]] == ["sent"]
    assert street.send()["outcome"] == "done"


def test_a_door_that_dies_before_it_has_said_its_answer_leaves_it_to_the_clock(
    machine: Machine, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr("morfx.api.dialogue.Dialogue._say", died)
        with pytest.raises(RuntimeError):
            machine.post(message("m1"))
    assert (street.statuses, street.sequences) == (["queued"], [])
    a_minute_ago = datetime.now(UTC) - timedelta(seconds=61)
    street.change("messages", "status = 'queued'", created_at=a_minute_ago)

    street.invoke("housekeeping", event("housekeeping/clock"))
    assert street.send()["outcome"] == "sent"

    assert "$77.900" in words(machine.said())[0]
    assert words(machine.say(**message("m1"))) == words(machine.said())


def test_what_a_door_had_in_hand_when_it_died_can_be_read(
    machine: Machine, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("morfx.api.dialogue.PATIENCE", timedelta(seconds=0.3))
    with monkeypatch.context() as dying:
        dying.setattr("morfx.adapters.mailbox.Mailbox.send", died)
        with pytest.raises(RuntimeError):
            machine.post(message("m1"))

    assert "$77.900" in words(machine.said())[0]
    [bubble] = machine.say(**message("m1"))["messages"]
    assert bubble["status"] == "sending"


def died(*_: object) -> None:
    raise RuntimeError("the container is gone")


def test_two_calls_at_once_on_one_conversation_are_both_answered_and_nothing_is_said_twice(
    machine: Machine, street: Street
) -> None:
    machine.say("hola")
    before = len(street.bubbles)
    doors = [open_door("agents_api") for _ in range(2)]
    texts = ["qué precio tiene?", "hacen envíos a Cali?"]

    def call(number: int) -> Document:
        body = {"customer": machine.customer, "text": texts[number]}
        own = {"host": "api", "authorization": f"Bearer {machine.key}"}
        asked = {**event("agents_api/message"), "body": json.dumps(body), "headers": own}
        given: Document = doors[number].handler(asked, FakeContext())
        return given

    with ThreadPoolExecutor(2) as callers:
        answers = list(callers.map(call, range(2)))

    assert {answer["statusCode"] for answer in answers} <= {200, 409}
    said = [bubble for bubble in street.bubbles[before:] if bubble["status"] == "sent"]
    assert len({bubble["text"] for bubble in said}) == len(said) > 0
    assert street.conversation["read_seq"] == street.conversation["inbound_seq"] == 3
    told = [words(json.loads(answer["body"])) for answer in answers if answer["statusCode"] == 200]
    assert {text for each in told for text in each} == {bubble["text"] for bubble in said}


def test_a_conversation_that_another_turn_keeps_is_a_conflict_and_is_answered_later(
    machine: Machine, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.say("hola")
    street.change(
        "conversations", turn_id=uuid4(), lease_until=datetime.now(UTC) + timedelta(seconds=40)
    )
    monkeypatch.setattr("morfx.api.dialogue.PATIENCE", timedelta(seconds=0.3))

    asked = {**event("agents_api/message"), "body": json.dumps(busy := message("m2"))}
    refused = machine.answer(asked, f"{AGENT}/messages")

    assert refused["statusCode"] == 409
    assert json.loads(refused["body"])["error"]["code"] == "CONVERSATION_BUSY"
    assert refused["headers"]["Retry-After"] == "2"
    street.change("conversations", turn_id=None, lease_until=None)
    street.turn()
    assert "$77.900" in words(machine.say(busy["text"], message_id="m2"))[0]


def test_a_session_that_others_always_write_first_is_a_conflict_and_is_answered_later(
    machine: Machine, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> None:
        raise VersionConflictError

    with monkeypatch.context() as contended:
        contended.setattr("morfx.adapters.postgres.turns.PostgresTurns.commit", lose)
        status, refused = machine.post(message("m3"))

    assert (status, refused["error"]["code"]) == (409, "VERSION_CONFLICT")
    assert refused["error"]["message_id"] == "m3"
    street.turn()
    assert "$77.900" in words(machine.say(**message("m3")))[0]
    assert len(street.bubbles) == 1


def message(name: str) -> dict[str, str]:
    return {"customer": "ana-314", "text": "qué precio tiene?", "message_id": name}


# -- what is said without being asked -------------------------------------------------------------


def test_what_a_timer_says_later_can_be_read_on_from_the_last_number(
    machine: Machine, street: Street
) -> None:
    street.change("workspace_agent_config", quiet_hours_enabled=False)
    machine.say("quiero comprar")
    before = machine.said()
    assert machine.said(after=str(before["after"])) == {
        "messages": [],
        "after": before["after"],
        "more": False,
    }
    street.expire()
    assert street.send()["outcome"] == "sent"

    page = machine.said(after=str(before["after"]))

    [nudge] = page["messages"]
    assert (nudge["purpose"], nudge["customer"]) == ("proactive", machine.customer)
    assert nudge["number"] == page["after"] == before["after"] + 1
    assert machine.said(after=str(before["after"]), customer="luis")["messages"] == []


def test_pages_follow_each_other_without_a_gap(machine: Machine) -> None:
    for text in ("hola", "qué precio tiene?", "qué contiene?"):
        machine.say(text)
    whole = machine.said()

    pages, after = [], 0
    while True:
        page = machine.said(after=str(after), limit="1")
        pages += page["messages"]
        after = page["after"]
        if not page["more"]:
            break

    assert pages == whole["messages"]
    assert [bubble["number"] for bubble in pages] == list(range(1, len(pages) + 1))


def test_a_session_is_read_as_it_stands(machine: Machine) -> None:
    answer = machine.say("quiero comprar")

    status, session = machine.session(answer["session_id"])

    assert (status, session["customer"], session["status"]) == (200, machine.customer, "active")
    same = ("mode", "data", "missing", "pack", "order", "timer", "session_id", "conversation_id")
    assert {name: session[name] for name in same} == {name: answer[name] for name in same}


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer mx_000000000000_0123456789012345678901234567890123456789012",
        "Basic bXg6eA==",
        "{key}",
        "Bearer {key}x",
    ],
)
def test_without_a_right_key_nobody_is_answered(
    machine: Machine, street: Street, authorization: str
) -> None:
    asked = event("agents_api/message")
    headers = {"authorization": authorization.format(key=machine.key)}

    answer = machine.answer(asked, f"{AGENT}/messages", headers)

    assert answer["statusCode"] == 401
    assert answer["headers"]["WWW-Authenticate"] == "Bearer"
    assert json.loads(answer["body"])["error"]["code"] == "UNAUTHORIZED"
    assert street.heard == []


def test_a_revoked_and_an_expired_key_open_nothing(machine: Machine, street: Street) -> None:
    prefix = machine.key.split("_")[1]
    soon = Machine(street, issue(street, expires_at="2999-01-01T00:00:00Z")["key"])
    assert soon.post({})[0] == 422
    street.change("api_keys", "expires_at IS NOT NULL", expires_at=datetime.now(UTC))
    workspace = str(street.shop.workspace_id)
    street.invoke("api_keys", {"action": "revoke", "workspace_id": workspace, "prefix": prefix})

    assert (machine.post({})[0], soon.post({})[0]) == (401, 401)
    listed = street.invoke("api_keys", {"action": "list", "workspace_id": workspace})["keys"]
    assert [bool(key["revoked_at"]) for key in listed] == [True, False]


def test_a_key_is_kept_as_a_hash_only(machine: Machine, street: Street) -> None:
    secret = machine.key.split("_", 2)[2]

    row = street.row("api_keys")

    assert secret not in str(row)
    assert len(row["secret_sha256"]) == 32
    machine.say()
    assert street.row("api_keys")["last_used_at"] is not None


def test_a_key_of_another_shop_sees_nothing(machine: Machine, stranger: Machine) -> None:
    answer = machine.say(message_id="m1")

    assert stranger.session(answer["session_id"])[0] == 404
    assert stranger.said()["messages"] == []
    theirs = stranger.say(message_id="m1")
    assert theirs["conversation_id"] != answer["conversation_id"]


def test_what_was_written_over_whatsapp_is_not_read_over_the_api(
    machine: Machine, street: Street
) -> None:
    street.converse()

    assert machine.said()["messages"] == []
    assert machine.session(street.row("agent_sessions")["id"])[0] == 404
    assert machine.session("none")[0] == 404


def test_an_unknown_agent_is_not_found_and_a_foreign_one_is_forbidden(
    machine: Machine, street: Street
) -> None:
    assert machine.post(message("a"), agent="nobody")[0] == 404
    street.change("workspace_agent_config", conversational_agent_id="another")
    status, refused = machine.post(message("a"))

    assert (status, refused["error"]["code"]) == (403, "FORBIDDEN")
    assert street.heard == []


def test_a_key_that_is_used_too_often_is_told_to_wait(machine: Machine, street: Street) -> None:
    street.change("api_keys", requests_per_second=1)
    machine.say()

    refused = machine.answer(event("agents_api/message"), f"{AGENT}/messages")

    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (429, "1")


# -- what is asked wrongly ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["customer", "text"]),
        ({"customer": " ", "text": "   "}, ["customer", "text"]),
        ({"customer": 7, "text": None}, ["customer", "text"]),
        ({"customer": "a", "text": "x" * (MAX_TEXT + 1)}, ["text"]),
        ({"customer": "a", "text": "hola", "phone": "300 111"}, ["phone"]),
        ({"customer": "a", "text": "hola", "message_id": "ñ"}, ["message_id"]),
        ({"customer": "a", "text": "hola", "workspace_id": "x"}, ["workspace_id"]),
        ([], ["body"]),
    ],
)
def test_every_wrong_field_is_named_at_once(
    machine: Machine, street: Street, body: object, fields: list[str]
) -> None:
    status, refused = machine.post(body)

    assert (status, refused["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert [wrong["field"] for wrong in refused["error"]["fields"]] == fields
    assert street.heard == []


def test_the_longest_text_of_whatsapp_is_taken(machine: Machine, street: Street) -> None:
    body = json.dumps({"customer": "a", "text": "😀" * (MAX_TEXT // 2) + "\x00" * (MAX_TEXT // 2)})

    assert (machine.post(body)[0], len(body) < MAX_BODY) == (200, True)
    assert len(street.heard) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("no", 400, "INVALID_JSON"),
        ("", 400, "INVALID_JSON"),
        ('{"customer": "a", "text": "\\ud800"}', 400, "INVALID_JSON"),
        ('"' + "x" * MAX_BODY + '"', 413, "TOO_LARGE"),
    ],
)
def test_what_is_no_json_or_too_much_is_refused(
    machine: Machine, body: str, status: int, code: str
) -> None:
    answered, refused = machine.post(body)

    assert (answered, refused["error"]["code"]) == (status, code)


def test_a_header_and_a_field_that_name_it_differently_are_refused(machine: Machine) -> None:
    status, refused = machine.post(message("one"), headers={"idempotency-key": "two"})
    assert (status, refused["error"]["fields"][0]["field"]) == (422, "message_id")

    status, refused = machine.post({"customer": "a", "text": "b"}, headers={"idempotency-key": ""})
    assert (status, refused["error"]["fields"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"limit": "0"}, {"limit": "101"}, {"since": "1"}]
)
def test_a_wrong_query_is_named(machine: Machine, query: dict[str, str]) -> None:
    asked = {**event("agents_api/said"), "queryStringParameters": query}

    status, refused = machine.ask(asked, f"{AGENT}/messages")

    assert (status, [f["field"] for f in refused["error"]["fields"]]) == (422, list(query))


def test_what_fails_in_passing_is_503_and_leaks_nothing(machine: Machine, street: Street) -> None:
    street.aws.refuse("SendMessageBatch", *AWAY)
    asked = {"customer": "ana", "text": "qué precio tiene?"}

    refused = machine.answer(
        {**event("agents_api/message"), "body": json.dumps(asked)}, f"{AGENT}/messages"
    )

    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (503, "2")
    error = json.loads(refused["body"])["error"]
    assert set(error) == {"code", "message", "message_id"}
    assert error["code"] == "UNAVAILABLE"
    status, answer = machine.post(asked | {"message_id": error["message_id"]})
    assert (status, len(street.heard)) == (200, 1)
    assert "$77.900" in words(answer)[0]


# -- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ({"action": "issue"}, "workspace_id"),
        ({"action": "issue", "workspace_id": str(uuid4()), "name": "x"}, "no workspace"),
        ({"action": "revoke", "workspace_id": str(uuid4()), "prefix": "abc"}, "no key abc"),
        ({"action": "forget"}, "action"),
        (
            {
                "action": "issue",
                "workspace_id": str(uuid4()),
                "name": "x",
                "expires_at": "2020-01-01T00:00:00Z",
            },
            "expires_at",
        ),
    ],
)
def test_a_wrong_command_about_keys_is_refused_naming_the_field(
    street: Street, command: Document, problem: str
) -> None:
    with pytest.raises(MalformedRequest, match=problem):
        street.invoke("api_keys", command)


def test_another_shops_key_cannot_be_revoked(machine: Machine, stranger: Machine) -> None:
    with pytest.raises(MalformedRequest):
        stranger.street.invoke(
            "api_keys",
            {
                "action": "revoke",
                "workspace_id": str(stranger.street.shop.workspace_id),
                "prefix": machine.key.split("_")[1],
            },
        )
    machine.say()
