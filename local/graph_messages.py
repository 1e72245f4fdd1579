"""What Meta takes as a message, kind by kind, and what the customer is shown of it."""

import secrets
from collections.abc import Callable
from typing import Any, TypedDict

Body = dict[str, Any]


class Refused(Exception):
    """A request Meta would not take."""

    def __init__(self, status: int, code: int, message: str, retry_after: object = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def document(self) -> dict[str, object]:
        """The error as Meta writes it."""
        error = {
            "message": f"(#{self.code}) {self.message}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.message},
            "fbtrace_id": secrets.token_urlsafe(8),
        }
        return {"error": error}


class Shown(TypedDict):
    """A message as the customer sees it."""

    type: str
    text: str
    #: Titles of its reply buttons, or of the rows of its list.
    choices: list[str]
    #: Of an image or document.
    link: str
    #: Name of an approved template; its variables are the text.
    template: str


def check(body: object) -> None:
    """Refuse what Meta refuses."""
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        raise Refused(400, 100, "The parameter messaging_product is required.")
    if not any(isinstance(body.get(name), str) and body[name] for name in ("to", "recipient")):
        raise Refused(400, 100, "The parameter to is required.")
    kind = body.get("type", "text")
    if kind not in CHECKS:
        raise Refused(400, 131051, "Message type is not supported.")
    part = body.get(kind)
    CHECKS[kind](part if isinstance(part, dict) else {})
    reference = body.get("biz_opaque_callback_data", "")
    if not isinstance(reference, str) or len(reference) > 512:
        raise Refused(400, 100, "Param biz_opaque_callback_data must be at most 512 characters.")


def shown(body: Body) -> Shown:
    """What the customer sees of a message that was checked."""
    kind = body.get("type", "text")
    part: Body = body[kind]
    return Shown(
        type=kind,
        text=_words(kind, part),
        choices=_titles(part),
        link=str(part.get("link", "")),
        template=str(part["name"]) if kind == "template" else "",
    )


def _words(kind: str, part: Body) -> str:
    if kind == "template":
        return " · ".join(str(one["text"]) for one in _parameters(part))
    text = part["body"]["text"] if kind == "interactive" else part.get("body", part.get("caption"))
    return str(text or "")


def _titles(part: Body) -> list[str]:
    action = part.get("action", {})
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    buttons = [button["reply"] for button in action.get("buttons", [])]
    return [str(choice["title"]) for choice in (*buttons, *rows)]


def _parameters(template: Body) -> list[Body]:
    components = template.get("components", [])
    return [one for component in components for one in component["parameters"]]


def _check_text(part: Body) -> None:
    _demand_text(part.get("body"), 4096, "text['body']")


def _check_media(part: Body) -> None:
    link = part.get("link")
    if not isinstance(link, str) or not link.startswith(("https://", "http://")):
        raise Refused(400, 131008, "Required parameter is missing: link")
    if len(str(part.get("caption", ""))) > 1024:
        raise Refused(400, 100, "Param caption must be at most 1024 characters long.")


def _check_interactive(part: Body) -> None:
    kind, action = part.get("type"), part.get("action", {})
    if kind not in ("button", "list"):
        raise Refused(400, 131009, "Parameter value is not valid: interactive['type']")
    is_list = kind == "list"
    _demand_text(part.get("body", {}).get("text"), 4096 if is_list else 1024, "body['text']")
    if is_list and not 1 <= len(str(action.get("button", ""))) <= 20:
        raise Refused(400, 131009, "Parameter value is not valid: action['button']")
    titles, most, longest = _titles(part), *((10, 24) if is_list else (3, 20))
    if not 1 <= len(titles) <= most or len(set(titles)) < len(titles):
        raise Refused(400, 131009, f"Parameter value is not valid: 1 to {most} different choices")
    if not all(1 <= len(title) <= longest for title in titles):
        raise Refused(400, 131009, f"Title length invalid. Min length: 1, Max length: {longest}")


def _check_template(part: Body) -> None:
    if not part.get("name"):
        raise Refused(400, 131008, "Required parameter is missing: template['name']")
    if not part.get("language", {}).get("code"):
        raise Refused(400, 131008, "Required parameter is missing: template['language']")
    for value in (one.get("text") for one in _parameters(part)):
        if not isinstance(value, str) or not value.strip():
            raise Refused(400, 132012, "Parameter format does not match the template")
        if "\n" in value or "\t" in value or "    " in value:
            raise Refused(400, 132018, "Param text cannot have new-line/tab or 4 spaces in a row")


def _demand_text(text: object, longest: int, name: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, 131008, f"Required parameter is missing: {name}")
    if len(text) > longest:
        raise Refused(400, 100, f"Param {name} must be at most {longest} characters long.")


CHECKS: dict[object, Callable[[Body], None]] = {
    "text": _check_text,
    "image": _check_media,
    "document": _check_media,
    "interactive": _check_interactive,
    "template": _check_template,
}
