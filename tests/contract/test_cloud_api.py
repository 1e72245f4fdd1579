"""Sending through Meta's Cloud API: one request a call, and the truth about how it ended."""

import socket
from collections.abc import Callable, Iterator, Mapping

import pytest

from local.graph_api import GraphApi
from morfx.adapters.whatsapp.cloud_api import CloudApi
from morfx.domain.errors import (
    CredentialMissing,
    DeliveryUncertain,
    MorfxError,
    SendRejected,
    Throttled,
    Unavailable,
)

Send = Callable[..., str]


class Tokens:
    """Secrets of two receiving numbers; the second has lost its token."""

    def get(self, name: str) -> Mapping[str, str]:
        known = {"morfx/whatsapp/111": {"access_token": "token-of-111"}, "morfx/whatsapp/222": {}}
        if name not in known:
            raise CredentialMissing(f"there is no secret {name}")
        return known[name]


@pytest.fixture
def graph_api() -> Iterator[GraphApi]:
    api = GraphApi().start()
    yield api
    api.stop()


@pytest.fixture
def send(graph_api: GraphApi) -> Send:
    return sender(graph_api.url)


def sender(base_url: str) -> Send:
    cloud_api = CloudApi(
        base_url=base_url,
        version="v24.0",
        secrets=Tokens(),
        secret_prefix="morfx/whatsapp/",
        connect_seconds=0.5,
        answer_seconds=0.5,
    )

    def send(phone_number_id: str = "111", to: str = "573001", text: str = "hola") -> str:
        return cloud_api.send_text(
            phone_number_id=phone_number_id, to=to, text=text, reference="ours"
        )

    return send


def test_a_text_arrives_as_written_with_our_reference(graph_api: GraphApi, send: Send) -> None:
    name = send(text="¿Quieres 2x? 👍\n\x00‫שלום‬")
    (delivered,) = graph_api.delivered
    assert delivered["id"] == name
    assert delivered["phone_number_id"] == "111"
    assert delivered["to"] == "573001"
    assert delivered["text"] == "¿Quieres 2x? 👍\n\x00‫שלום‬"
    assert delivered["reference"] == "ours"


def test_a_lone_surrogate_is_sent_and_not_stumbled_over(graph_api: GraphApi, send: Send) -> None:
    send(text="a\ud800b")
    assert [message["text"] for message in graph_api.delivered] == ["a\ud800b"]


def test_a_customer_without_a_phone_is_reached_by_the_user_id(
    graph_api: GraphApi, send: Send
) -> None:
    send(to="CO.1502576394655843")
    assert [message["to"] for message in graph_api.delivered] == ["CO.1502576394655843"]


@pytest.mark.parametrize("number", ["222", "333"])
def test_a_number_without_a_token_sends_nothing_with_another_ones(
    graph_api: GraphApi, send: Send, number: str
) -> None:
    with pytest.raises(CredentialMissing):
        send(phone_number_id=number)
    assert graph_api.delivered == []


@pytest.mark.parametrize(
    ("fault", "error", "is_delivered"),
    [
        ({"status": 429}, Throttled, False),
        ({"status": 400, "error_code": 131056}, Throttled, False),
        ({"status": 400, "error_code": 4}, Throttled, False),
        ({"status": 503, "error_code": 2}, Unavailable, False),
        ({"status": 503, "error_code": 131016}, Unavailable, False),
        ({"status": 400, "error_code": 131047}, SendRejected, False),
        ({"status": 404}, SendRejected, False),
        ({"status": 302}, SendRejected, False),
        ({"status": 401}, SendRejected, False),
        ({"status": 500}, DeliveryUncertain, False),
        ({"status": 500, "error_code": 1}, DeliveryUncertain, False),
        ({"status": 502, "body": "<html>"}, DeliveryUncertain, True),
        ({"body": "<html>"}, DeliveryUncertain, True),
        ({"body": ""}, DeliveryUncertain, True),
        ({"body": "[]"}, DeliveryUncertain, True),
        ({"body": '{"messages": []}'}, DeliveryUncertain, True),
        ({"body": '{"messages": [{"id": 5}]}'}, DeliveryUncertain, True),
        ({"body": '{"messages": {"0": 1}}'}, DeliveryUncertain, True),
        ({"hang_seconds": 1.5}, DeliveryUncertain, True),
        ({"close_after_accept": True}, DeliveryUncertain, True),
        ({"close_before_accept": True}, DeliveryUncertain, False),
    ],
    ids=str,
)
def test_each_end_of_a_request_has_its_error(
    graph_api: GraphApi,
    send: Send,
    fault: dict[str, object],
    error: type[MorfxError],
    is_delivered: bool,
) -> None:
    graph_api.script(fault)
    with pytest.raises(error):
        send()
    assert bool(graph_api.delivered) == is_delivered


def test_a_request_is_never_repeated(graph_api: GraphApi, send: Send) -> None:
    graph_api.script({"status": 500}, {"status": 500})
    with pytest.raises(DeliveryUncertain):
        send()
    assert graph_api.next_fault() == {"status": 500}


def test_nobody_at_the_address_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable):
        sender(f"http://127.0.0.1:{port}")()


def test_an_address_that_never_takes_the_call_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        with pytest.raises(Unavailable):
            sender(f"http://127.0.0.1:{port}")()
        for caller in callers:
            caller.close()


def test_a_failed_handshake_is_unavailable(graph_api: GraphApi) -> None:
    with pytest.raises(Unavailable):
        sender(graph_api.url.replace("http:", "https:"))()
    assert graph_api.delivered == []


def test_a_pause_that_meta_asks_for_is_passed_on(graph_api: GraphApi, send: Send) -> None:
    graph_api.script({"status": 429, "retry_after": 7})
    with pytest.raises(Throttled) as error:
        send()
    assert error.value.context["retry_after_seconds"] == 7.0


def test_a_refusal_names_metas_code_and_nobodys_number(graph_api: GraphApi, send: Send) -> None:
    graph_api.script({"status": 400, "error_code": 131026})
    with pytest.raises(SendRejected) as error:
        send()
    assert error.value.context["provider_code"] == 131026
    assert error.value.context["provider_title"] == "(#131026) Scripted fault"


def test_a_refused_token_is_said_loudly(
    graph_api: GraphApi, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    graph_api.script({"status": 401})
    with pytest.raises(SendRejected) as error:
        send()
    assert error.value.context["provider_code"] == 190
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.__dict__["phone_number_id"] == "111"


def test_what_meta_takes_no_more_than_is_refused_by_it(graph_api: GraphApi, send: Send) -> None:
    with pytest.raises(SendRejected):
        send(text="a" * 4097)
    with pytest.raises(SendRejected):
        send(text="")
    assert graph_api.delivered == []
