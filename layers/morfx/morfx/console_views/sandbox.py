"""The sandbox: a page that speaks as a customer through the real webhook, shows what follows, and
lets a person step in."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec
from urllib.parse import parse_qs
from uuid import UUID

from morfx.console_views import labels
from morfx.console_views.interventions import BUTTONS, Interventions, seen_in
from morfx.console_views.pages import Pages, View, view
from morfx.console_views.panels import Panels
from morfx.conversation.bookmarks import MAX_NAME
from morfx.domain.agent import Agent
from morfx.domain.errors import (
    CredentialMissing,
    MalformedRequest,
    Rejected,
    Retryable,
    SessionError,
    VersionConflictError,
)
from morfx.domain.identifier import AgentId, SessionId, WorkspaceId
from morfx.domain.intervention import Seen
from morfx.domain.transcript import Transcript
from morfx.engine.registry import Registry
from morfx.ports import Clock, PretendCustomer, Transcripts
from morfx.simulator.recording import recorded

logger = logging.getLogger(__name__)

#: Who speaks where the address names nobody; the next visit goes on with the same conversation.
FIRST_CUSTOMER = "573001112233"

#: WhatsApp's own limit of a text, in characters.
MAX_TEXT = 4096

DISABLED = "El sandbox está apagado en esta instalación."
NO_PAGE = "Esta página no existe."
UNAVAILABLE = "MorfX no responde en este momento. Vuelve a intentar en unos segundos."
UNKNOWN_NUMBER = "Ninguna tienda tiene el número receptor (number) {account}."
WRONG_CUSTOMER = (
    "El teléfono del cliente (customer) lleva entre 7 y 15 dígitos, con el indicativo del país."
)
WRONG_TEXT = f"El texto (text) debe tener entre 1 y {MAX_TEXT} caracteres."
FOREIGN_FORM = "El mensaje se debe enviar desde la página del sandbox."
MOVED = "La conversación cambió mientras tanto. Mira cómo quedó y vuelve a intentar."
NOT_NOW = "Eso ya no aplica a esta conversación."
UNSIGNED = "Falta el secreto con el que se firman los mensajes (app_secret)."
NO_SESSION = "Ese cliente no tiene esa sesión (session) con este número."
NO_PRESET = "El ritmo (preset) debe ser real, rapido o instantaneo."
NO_NAME = f"Ponle un nombre (name) de entre 1 y {MAX_NAME} caracteres."
TOO_LONG = "Solo se ven los últimos {lines} mensajes; de una conversación así no sale una prueba."
NOTHING_SAID = "Todavía no hay nada que guardar."
NO_WEBHOOK = "El webhook no respondió bien; no se sabe si el mensaje entró."
REFUSED = "El webhook rechazó el mensaje (HTTP {status})."

_PHONE = re.compile("[1-9][0-9]{6,14}")


class Refused(Exception):
    """The browser is told why not, in a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


P = ParamSpec("P")
Page = Callable[Concatenate["Sandbox", P], View]


def _shown(refusals_in: str) -> Callable[[Page[P]], Page[P]]:
    """Only where the sandbox is enabled; a refusal or a passing fault becomes a sentence."""

    def decorate(page: Page[P]) -> Page[P]:
        @wraps(page)
        def shown(self: "Sandbox", /, *args: P.args, **kwargs: P.kwargs) -> View:
            if not self.enabled:
                return self.pages.sentence(DISABLED, refusals_in, status=404)
            try:
                return page(self, *args, **kwargs)
            except Refused as refused:
                return self.pages.sentence(refused.sentence, refusals_in, status=refused.status)
            except Retryable:
                logger.warning("page not shown", exc_info=True)
                return self.pages.sentence(UNAVAILABLE, refusals_in, status=503)

        return shown

    return decorate


class Sandbox:
    """``webhook_url`` empty: the webhook is on the host that the browser asked for this page."""

    def __init__(
        self,
        *,
        enabled: bool,
        webhook_url: str,
        transcripts: Transcripts,
        customer: PretendCustomer,
        interventions: Interventions,
        agents: Registry,
        pages: Pages,
        clock: Clock,
    ) -> None:
        self.enabled = enabled
        self.pages = pages
        self._webhook_url = webhook_url
        self._transcripts = transcripts
        self._customer = customer
        self._interventions = interventions
        self._agents = agents
        self._clock = clock

    @_shown("notice.html")
    def page(self, query: Mapping[str, str]) -> View:
        """The whole page; ``number`` and ``customer`` name the conversation, ``session`` a session
        of it."""
        phone = query.get("customer", "").strip() or FIRST_CUSTOMER
        numbers = self._transcripts.numbers()
        account = query.get("number", "").strip() or (numbers[0].account if numbers else "")
        choice: dict[str, object] = {"numbers": numbers, "account": account, "phone": phone}
        if not account:
            return self.pages.render("choice.html", {**choice, "sentence": ""})
        try:
            shown = self._conversation(account, phone, query.get("session", ""))
        except Refused as refused:
            values = {**choice, "sentence": refused.sentence}
            return self.pages.render("choice.html", values, status=refused.status)
        limits = {"max_text": MAX_TEXT, "max_name": MAX_NAME}
        values = {**choice, **shown, **limits, "stranger": _stranger()}
        return self.pages.render("sandbox.html", values)

    @_shown("line.html")
    def conversation(self, account: str, query: Mapping[str, str]) -> View:
        """The parts of the page that change; 204 where the browser has ``seen`` them."""
        shown = self._conversation(account, query.get("customer", ""), query.get("session", ""))
        if query.get("seen") == shown["seen"]:
            return view(status=204)
        return self.pages.render("conversation.html", shown)

    @_shown("line.html")
    def scenario(self, account: str, query: Mapping[str, str]) -> View:
        """The conversation as a scenario of tests/scenarios, to keep."""
        shown = self._read(account, query.get("customer", ""))
        if not shown.lines:
            raise Refused(409, NOTHING_SAID)
        if len(shown.lines) >= self._transcripts.most_lines:
            raise Refused(409, TOO_LONG.format(lines=len(shown.lines)))
        title = f"Una charla del sandbox, {labels.day(self._clock.now())}"
        return view(
            recorded(shown, title=title),
            content_type="application/yaml; charset=utf-8",
            download="charla.yaml",
        )

    @_shown("line.html")
    def act(self, account: str, action: str, form: bytes, *, host: str, from_page: bool) -> View:
        """Say the form's ``text`` as its ``customer`` (``messages``), change the shop's timers to
        ``preset`` (``pace``), keep the ``session`` under ``name`` (``save``) or no longer
        (``forget``), or press the button of this name on the conversation as the form says it was
        shown; an empty answer is success.

        ``from_page``: the request has a header that no other site can make a browser send.
        """
        if not from_page:
            raise Refused(403, FOREIGN_FORM)
        said = parse_qs(form.decode("utf-8", "replace"), keep_blank_values=True)
        fields = {name: values[0] for name, values in said.items()}
        if action == "messages":
            self._say(account, *_spoken(fields), host=host)
        elif action in BUTTONS or action in ("pace", "save", "forget"):
            self._intervene(account, action, fields)
        else:
            raise Refused(404, NO_PAGE)
        return view()

    @_shown("notice.html")
    def asset(self, name: str) -> View:
        if name not in self.pages.assets:
            raise Refused(404, NO_PAGE)
        return self.pages.assets[name]

    def _say(self, account: str, phone: str, text: str, *, host: str) -> None:
        self._read(account, phone)
        webhook_url = self._webhook_url or f"https://{host}/webhooks/whatsapp"
        try:
            self._customer.say(text, phone=phone, account=account, webhook_url=webhook_url)
        except Retryable as error:
            raise Refused(502, NO_WEBHOOK) from error
        except CredentialMissing as error:
            raise Refused(502, UNSIGNED) from error
        except Rejected as error:
            raise Refused(502, REFUSED.format(status=error.context.get("status"))) from error

    def _intervene(self, account: str, action: str, fields: Mapping[str, str]) -> None:
        transcript = self._read(account, fields.get("customer", ""))
        acts = {"pace": self._set_pace, "save": self._save, "forget": self._forget}
        try:
            if action in BUTTONS:
                BUTTONS[action].press(self._interventions, _seen(transcript, fields))
            else:
                acts[action](transcript, fields)
        except VersionConflictError as error:
            raise Refused(409, MOVED) from error
        except (SessionError, ValueError) as error:
            raise Refused(409, NOT_NOW) from error

    def _set_pace(self, shown: Transcript, fields: Mapping[str, str]) -> None:
        workspace_id = WorkspaceId(shown.workspace_id)
        seen = _seen(shown, fields) if fields.get("session") else None
        try:
            self._interventions.set_pace(fields.get("preset", ""), workspace_id, seen)
        except MalformedRequest as error:
            raise Refused(422, NO_PRESET) from error

    def _save(self, shown: Transcript, fields: Mapping[str, str]) -> None:
        session_id, workspace_id = _session(fields), WorkspaceId(shown.workspace_id)
        try:
            self._interventions.save(fields.get("name", ""), session_id, workspace_id)
        except MalformedRequest as error:
            raise Refused(422, NO_NAME) from error

    def _forget(self, shown: Transcript, fields: Mapping[str, str]) -> None:
        self._interventions.forget(_session(fields), WorkspaceId(shown.workspace_id))

    def _conversation(self, account: str, phone: str, session: str) -> dict[str, object]:
        transcript = self._read(account, phone, session)
        seen = sha256(repr(transcript).encode()).hexdigest()[:16]
        buttons = {name: one for name, one in BUTTONS.items() if one.applies(transcript)}
        return {
            "account": account,
            "phone": phone,
            "transcript": transcript,
            "panels": Panels(shown=transcript, agent=self._agent_of(transcript)),
            "buttons": {} if transcript.is_past else buttons,
            "seen": seen,
            "now": self._clock.now(),
        }

    def _agent_of(self, transcript: Transcript) -> Agent | None:
        session = transcript.session
        agent_id = AgentId(session.agent_id if session else transcript.agent_id)
        return self._agents.get(agent_id) if self._agents.has(agent_id) else None

    def _read(self, account: str, phone: str, session: str = "") -> Transcript:
        if not _PHONE.fullmatch(phone):
            raise Refused(422, WRONG_CUSTOMER)
        try:
            session_id = SessionId(UUID(session)) if session else None
        except ValueError as error:
            raise Refused(404, NO_SESSION) from error
        transcript = self._transcripts.read(
            account, phone, now=self._clock.now(), session_id=session_id
        )
        if transcript is None:
            raise Refused(404, UNKNOWN_NUMBER.format(account=account))
        if session_id and transcript.session is None:
            raise Refused(404, NO_SESSION)
        return transcript


def _seen(shown: Transcript, fields: Mapping[str, str]) -> Seen:
    return seen_in(shown, session=fields.get("session", ""), version=fields.get("version", ""))


def _session(fields: Mapping[str, str]) -> SessionId:
    """Raises ValueError where the form names none."""
    return SessionId(UUID(fields.get("session", "")))


def _spoken(fields: Mapping[str, str]) -> tuple[str, str]:
    """Customer and text; a browser writes line ends as CR LF."""
    phone, text = (fields.get(name, "") for name in ("customer", "text"))
    text = text.replace("\r\n", "\n")
    if not text.strip() or len(text) > MAX_TEXT:
        raise Refused(422, WRONG_TEXT)
    return phone, text


def _stranger() -> str:
    """A Colombian mobile number that has most likely never written."""
    return f"57300{secrets.randbelow(10_000_000):07}"
