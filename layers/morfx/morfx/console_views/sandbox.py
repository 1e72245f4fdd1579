"""The sandbox: a page that speaks as a customer through the real webhook and shows what follows."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec
from urllib.parse import parse_qs

from morfx.console_views.pages import Pages, View, view
from morfx.domain.errors import CredentialMissing, Rejected, Retryable
from morfx.domain.transcript import Transcript
from morfx.ports import PretendCustomer, Transcripts

logger = logging.getLogger(__name__)

#: Who speaks where the address names nobody; the next visit goes on with the same conversation.
FIRST_CUSTOMER = "573001112233"

#: WhatsApp's own limit of a text, in characters.
MAX_TEXT = 4096

DISABLED = "El sandbox está apagado en esta instalación."
NO_PAGE = "Esta página no existe."
UNAVAILABLE = "MorfX no responde en este momento. Vuelve a intentar en unos segundos."
UNKNOWN_NUMBER = "number: ninguna tienda tiene el número receptor {account}."
WRONG_CUSTOMER = (
    "customer: el teléfono del cliente debe tener entre 7 y 15 dígitos, con el indicativo del país."
)
WRONG_TEXT = f"text: escribe entre 1 y {MAX_TEXT} caracteres."
FOREIGN_FORM = "El mensaje se debe enviar desde la página del sandbox."
NO_SECRET = "Falta el secreto con el que se firman los mensajes (app_secret)."
NO_WEBHOOK = "El webhook no respondió bien; no se sabe si el mensaje entró."
REFUSED = "El webhook rechazó el mensaje (HTTP {status})."

_PHONE = re.compile("[1-9][0-9]{6,14}")

P = ParamSpec("P")
Page = Callable[Concatenate["Sandbox", P], View]


def _when_open(page: Page[P]) -> Page[P]:
    """Shown only where the sandbox is enabled; a passing fault is said, not thrown."""

    @wraps(page)
    def shown(self: "Sandbox", *args: P.args, **kwargs: P.kwargs) -> View:
        if not self.enabled:
            return self.notice(404, DISABLED)
        try:
            return page(self, *args, **kwargs)
        except Retryable:
            logger.warning("page not shown", exc_info=True)
            return self.notice(503, UNAVAILABLE)

    return shown


class Sandbox:
    """``webhook_url`` empty: the webhook is on the host that the browser asked for this page."""

    def __init__(
        self,
        *,
        enabled: bool,
        webhook_url: str,
        transcripts: Transcripts,
        customer: PretendCustomer,
        pages: Pages,
    ) -> None:
        self.enabled = enabled
        self._webhook_url = webhook_url
        self._transcripts = transcripts
        self._customer = customer
        self._pages = pages

    @_when_open
    def page(self, query: Mapping[str, str]) -> View:
        """The whole page; ``number`` and ``customer`` name the conversation."""
        phone = query.get("customer", "").strip() or FIRST_CUSTOMER
        numbers = self._transcripts.numbers()
        account = query.get("number", "").strip() or (numbers[0].account if numbers else "")
        values = {"numbers": numbers, "account": account, "phone": phone}
        if not account:
            return self._pages.render("choice.html", sentence="", **values)
        refusal, transcript = self._find(account, phone)
        if transcript is None:
            status, sentence = refusal
            return self._pages.render("choice.html", status=status, sentence=sentence, **values)
        return self._pages.render(
            "sandbox.html",
            **values,
            transcript=transcript,
            seen=_fingerprint(transcript),
            stranger=_stranger(),
            max_text=MAX_TEXT,
        )
