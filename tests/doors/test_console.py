"""The sandbox page: what a browser is shown, and what leaves when it speaks as a customer."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from psycopg import sql
from psycopg.rows import DictRow

from local.scenarios import load, simulation
from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.adapters.whatsapp.inbound import message
from morfx.adapters.whatsapp.signature import is_signed
from morfx.adapters.whatsapp.webhook import split
from morfx.agents.somnio import SOMNIO
from morfx.console_views import labels
from morfx.console_views.sandbox import MAX_TEXT
from morfx.conversation.send_gate import HOLDS, REFUSALS
from morfx.domain.agent import Band
from morfx.domain.comprehension import Comprehension, IntentReading, MessageClass, ModelCall
from morfx.domain.conversation import BotState
from morfx.domain.errors import MissingSetting
from morfx.domain.order_standing import OrderStatus
from morfx.domain.session import EndReason, SessionStatus
from morfx.domain.shop import ShopFile
from morfx.domain.timer import LEVELS, Preset
from morfx.domain.turn import EventType
from morfx.engine.mind import Mind
from morfx.tools.catalogue import TOOLBOX
from tests.fakes.aws import FakeAws
from tests.street import CAMILA, ROOT, Street, event, open_door

SECRET = "the-app-secret"


@dataclass
class Webhook:
    """Our own webhook, as the sandbox reaches it: over HTTP."""

    #: Path, body and signature of what was posted.
    posted: list[tuple[str, bytes, str | None]] = field(default_factory=list)
    answer: int = 200
    url: str = ""

    def __enter__(self) -> "Webhook":
        webhook = self

        class Request(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.posted.append((self.path, body, self.headers["X-Hub-Signature-256"]))
                self.send_response(webhook.answer)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/whatsapp"
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Witness:
    """A pretend customer who only remembers where it would have written."""

    webhook_urls: list[str] = field(default_factory=list)

    def say(self, text: str, *, phone: str, account: str, webhook_url: str) -> None:
        self.webhook_urls.append(webhook_url)


@dataclass
class Browser:
    """Asks the console as API Gateway would for it."""

    street: Street
    customer: str = CAMILA

    def page(self, **query: str) -> tuple[int, str]:
        named = {"number": self.street.shop.phone_number_id, "customer": self.customer}
        return self._show({**event("console/page"), "queryStringParameters": named | query})

    def open(self) -> tuple[int, str]:
        """The page, without saying of which number."""
        asked = event("console/page")
        del asked["queryStringParameters"]
        return self._show(asked)

    def conversation(self, *, number: str = "", **query: str) -> tuple[int, str]:
        path = f"/sandbox/{number or self.street.shop.phone_number_id}/conversation"
        asked = {**event("console/conversation"), "rawPath": path}
        asked["queryStringParameters"] = {"customer": self.customer} | query
        return self._show(asked)

    def say(self, text: str, *, number: str = "", **changes: Any) -> tuple[int, str]:
        form = {"customer": changes.pop("customer", self.customer), "text": text}
        path = f"/sandbox/{number or self.street.shop.phone_number_id}/messages"
        body = base64.b64encode(urlencode(form, errors="surrogatepass").encode()).decode()
        return self._show({**event("console/message"), "rawPath": path, "body": body, **changes})

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.street.invoke("console", asked)
        return answer

    def _show(self, asked: dict[str, Any]) -> tuple[int, str]:
        answer = self.answer(asked)
        return answer["statusCode"], answer["body"]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def browser(
    street: Street, aws: FakeAws, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> Browser:
    aws.secrets["meta-app"] = json.dumps({"app_secret": SECRET})
    monkeypatch.setenv("SANDBOX", "enabled")
    monkeypatch.setenv("WEBHOOK_URL", webhook.url)
    monkeypatch.setenv("WHATSAPP_SECRET_ARN", "meta-app")
    return Browser(street)


def spoken(html: str) -> str:
    """What is read on the page, its markup and spacing apart."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def part(html: str, id: str) -> str:
    """The page from what is changed at once under this id to the next such part."""
    [found] = re.findall(
        rf'<\w+ id="{id}"[^>]*hx-swap-oob.*?(?=<\w+ id="\w+"[^>]*hx-swap-oob|$)', html, re.DOTALL
    )
    return str(found)


def texts(html: str) -> list[str]:
    return re.findall(r'<p class="text" dir="auto">(.*?)</p>', html, re.DOTALL)


def become(street: Street, bubble: DictRow, columns: dict[str, object]) -> None:
    """The bubble's row, as sending or a callback would have left it."""
    assignments = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in columns]
    query = sql.SQL("UPDATE messages SET {} WHERE id = %s").format(sql.SQL(", ").join(assignments))
    street.database.execute(query, [*columns.values(), bubble["id"]])


# -- looking --------------------------------------------------------------------------------------


def test_the_page_shows_what_was_said_in_order_and_how_far_each_answer_has_come(
    browser: Browser, street: Street
) -> None:
    street.converse("Hola")
    street.converse("quiero comprar")
    status, html = browser.page()
    assert status == 200
    beginnings = [text[:12] for text in texts(html)]
    assert beginnings == ["Hola", "¡Hola! 👋 Te ", "quiero compr", "¡Qué buena d", "Escríbeme po"]
    assert html.split('id="state"')[0].count(">Enviado<") == 3


def test_it_shows_the_mode_the_session_the_armed_timer_and_what_happened(
    browser: Browser, street: Street
) -> None:
    street.converse("quiero comprar")
    [timer] = street.rows("timers")
    _, html = browser.page()
    assert "<b>Tomando datos</b> · Sesión activa" in html
    until = labels.clock_time(timer["due_at"])
    assert f"Recordar que faltan los datos Nivel 0, vence a las {until}" in spoken(html)
    assert re.findall(r"<span>(.+)</span>", part(html, "events")) == [
        "El agente respondió: <em>2 mensajes</em>",
        "Empezó a tomar datos",
        "Empezó una sesión",
        "El cliente escribió",
    ]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"status": "queued", "sent_at": None}, "En cola"),
        ({"status": "sending", "sent_at": None}, "Enviando"),
        ({"status": "delivered"}, "Entregado"),
        ({"status": "read"}, "Leído"),
        (
            {"status": "cancelled", "status_reason": "newer_inbound"},
            "el cliente volvió a escribir antes",
        ),
        (
            {"status": "cancelled", "status_reason": "unresolved_variable: ciudad"},
            "la plantilla usa una variable sin valor: ciudad",
        ),
        (
            {"status": "failed", "status_reason": "Re-engagement message", "error_code": 131047},
            "WhatsApp no lo aceptó: pasaron más de 24 horas desde su último mensaje",
        ),
        (
            {"status": "failed", "status_reason": "Something new", "error_code": 999},
            "WhatsApp no lo aceptó: Something new (código 999)",
        ),
        ({"status": "uncertain", "status_reason": "no_answer"}, "WhatsApp no respondió"),
    ],
    ids=str,
)
def test_what_became_of_an_answer_is_said_in_words(
    browser: Browser, street: Street, columns: dict[str, object], sentence: str
) -> None:
    street.converse()
    [bubble] = street.bubbles
    become(street, bubble, columns)
    assert sentence in browser.page()[1]


def test_choices_and_files_are_shown_as_a_customer_sees_them(
    browser: Browser, street: Street
) -> None:
    street.answer()
    media = '{"kind": "document", "link": "https://cdn.example/ficha.pdf"}'
    choices = '["Precio", "Envío"]'
    shown = {"type": "interactive", "media": media, "choices": choices}
    street.change("messages", "direction = 'outbound'", **shown)
    _, page = browser.page()
    assert 'href="https://cdn.example/ficha.pdf"' in page
    assert "<li>Precio</li>" in page
    assert "opciones" in page


def test_every_state_has_its_words() -> None:
    assert set(get_args(SessionStatus)) == set(labels.STATUSES)
    assert set(get_args(EndReason)) == set(labels.END_REASONS)
    assert set(get_args(BotState)) == set(labels.BOT_STATES)
    assert {reason for reason, _ in (*REFUSALS, *HOLDS)} <= set(labels.REASONS)
    assert set(SOMNIO.transitions) == set(labels.MODES)
    assert set(get_args(EventType)) == set(labels.EVENTS)
    assert set(get_args(OrderStatus)) == set(labels.ORDERS)
    assert set(get_args(MessageClass)) == set(labels.CLASSES)
    assert set(get_args(Band)) == set(labels.BANDS)
    assert set(get_args(Preset)) == set(labels.PRESETS)
    assert set(TOOLBOX.names) == set(labels.TOOLS)
    assert {SOMNIO.speech.clarification, *SOMNIO.policy_texts} <= set(labels.BRANCHES)
    assert {(level.purpose, number) for number, level in LEVELS.items()} == set(labels.TIMERS)


def test_a_word_without_a_translation_is_shown_as_it_is(browser: Browser, street: Street) -> None:
    street.converse()
    street.change("agent_sessions", current_mode="a_new_mode")
    assert "<b>a_new_mode</b>" in browser.page()[1]


def test_times_are_those_of_bogota(browser: Browser, street: Street) -> None:
    street.write("Hola")
    street.change("messages", created_at=datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC))
    _, html = browser.page()
    assert "20 de noviembre de 2026" in html
    assert ">22:04:05</time>" in html


def test_what_a_customer_writes_never_becomes_markup(browser: Browser, street: Street) -> None:
    street.write("<script>alert('x')</script> & \"quotes\"")
    _, html = browser.page()
    escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;quotes&#34;"
    assert texts(html) == [escaped]
    assert texts(browser.conversation()[1]) == [escaped]


def test_nothing_inline_and_nothing_from_elsewhere_may_run(browser: Browser) -> None:
    answer = browser.answer(event("console/page"))
    assert "default-src 'self'" in answer["headers"]["Content-Security-Policy"]
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert not re.search(r"<style|<script>| style=| on\w+=|https?://", browser.page()[1])


def test_every_file_the_page_names_is_there_and_may_be_kept(browser: Browser) -> None:
    for path, name in re.findall(r'"(/sandbox/assets/([^?"]+)[^"]*)"', browser.page()[1]):
        answer = browser.answer({**event("console/asset"), "rawPath": path.split("?")[0]})
        asset = ROOT / "functions/console/assets" / name
        assert (answer["statusCode"], answer["body"]) == (200, asset.read_text("utf-8"))
        assert "immutable" in answer["headers"]["Cache-Control"]


@pytest.mark.parametrize("name", ["app.py", "..", "../app.py", "%2e%2e%2fapp.py", "pages", ""])
def test_no_other_file_is_given_away(browser: Browser, name: str) -> None:
    answer = browser.answer({**event("console/asset"), "rawPath": f"/sandbox/assets/{name}"})
    assert answer["statusCode"] == 404


def test_a_browser_that_has_seen_everything_is_sent_nothing(
    browser: Browser, street: Street
) -> None:
    street.write("Hola")
    _, html = browser.conversation()
    [seen] = re.findall(r"seen=(\w+)", html)
    assert browser.conversation(seen=seen) == (204, "")
    street.turn()
    assert browser.conversation(seen=seen)[0] == 200


def test_without_a_number_the_only_workspaces_first_one_is_shown(
    browser: Browser, street: Street
) -> None:
    street.database.execute("DELETE FROM workspaces WHERE id <> %s", [street.shop.workspace_id])
    status, html = browser.open()
    assert status == 200
    assert f"/sandbox/{street.shop.phone_number_id}/messages" in html


def test_without_a_number_nobody_learns_which_of_several_tenants_there_are(
    browser: Browser, street: Street, onboard_shop: "partial[ShopFile]"
) -> None:
    other = onboard_shop(display_name="+57 310 000 0000")
    status, html = browser.open()
    assert status == 200
    assert '<input name="number"' in html
    assert other.phone_number_id not in html
    assert other.display_name not in html


@pytest.mark.parametrize("number", ["999", "'; --", "\x00", "<b>"])
def test_an_unknown_number_is_not_found(browser: Browser, number: str) -> None:
    status, html = browser.page(number=number)
    assert (status, "Ninguna tienda tiene el número receptor" in html) == (404, True)
    assert "<b>." not in html
    assert browser.conversation(number=number)[0] == 404


@pytest.mark.parametrize("customer", ["123456", "1234567890123456", "+573001234567", "ana", "0573"])
def test_a_customer_is_a_phone_number(browser: Browser, customer: str) -> None:
    for status, html in (browser.page(customer=customer), browser.conversation(customer=customer)):
        assert status == 422
        assert "El teléfono del cliente (customer)" in html


def test_another_shops_conversation_with_the_same_customer_is_not_shown(
    browser: Browser, street: Street, onboard_shop: "partial[ShopFile]"
) -> None:
    other = replace(street, shop=onboard_shop())
    street.write("A Somnio")
    other.write("A la otra tienda")
    assert texts(browser.page()[1]) == ["A Somnio"]
    assert texts(replace(browser, street=other).page()[1]) == ["A la otra tienda"]


# -- speaking -------------------------------------------------------------------------------------


def test_what_is_said_is_posted_to_the_webhook_as_meta_would(
    browser: Browser, street: Street, webhook: Webhook
) -> None:
    assert browser.say("Hola, ¿qué precio tiene? 😊\r\nGracias") == (200, "")
    [(path, body, signature)] = webhook.posted
    assert path == "/webhooks/whatsapp"
    assert is_signed(body, signature, SECRET)
    [item] = split(json.loads(body))
    assert (item.kind, item.phone_number_id) == ("message", street.shop.phone_number_id)
    said = message(item.raw, item.profile)
    assert (said.type, said.text) == ("text", "Hola, ¿qué precio tiene? 😊\nGracias")
    assert said.sender == said.sender_phone == CAMILA


def test_the_same_words_twice_are_two_messages(browser: Browser, webhook: Webhook) -> None:
    browser.say("Hola")
    browser.say("Hola")
    names = {split(json.loads(body))[0].deduplication_id for _, body, _ in webhook.posted}
    assert len(names) == 2


def test_without_a_webhook_url_the_webhook_is_on_the_host_the_browser_asked(
    browser: Browser, street: Street
) -> None:
    witness = Witness()
    vars(street.door("console").sandbox).update(_customer=witness, _webhook_url="")
    browser.say("Hola")
    host = event("console/message")["requestContext"]["domainName"]
    assert witness.webhook_urls == [f"https://{host}/webhooks/whatsapp"]


@pytest.mark.parametrize("text", ["", "  \n ", "a" * (MAX_TEXT + 1)], ids=len)
def test_a_text_has_one_to_4096_characters(browser: Browser, webhook: Webhook, text: str) -> None:
    assert browser.say(text) == (422, "El texto (text) debe tener entre 1 y 4096 caracteres.")
    assert not webhook.posted


def test_a_text_of_4096_characters_is_said(browser: Browser, webhook: Webhook) -> None:
    assert browser.say("ñ" * MAX_TEXT)[0] == 200


def test_nobody_speaks_to_an_unknown_number_or_as_no_phone(
    browser: Browser, webhook: Webhook
) -> None:
    assert browser.say("Hola", number="999")[0] == 404
    assert browser.say("Hola", customer="57")[0] == 422
    assert not webhook.posted


def test_another_site_cannot_make_a_browser_speak(browser: Browser, webhook: Webhook) -> None:
    headers = {**event("console/message")["headers"], "sec-fetch-site": "cross-site"}
    del headers["hx-request"]
    assert browser.say("Hola", headers=headers)[0] == 403
    assert not webhook.posted


def test_a_form_that_is_no_form_is_refused(browser: Browser, webhook: Webhook) -> None:
    for body in ("", base64.b64encode(b"\xff\x00&=&%zz").decode()):
        answer = browser.answer({**event("console/message"), "body": body})
        assert answer["statusCode"] == 422
    assert not webhook.posted


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (401, "El webhook rechazó el mensaje (HTTP 401)."),
        (503, "El webhook no respondió bien; no se sabe si el mensaje entró."),
    ],
)
def test_a_webhook_that_does_not_take_it_is_told(
    browser: Browser, webhook: Webhook, answer: int, sentence: str
) -> None:
    webhook.answer = answer
    assert browser.say("Hola") == (502, sentence)


def test_a_webhook_that_is_not_there_is_told(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:9/webhooks/whatsapp")
    assert browser.say("Hola")[0] == 502


def test_a_missing_secret_is_told(browser: Browser, aws: FakeAws) -> None:
    aws.secrets["meta-app"] = "{}"
    assert browser.say("Hola") == (
        502,
        "Falta el secreto con el que se firman los mensajes (app_secret).",
    )


def test_nothing_a_person_wrote_or_their_phone_is_logged(
    browser: Browser, webhook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.page()
    browser.say("un secreto")
    webhook.answer = 503
    browser.say("otro secreto")
    logged = "".join(capsys.readouterr())
    assert CAMILA not in logged
    assert "secreto" not in logged


# -- the switch -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page", "conversation", "message", "asset"])
def test_where_it_is_not_enabled_there_is_nothing(
    browser: Browser, webhook: Webhook, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SANDBOX", "disabled")
    answer = browser.answer(event(f"console/{name}"))
    assert answer["statusCode"] == 404
    assert "El sandbox está apagado en esta instalación." in answer["body"]
    assert not webhook.posted


def test_a_database_that_is_away_is_told(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://morfx_app@127.0.0.1:9/morfx")
    status, html = browser.page()
    assert (status, "MorfX no responde en este momento" in html) == (503, True)


def test_a_missing_setting_is_named_at_cold_start(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SANDBOX")
    with pytest.raises(MissingSetting, match="SANDBOX"):
        open_door("console")


# -- stepping in ----------------------------------------------------------------------------------


def shown_buttons(html: str) -> list[str]:
    return re.findall(r'<button type="button" id="act-\w+" hx-post="[^"]*/(\w+)">', html)


def press(
    browser: Browser, name: str, html: str, *, form: str = "acts", **changes: Any
) -> tuple[int, str]:
    """Press a button of a form of the page as it was shown; ``said``: what else the form says."""
    shown = part(html, form)
    fields = dict(re.findall(r'<input type="hidden"[^>]* name="(\w+)" value="([^"]*)">', shown))
    fields |= {"customer": browser.customer} | changes.pop("said", {})
    path = f"/sandbox/{browser.street.shop.phone_number_id}/{name}"
    body = base64.b64encode(urlencode(fields).encode()).decode()
    asked = {**event("console/hand_off"), "rawPath": path, "body": body, **changes}
    answer = browser.answer(asked)
    return answer["statusCode"], answer["body"].strip()


def test_a_stranger_has_nothing_to_be_stepped_into(browser: Browser) -> None:
    _, html = browser.page()
    assert shown_buttons(html) == []
    assert press(browser, "hand_off", html) == (409, "Eso ya no aplica a esta conversación.")


def test_closing_ends_the_session_by_hand(browser: Browser, street: Street) -> None:
    street.converse("quiero comprar")
    _, html = browser.page()
    assert "Cerrar la conversación" in html
    assert press(browser, "close", html) == (200, "")
    _, html = browser.page()
    assert "Sesión cerrada, cerrada a mano" in html
    assert "Ninguno en marcha; el último se detuvo: la sesión se cerró a mano." in spoken(html)
    assert "Se cerró la sesión: <em>cerrada a mano</em>" in html


def test_a_person_takes_the_conversation_and_gives_it_back(
    browser: Browser, street: Street
) -> None:
    street.converse()
    _, html = browser.page()
    assert shown_buttons(html) == ["close", "hand_off", "mute"]
    assert press(browser, "hand_off", html) == (200, "")
    _, html = browser.page()
    assert "Bot apagado: atiende una persona" in html
    assert "Pasó a una persona: <em>una persona la tomó</em>" in html
    assert street.row("tasks")["reason"] == "taken_over"
    assert shown_buttons(html) == ["return_to_bot"]
    assert press(browser, "return_to_bot", html) == (200, "")
    assert "Se devolvió al bot" in browser.page()[1]


def test_the_bot_is_silenced_for_thirty_minutes(browser: Browser, street: Street) -> None:
    street.converse()
    assert press(browser, "mute", browser.page()[1]) == (200, "")
    _, html = browser.page()
    assert "Bot en pausa por un rato" in html
    until = labels.clock_time(street.conversation["muted_until"])
    assert f"Se silenció al bot: <em>hasta las {until}</em>" in html
    wait = street.conversation["muted_until"] - datetime.now(UTC)
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)


def test_a_stopped_timers_execution_is_told(browser: Browser, street: Street) -> None:
    street.converse("quiero comprar")
    street.invoke("timer", {**event("timer/await"), "timer": street.timers[-1]})
    press(browser, "hand_off", browser.page()[1])
    assert [outcome for _, outcome in street.resolved] == ["session_handoff"]


def test_a_timer_is_paused_and_goes_on_in_an_execution_of_its_own(
    browser: Browser, street: Street
) -> None:
    street.converse("quiero comprar")
    _, html = browser.page()
    assert "pause_timer" in shown_buttons(html)
    assert press(browser, "pause_timer", html) == (200, "")
    _, html = browser.page()
    assert "Recordar que faltan los datos Nivel 0, en pausa" in spoken(html)
    assert press(browser, "pause_timer", html) == (409, "Eso ya no aplica a esta conversación.")
    assert press(browser, "resume_timer", html) == (200, "")
    assert "Nivel 0, vence a las" in browser.page()[1]
    assert [timer["generation"] for timer in street.timers] == [1, 2]


def test_a_button_of_a_page_that_is_out_of_date_changes_nothing(
    browser: Browser, street: Street
) -> None:
    street.converse()
    _, html = browser.page()
    street.converse("quiero comprar")
    status, sentence = press(browser, "close", html)
    assert (status, sentence.split(".")[0]) == (409, "La conversación cambió mientras tanto")
    assert street.row("agent_sessions")["status"] == "active"


def test_buttons_are_pressed_on_our_own_page_and_those_it_has(
    browser: Browser, street: Street
) -> None:
    street.converse()
    _, html = browser.page()
    headers = {**event("console/hand_off")["headers"]}
    del headers["hx-request"]
    assert press(browser, "close", html, headers=headers)[0] == 403
    assert press(browser, "erase", html)[0] == 404
    wrong = html.replace('name="session" value="', 'name="session" value="x')
    assert press(browser, "close", wrong)[0] == 409
    assert street.row("agent_sessions")["status"] == "active"


def test_what_a_turn_is_writing_is_shown_while_it_holds_the_conversation(
    browser: Browser, street: Street
) -> None:
    street.write()
    turn, conversation = uuid4(), street.conversation["id"]
    street.database.execute(
        "INSERT INTO drafts (conversation_id, workspace_id, turn_id, text) VALUES (%s, %s, %s, %s)",
        [conversation, street.shop.workspace_id, turn, "El <b>precio"],
    )
    assert "escribiendo…" not in browser.conversation()[1]
    street.change("conversations", turn_id=turn, lease_until=datetime.now(UTC))
    _, html = browser.conversation()
    assert '<p class="writing" dir="auto">El &lt;b&gt;precio</p>' in html
    assert "escribiendo…" in html


# -- where the sale stands ------------------------------------------------------------------------

DATA = "Ana Gómez, 3001112233, Calle 5 # 3-20, Cali"


def sell(street: Street) -> None:
    for text in ("quiero comprar", DATA, "quiero el de 2x", "sí, confirmo"):
        street.converse(text)


def test_a_sale_is_shown_step_by_step_with_its_data_and_what_is_missing(
    browser: Browser, street: Street
) -> None:
    street.converse("quiero comprar")
    street.converse("Me llamo Ana, no tengo correo")
    street.converse("vivo en Cali")
    state = part(browser.page()[1], "state")
    steps = re.findall(r'<li class="(done|now|ahead)"[^>]*>(.*?)</li>', state)
    assert steps == [
        ("done", "Conversando"),
        ("now", "Tomando datos"),
        ("ahead", "Ofreciendo promociones"),
        ("ahead", "Confirmando el pedido"),
        ("ahead", "Pedido confirmado"),
    ]
    said = spoken(state)
    assert "Nombre completo Ana" in said
    assert "Correo electrónico No lo quiso dar" in said
    assert "Dirección completa Falta" in said
    assert "Departamento Valle del Cauca por su ciudad" in said
    assert "Barrio Opcional" in said
    assert f"Número de teléfono {labels.phone(CAMILA)} de su WhatsApp" in said
    assert "Todavía no hay pedido ni pack elegido." in said


def test_a_bought_pack_is_shown_at_its_price_and_no_timer_waits(
    browser: Browser, street: Street
) -> None:
    sell(street)
    _, html = browser.page()
    order = spoken(part(html, "state")).split("Pedido $", 1)[1].split(" Datos")[0]
    assert order == "109.900 COP Confirmado Pack 2x: 2 unidades de ELIXIR DEL SUEÑO, $109.900 COP"
    assert "Ninguno en marcha; el último se detuvo: el cliente ya pidió." in spoken(html)


def test_what_was_understood_is_shown_with_its_certainty_and_its_reader(
    browser: Browser, street: Street
) -> None:
    street.converse("Hola, qué precio tiene?")
    intent = part(browser.page()[1], "intent")
    meters = re.findall(r'<meter class="(\w+)"[^>]* value="([\d.]+)" aria-label="(\w+)">', intent)
    assert [(band, label) for band, _, label in meters[:2]] == [
        ("proceed", "Saludar"),
        ("proceed", "Precio"),
    ]
    assert all(float(value) >= 85 for _, value, _ in meters[:2])
    assert "Lector propio de MorfX, sin modelo" in intent


def test_the_last_turn_is_proven_down_to_each_message_that_was_not_sent(
    browser: Browser, street: Street
) -> None:
    street.answer("quiero comprar")
    become(street, street.bubbles[-1], {"status": "cancelled", "status_reason": "newer_inbound"})
    proof = spoken(part(browser.page()[1], "proof"))
    assert "Leyó «quiero comprar»" in proof
    assert "Decidió Quiero comprar Paso: Tomando datos" in proof
    assert "Cancelado: el cliente volvió a escribir antes" in proof
    assert "Quedó esperando Recordar que faltan los datos, hasta las" in proof


def test_a_turn_that_kept_silent_says_why(browser: Browser, street: Street) -> None:
    street.converse("quiero comprar")
    street.answer("Me llamo Ana Gómez")
    _, html = browser.page()
    silent = "espera que el cliente termine de dar sus datos"
    assert f"No respondió porque {silent}" in spoken(part(html, "proof"))
    timeline = spoken(part(html, "timeline"))
    assert "Me llamo Ana Gómez Da sus datos" in timeline
    assert f"Apellido Nombre completo Calló: {silent}" in timeline


def test_what_models_cost_is_shown_by_component_beside_the_budgets(
    browser: Browser, street: Street
) -> None:
    call = ModelCall(
        component="second_look", provider="anthropic", model="a-model", outcome="ok",
        milliseconds=5, input_tokens=1200, output_tokens=80, cost=Decimal("0.0013"),
    )  # fmt: skip
    read = Comprehension(
        message_class="pregunta",
        intents=(IntentReading(intent="precio", confidence=90),),
        confidence=90,
        source="claude:a-model",
        calls=(call,),
    )
    mind = Mind(offline=ScriptedComprehender(script={}, otherwise=read))
    street.swap("turn", mind_of=lambda _agent: mind)
    street.converse("cuánto vale?")
    _, html = browser.page()
    tokens = spoken(part(html, "tokens"))
    assert "Sesión 1.280 de 50.000 tokens" in tokens
    assert "Cliente, hoy US$0,0013 de US$0,50" in tokens
    assert "Segunda lectura a-model 1 1.200 0 80 US$0,0013 1.280 tokens" in tokens
    assert "Último turno 1.280 tokens, US$0,0013" in tokens
    assert labels.source("claude:a-model") == "Claude (a-model)"


def test_an_agent_that_is_no_longer_declared_leaves_the_page_standing(
    browser: Browser, street: Street
) -> None:
    street.converse("quiero comprar")
    street.change("agent_sessions", agent_id="somebody-else")
    status, html = browser.page()
    assert status == 200
    assert "Tomando datos" in part(html, "state")
    assert "captura_datos_si_compra" in part(html, "intent")


# -- time -----------------------------------------------------------------------------------------


def test_a_timer_is_advanced_and_its_execution_waits_for_nothing(
    browser: Browser, street: Street
) -> None:
    street.converse("quiero comprar")
    street.invoke("timer", {**event("timer/await"), "timer": street.timers[-1]})
    _, html = browser.page()
    assert press(browser, "advance_timer", html, form="timer") == (200, "")
    assert [outcome for _, outcome in street.resolved] == ["advanced"]
    first, second = street.timers
    assert (second["generation"], second["seconds"]) == (2, 1)
    assert datetime.fromisoformat(second["due_at"]) < datetime.fromisoformat(first["due_at"])
    _, html = browser.page()
    assert "Se adelantó el temporizador: <em>Recordar que faltan los datos</em>" in html
    assert "Se detuvo: se adelantó a mano" in spoken(html)
    street.invoke("timer", {**event("timer/expire"), "timer": second})
    street.turn()
    assert "Ninguno en marcha; el último venció: se le recordó al cliente." in spoken(
        browser.page()[1]
    )


def test_a_timer_is_advanced_only_as_it_was_shown(browser: Browser, street: Street) -> None:
    street.converse("quiero comprar")
    _, html = browser.page()
    street.converse("Me llamo Ana")
    status, sentence = press(browser, "advance_timer", html, form="timer")
    assert (status, sentence.split(".")[0]) == (409, "La conversación cambió mientras tanto")
    assert len(street.timers) == 1


def test_the_pace_of_the_shop_is_chosen_and_what_waits_here_begins_anew(
    browser: Browser, street: Street
) -> None:
    street.converse("quiero comprar")
    _, html = browser.page()
    pressed = r'value="(\w+)" aria-pressed="true"'
    assert re.findall(pressed, html) == ["real"]
    fast = {"preset": "rapido"}
    assert press(browser, "pace", html, form="timer", said=fast) == (200, "")
    _, html = browser.page()
    assert re.findall(pressed, html) == ["rapido"]
    assert street.row("workspace_agent_config")["timer_preset"] == "rapido"
    assert "El temporizador volvió a empezar: <em>Recordar que faltan los datos</em>" in html
    assert 58 <= street.timers[-1]["seconds"] <= 60


def test_the_pace_is_chosen_before_anybody_writes(browser: Browser, street: Street) -> None:
    said = {"preset": "instantaneo"}
    assert press(browser, "pace", browser.page()[1], form="timer", said=said) == (200, "")
    assert street.row("workspace_agent_config")["timer_preset"] == "instantaneo"
    assert press(browser, "pace", browser.page()[1], form="timer", said={"preset": "ya"}) == (
        422,
        "El ritmo (preset) debe ser real, rapido o instantaneo.",
    )


# -- kept -----------------------------------------------------------------------------------------


def save(browser: Browser, html: str, name: str) -> tuple[int, str]:
    return press(browser, "save", html, form="saved", said={"name": name})


def test_a_session_is_saved_found_in_the_list_and_forgotten(
    browser: Browser, street: Street
) -> None:
    street.converse("Hola")
    assert save(browser, browser.page()[1], "Un <b>saludo") == (200, "")
    _, html = browser.page()
    session = street.row("agent_sessions")["id"]
    assert f'&amp;session={session}" aria-current="page">Un &lt;b&gt;saludo</a>' in html
    assert press(browser, "forget", html, form="saved") == (200, "")
    assert "Ninguna todavía." in part(browser.page()[1], "saved")


def test_what_has_no_name_or_no_session_is_not_saved(browser: Browser, street: Street) -> None:
    assert save(browser, browser.page()[1], "Nadie")[0] == 409
    street.converse("Hola")
    assert save(browser, browser.page()[1], "  ") == (
        422,
        "Ponle un nombre (name) de entre 1 y 80 caracteres.",
    )


def test_a_past_session_is_read_and_not_spoken_in(browser: Browser, street: Street) -> None:
    street.converse("quiero comprar")
    [session] = street.rows("agent_sessions")
    press(browser, "close", browser.page()[1])
    street.converse("Hola")
    status, html = browser.page(session=str(session["id"]))
    assert status == 200
    assert texts(html)[0] == "quiero comprar"
    assert "Hola" not in texts(html)
    assert "Sesión pasada, solo para leer." in html
    assert 'id="composer"' not in html
    assert shown_buttons(html) == []
    [address] = re.findall(r'hx-get="([^"]+)" hx-trigger', html)
    asked = dict(re.findall(r"(\w+)=([\w-]+)", address.split("?")[1].replace("&amp;", "&")))
    assert browser.conversation(**asked) == (204, "")


@pytest.mark.parametrize("session", ["x", str(uuid4())])
def test_a_session_there_is_not_is_not_found(
    browser: Browser, street: Street, session: str
) -> None:
    street.converse("Hola")
    assert browser.page(session=session)[0] == 404


# -- as a scenario --------------------------------------------------------------------------------


def scenario(browser: Browser) -> dict[str, Any]:
    path = f"/sandbox/{browser.street.shop.phone_number_id}/scenario"
    asked = {**event("console/conversation"), "rawPath": path}
    return browser.answer({**asked, "queryStringParameters": {"customer": browser.customer}})


def test_a_sale_is_written_down_as_a_scenario_that_ends_the_same_way(
    browser: Browser, street: Street, database_url: str, tmp_path: Path
) -> None:
    sell(street)
    answer = scenario(browser)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Disposition"] == 'attachment; filename="charla.yaml"'
    file = tmp_path / "charla.yaml"
    file.write_text(answer["body"], "utf-8")
    assert '"orders": ["confirmed 2x 109900"]' in answer["body"]
    with simulation(database_url) as played:
        story = played.play(load(file))
    assert story.went_well, story.transcript()


def test_nothing_that_was_said_breaks_the_file(
    browser: Browser, street: Street, tmp_path: Path
) -> None:
    said = 'a: "b" # c\n- {d}\t\x7f\u2028 😊'
    street.converse(said)
    file = tmp_path / "charla.yaml"
    file.write_text(scenario(browser)["body"], "utf-8")
    assert load(file).steps[0].customer == said


def test_there_is_no_scenario_of_nothing_nor_of_what_begins_out_of_sight(
    browser: Browser, street: Street
) -> None:
    assert scenario(browser)["statusCode"] == 409
    street.take_in(*(street.message(f"mensaje {number}") for number in range(100)))
    assert "Solo se ven los últimos 100 mensajes" in scenario(browser)["body"]
