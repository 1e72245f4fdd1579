"""Sending through Meta's Cloud API: one request a call, and the truth about how it ended."""

import socket
from collections.abc import Callable, Iterator, Mapping

import pytest

from local.graph_api import GraphApi
from morfx.adapters.whatsapp.cloud_api import CloudApi, carriers
from morfx.adapters.whatsapp.failures import FAILURES
from morfx.domain.content import Attachment, Choices, Content, FilledTemplate, Media, Text
from morfx.domain.delivery import Outgoing, Provider
from morfx.domain.errors import (
    CredentialMissing,
    DeliveryUncertain,
    MorfxError,
    NumberPaused,
    SendRejected,
    Throttled,
    Unavailable,
    WindowClosed,
)
from morfx.domain.provider_failure import Family

Send = Callable[..., str]


class Tokens:
    """Secrets of two receiving numbers; the second has lost its token."""

    def get(self, name: str) -> Mapping[str, str]:
        known = {
            "morfx/whatsapp/111": {"access_token": "token-of-111", "api_key": "111"},
            "morfx/whatsapp/222": {},
        }
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
        carriers(cloud_api_url=base_url, version="v24.0", dialog360_url=base_url),
        secrets=Tokens(),
        secret_prefix="morfx/whatsapp/",
        connect_seconds=0.5,
        answer_seconds=0.5,
    )

    def send(
        phone_number_id: str = "111",
        to: str = "573001",
        text: str = "hola",
        content: Content | None = None,
        provider: Provider = "cloud_api",
    ) -> str:
        return cloud_api.send(
            Outgoing(
                provider=provider,
                phone_number_id=phone_number_id,
                to=to,
                content=content or Text(text=text),
                reference="ours",
            )
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
        ({"status": 400, "error_code": 131047}, WindowClosed, False),
        ({"status": 400, "error_code": 131026}, SendRejected, False),
        ({"status": 403, "error_code": 368}, NumberPaused, False),
        ({"status": 404}, SendRejected, False),
        ({"status": 302}, SendRejected, False),
        ({"status": 401}, NumberPaused, False),
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


RAISED: dict[Family, type[MorfxError]] = {
    "down": Unavailable,
    "uncertain": DeliveryUncertain,
    "slow_down": Throttled,
    "pair_rate": Throttled,
    "pause_number": NumberPaused,
    "window_closed": WindowClosed,
    "reject": SendRejected,
}


@pytest.mark.parametrize("family", RAISED)
def test_each_code_of_a_family_means_the_same_whatever_its_http_status(
    graph_api: GraphApi, send: Send, family: Family
) -> None:
    codes = [code for code, failure in FAILURES.items() if failure.family == family]
    for code in codes[:20]:
        graph_api.script({"status": 400, "error_code": code})
        with pytest.raises(MorfxError) as error:
            send()
        assert type(error.value) is RAISED[family]
        assert error.value.context["recipient_only"] == (family == "pair_rate")
    assert codes


#: What each code is for (Meta's list of error codes).
@pytest.mark.parametrize(
    ("codes", "family"),
    [
        ((131047,), "window_closed"),
        ((131026, 131051, 131008, 131009, 100, 131049), "reject"),
        ((132000, 132001, 132005, 132007, 132012, 132015, 132016), "reject"),
        ((130429, 80007, 4), "slow_down"),
        ((131056,), "pair_rate"),
        ((368, 190, 131031, 131048, 131005, 33, 10, 200), "pause_number"),
        ((2, 131016), "down"),
        ((1, 131000), "uncertain"),
    ],
)
def test_metas_codes_are_known(codes: tuple[int, ...], family: Family) -> None:
    assert {FAILURES[code].family for code in codes} == {family}


def test_a_refusal_of_the_number_says_why_and_for_how_long(graph_api: GraphApi, send: Send) -> None:
    graph_api.script({"status": 403, "error_code": 368})
    with pytest.raises(NumberPaused) as error:
        send()
    assert error.value.context["phone_number_id"] == "111"
    assert error.value.context["retry_after_seconds"] == 3600


IMAGE = Media(kind="image", link="https://cdn.example/frasco.jpg")
DOCUMENT = Media(kind="document", link="https://cdn.example/ficha%20t%C3%A9cnica.pdf")


@pytest.mark.parametrize("provider", ["cloud_api", "360dialog"])
@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (Text(text="hola"), {"type": "text", "text": "hola"}),
        (
            Choices(text="¿Cuál?", titles=("1", "2", "3"), label="Ver"),
            {"type": "interactive", "text": "¿Cuál?", "choices": ["1", "2", "3"]},
        ),
        (
            Choices(text="¿Cuál?", titles=(*"123456789", "10"), label="Ver opciones"),
            {"type": "interactive", "choices": [*"123456789", "10"]},
        ),
        (
            Attachment(media=IMAGE, caption="El frasco"),
            {"type": "image", "text": "El frasco", "link": IMAGE.link},
        ),
        (
            Attachment(media=DOCUMENT, caption="La ficha"),
            {"type": "document", "text": "La ficha", "link": DOCUMENT.link},
        ),
        (
            FilledTemplate(name="recordatorio", language="es_CO", values=("Ana", "hoy")),
            {"type": "template", "template": "recordatorio", "text": "Ana · hoy"},
        ),
        (
            FilledTemplate(name="saludo", language="es_CO", values=()),
            {"type": "template", "template": "saludo"},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_kind_of_message_arrives_by_both_providers(
    graph_api: GraphApi,
    send: Send,
    provider: Provider,
    content: Content,
    shown: dict[str, object],
) -> None:
    name = send(content=content, provider=provider)
    (delivered,) = graph_api.delivered
    assert (delivered["id"], delivered["phone_number_id"]) == (name, "111")
    assert delivered["reference"] == "ours"
    assert shown.items() <= delivered.items()


@pytest.mark.parametrize(
    "content",
    [
        Choices(text="a" * 1025, titles=("1",), label="Ver"),
        Choices(text="¿Cuál?", titles=("a" * 21,), label="Ver"),
        Choices(text="¿Cuál?", titles=("1", "1"), label="Ver"),
        Choices(text="¿Cuál?", titles=("1", "2", "3", "a" * 25), label="Ver"),
        Choices(text="¿Cuál?", titles=tuple("123456789abc"), label="Ver"),
        Choices(text="¿Cuál?", titles=tuple("1234"), label="a" * 21),
        Attachment(media=IMAGE, caption="a" * 1025),
        Attachment(media=Media(kind="image", link="frasco.jpg"), caption="El frasco"),
        FilledTemplate(name="", language="es_CO", values=()),
        FilledTemplate(name="saludo", language="", values=()),
        FilledTemplate(name="saludo", language="es_CO", values=("dos\nrenglones",)),
        FilledTemplate(name="saludo", language="es_CO", values=("",)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_beyond_metas_limits_is_refused_by_it(
    graph_api: GraphApi, send: Send, content: Content
) -> None:
    with pytest.raises(SendRejected):
        send(content=content)
    assert graph_api.delivered == []


def test_a_number_of_360dialog_without_its_key_sends_nothing_with_metas_token(
    graph_api: GraphApi, send: Send
) -> None:
    with pytest.raises(CredentialMissing, match="api_key"):
        send(phone_number_id="222", provider="360dialog")


def test_what_meta_takes_no_more_than_is_refused_by_it(graph_api: GraphApi, send: Send) -> None:
    with pytest.raises(SendRejected):
        send(text="a" * 4097)
    with pytest.raises(SendRejected):
        send(text="")
    assert graph_api.delivered == []
