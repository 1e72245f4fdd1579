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

from morfx.console_views.interventions import BUTTONS, Button, Interventions, seen_in
from morfx.console_views.pages import Pages, View, view
from morfx.domain.errors import (
    CredentialMissing,
    Rejected,
    Retryable,
    SessionError,
    VersionConflictError,
)
from morfx.domain.transcript import Transcript
from morfx.ports import Clock, PretendCustomer, Transcripts

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
        pages: Pages,
        clock: Clock,
    ) -> None:
        self.enabled = enabled
        self.pages = pages
        self._webhook_url = webhook_url
        self._transcripts = transcripts
        self._customer = customer
        self._interventions = interventions
        self._clock = clock

    @_shown("notice.html")
    def page(self, query: Mapping[str, str]) -> View:
        """The whole page; ``number`` and ``customer`` name the conversation."""
        phone = query.get("customer", "").strip() or FIRST_CUSTOMER
        numbers = self._transcripts.numbers()
        account = query.get("number", "").strip() or (numbers[0].account if numbers else "")
        choice: dict[str, object] = {"numbers": numbers, "account": account, "phone": phone}
        if not account:
            return self.pages.render("choice.html", {**choice, "sentence": ""})
        try:
            shown = self._conversation(account, phone)
        except Refused as refused:
            values = {**choice, "sentence": refused.sentence}
            return self.pages.render("choice.html", values, status=refused.status)
        values = {**choice, **shown, "stranger": _stranger(), "max_text": MAX_TEXT}
        return self.pages.render("sandbox.html", values)

    @_shown("line.html")
    def conversation(self, account: str, query: Mapping[str, str]) -> View:
        """The parts of the page that change; 204 where the browser has ``seen`` them."""
        shown = self._conversation(account, query.get("customer", ""))
        if query.get("seen") == shown["seen"]:
            return view(status=204)
        return self.pages.render("conversation.html", shown)

    @_shown("line.html")
    def act(self, account: str, action: str, form: bytes, *, host: str, from_page: bool) -> View:
        """Say the form's ``text`` as its ``customer`` (``messages``), or press the button of this
        name on the conversation as the form says it was shown; an empty answer is success.

        ``from_page``: the request has a header that no other site can make a browser send.
        """
        if not from_page:
            raise Refused(403, FOREIGN_FORM)
        said = parse_qs(form.decode("utf-8", "replace"), keep_blank_values=True)
        fields = {name: values[0] for name, values in said.items()}
        if action == "messages":
            self._say(account, *_spoken(fields), host=host)
        elif action in BUTTONS:
            self._press(account, BUTTONS[action], fields)
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

    def _press(self, account: str, button: Button, fields: Mapping[str, str]) -> None:
        transcript = self._read(account, fields.get("customer", ""))
        session, version = fields.get("session", ""), fields.get("version", "")
        try:
            seen = seen_in(transcript, session=session, version=version)
            self._interventions.press(button, seen)
        except VersionConflictError as error:
            raise Refused(409, MOVED) from error
        except (SessionError, ValueError) as error:
            raise Refused(409, NOT_NOW) from error

    def _conversation(self, account: str, phone: str) -> dict[str, object]:
        transcript = self._read(account, phone)
        seen = sha256(repr(transcript).encode()).hexdigest()[:16]
        buttons = {name: one for name, one in BUTTONS.items() if one.applies(transcript)}
        return {
            "account": account,
            "phone": phone,
            "transcript": transcript,
            "buttons": buttons,
            "seen": seen,
        }

    def _read(self, account: str, phone: str) -> Transcript:
        if not _PHONE.fullmatch(phone):
            raise Refused(422, WRONG_CUSTOMER)
        transcript = self._transcripts.read(account, phone, now=self._clock.now())
        if transcript is None:
            raise Refused(404, UNKNOWN_NUMBER.format(account=account))
        return transcript


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
