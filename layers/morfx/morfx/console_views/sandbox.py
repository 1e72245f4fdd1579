"""The sandbox: a page that speaks as a customer through the real webhook and shows what comes of it."""

import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qs

from morfx.console_views.pages import Pages, View
from morfx.domain.errors import MorfxError, Rejected, Retryable
from morfx.domain.transcript import Transcript
from morfx.ports import PretendCustomer, Transcripts

#: The customer of who names none; the next visit goes on with the same conversation.
FIRST_CUSTOMER = "573001112233"

#: WhatsApp's own limit of a text, in characters.
MAX_TEXT = 4096

_PHONE = re.compile("[1-9][0-9]{6,14}")

DISABLED = "El sandbox está apagado en esta instalación."
NO_PAGE = "Esta página no existe."
NO_DATABASE = "La base de datos no responde en este momento. Vuelve a intentar en unos segundos."
FAILED = "Algo falló al preparar esta página. El registro de la consola dice qué fue."
UNKNOWN_NUMBER = "Ninguna tienda tiene el número receptor {account}."
WRONG_CUSTOMER = (
    "customer: el teléfono del cliente debe tener entre 7 y 15 dígitos, con el indicativo del país."
)
WRONG_TEXT = f"text: escribe entre 1 y {MAX_TEXT} caracteres."
FOREIGN_FORM = "El mensaje debe enviarse desde esta página."
NO_WEBHOOK = "El webhook no respondió bien, así que el mensaje puede no haber llegado."
REFUSED = "El webhook rechazó el mensaje: {why}"


class Sandbox:
    """``webhook_url`` empty: the webhook is a neighbour, on the host the browser asked."""

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

    def page(self, query: Mapping[str, str]) -> View:
        """The whole page: ``number`` and ``customer`` name the conversation."""
        phone = query.get("customer", "").strip() or FIRST_CUSTOMER
        numbers = self._transcripts.numbers()
        account = query.get("number", "").strip() or (numbers[0].account if numbers else "")
        choice = {"numbers": numbers, "account": account, "phone": phone}
        if not account:
            return self._pages.render("choice.html", sentence="", **choice)
        if not _PHONE.fullmatch(phone):
            return self._pages.render("choice.html", status=422, sentence=WRONG_CUSTOMER, **choice)
        transcript = self._transcripts.read(account, phone)
        if transcript is None:
            sentence = UNKNOWN_NUMBER.format(account=account)
            return self._pages.render("choice.html", status=404, sentence=sentence, **choice)
        return self._pages.render(
            "sandbox.html",
            **choice,
            transcript=transcript,
            seen=_fingerprint(transcript),
            stranger=_stranger(),
            max_text=MAX_TEXT,
        )

    def conversation(self, account: str, query: Mapping[str, str]) -> View:
        """The part that changes; 204 where the browser shows it already (``seen``)."""
        phone = query.get("customer", "")
        if not _PHONE.fullmatch(phone):
            return self.notice(422, WRONG_CUSTOMER)
        transcript = self._transcripts.read(account, phone)
        if transcript is None:
            return self.notice(404, UNKNOWN_NUMBER.format(account=account))
        seen = _fingerprint(transcript)
        if query.get("seen") == seen:
            return View(status=204)
        return self._pages.render(
            "conversation.html", account=account, phone=phone, transcript=transcript, seen=seen
        )

    def say(self, account: str, form: str, *, host: str, from_page: bool) -> View:
        """Say ``text`` as ``customer``; the answer is an empty body, or a sentence about why not.

        ``from_page``: the request carries a header no other site can make a browser send.
        """
        fields = parse_qs(form)
        phone, text = (fields.get(name, [""])[0] for name in ("customer", "text"))
        text = text.replace("\r\n", "\n")
        if not from_page:
            return self._line(403, FOREIGN_FORM)
        if not _PHONE.fullmatch(phone):
            return self._line(422, WRONG_CUSTOMER)
        if not text.strip() or len(text) > MAX_TEXT:
            return self._line(422, WRONG_TEXT)
        if self._transcripts.read(account, phone) is None:
            return self._line(404, UNKNOWN_NUMBER.format(account=account))
        webhook_url = self._webhook_url or f"https://{host}/webhooks/whatsapp"
        try:
            self._customer.say(text, phone=phone, account=account, webhook_url=webhook_url)
        except Retryable:
            return self._line(502, NO_WEBHOOK)
        except Rejected as error:
            return self._line(502, REFUSED.format(why=error.context.get("status", error)))
        return View()

    def asset(self, name: str) -> View:
        return self._pages.assets.get(name) or self.notice(404, NO_PAGE)

    def failure(self, error: MorfxError) -> View:
        if isinstance(error, Retryable):
            return self.notice(503, NO_DATABASE)
        return self.notice(500, FAILED)

    def notice(self, status: int, sentence: str) -> View:
        """A page of one sentence."""
        return self._pages.render("notice.html", status=status, sentence=sentence)

    def _line(self, status: int, sentence: str) -> View:
        return self._pages.render("line.html", status=status, sentence=sentence)


def _fingerprint(transcript: Transcript) -> str:
    return sha256(repr(transcript).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _stranger() -> str:
    """A Colombian mobile number that has most likely never written."""
    return f"57300{secrets.randbelow(10_000_000):07}"
