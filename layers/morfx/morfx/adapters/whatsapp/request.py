"""A message as the body of a request to the Cloud API; 360dialog takes the same."""

import re
from urllib.parse import unquote, urlsplit

from morfx.domain.content import (
    MAX_BUTTONS,
    Attachment,
    Choices,
    Content,
    FilledTemplate,
    Text,
)
from morfx.domain.delivery import Outgoing

Body = dict[str, object]

#: A business-scoped user id: country, "ENT" for a parent business, an opaque name.
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]+")


def body_of(message: Outgoing) -> Body:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient" if _USER_ID.fullmatch(message.to) else "to": message.to,
        **_content(message.content),
        "biz_opaque_callback_data": message.reference,
    }


def _content(content: Content) -> Body:
    match content:
        case Text(text=text):
            return {"type": "text", "text": {"preview_url": False, "body": text}}
        case Choices():
            return {"type": "interactive", "interactive": _interactive(content)}
        case Attachment():
            return {"type": content.media.kind, content.media.kind: _media(content)}
        case FilledTemplate():
            return {"type": "template", "template": _template(content)}


def _interactive(choices: Choices) -> Body:
    """Reply buttons, or a list where there are too many for buttons."""
    if len(choices.titles) <= MAX_BUTTONS:
        buttons = [{"type": "reply", "reply": {"id": t, "title": t}} for t in choices.titles]
        action: Body = {"buttons": buttons}
    else:
        rows = [{"id": title, "title": title} for title in choices.titles]
        action = {"button": choices.label, "sections": [{"rows": rows}]}
    kind = "button" if "buttons" in action else "list"
    return {"type": kind, "body": {"text": choices.text}, "action": action}


def _media(attachment: Attachment) -> Body:
    link = attachment.media.link
    sent: Body = {"link": link, "caption": attachment.caption}
    if attachment.media.kind == "document":
        sent["filename"] = unquote(urlsplit(link).path.rpartition("/")[2]) or "documento"
    return sent


def _template(template: FilledTemplate) -> Body:
    parameters = [{"type": "text", "text": value} for value in template.values]
    sent: Body = {"name": template.name, "language": {"code": template.language}}
    if parameters:
        sent["components"] = [{"type": "body", "parameters": parameters}]
    return sent
