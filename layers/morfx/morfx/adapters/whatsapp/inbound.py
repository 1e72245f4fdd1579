"""One webhook item in Meta's words, turned into ours. What it must have is checked here."""

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, PlainValidator
from pydantic import ValidationError as Invalid

from morfx.adapters.whatsapp.failures import FAILURES
from morfx.adapters.whatsapp.webhook import name_at, part, sender_of
from morfx.domain.errors import MalformedWebhook
from morfx.domain.message import InboundMessage, StatusUpdate

_END_OF_TIME = 253_402_300_800  # 10000-01-01: a datetime ends before it


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")  # noqa: TRY004 - pydantic reports a ValueError
    return value


def _instant(value: object) -> datetime:
    if not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise ValueError("not epoch seconds in digits")
    if len(value) > 12 or int(value) >= _END_OF_TIME:
        raise ValueError("later than any date")
    return datetime.fromtimestamp(int(value), UTC)


#: pydantic's own str refuses lone surrogates, which people do manage to send.
Text = Annotated[str, PlainValidator(_string)]
#: Meta writes an instant as epoch seconds, in digits.
Instant = Annotated[datetime, PlainValidator(_instant)]

#: Where each type of message keeps what the person wrote or chose.
_SAID = AliasChoices(
    AliasPath("text", "body"),
    AliasPath("button", "text"),
    AliasPath("interactive", "button_reply", "title"),
    AliasPath("interactive", "list_reply", "title"),
    AliasPath("image", "caption"),
    AliasPath("video", "caption"),
    AliasPath("document", "caption"),
    AliasPath("reaction", "emoji"),
    AliasPath("order", "text"),
)
_ANSWERED = AliasChoices(AliasPath("context", "id"), AliasPath("reaction", "message_id"))


class _Item(BaseModel):
    # Errors name the field and never show its content: it is what a customer wrote.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Text
    timestamp: Instant


ItemT = TypeVar("ItemT", bound=_Item)


class _Message(_Item):
    type: Text = "unknown"
    said: Text = Field("", validation_alias=_SAID)
    answered: Text | None = Field(None, validation_alias=_ANSWERED)


class _Status(_Item):
    status: Literal["sent", "delivered", "read", "played", "failed"]
    reference: Text | None = Field(None, validation_alias="biz_opaque_callback_data")
    error_code: int | None = Field(None, validation_alias=AliasPath("errors", 0, "code"))
    error_title: Text | None = Field(None, validation_alias=AliasPath("errors", 0, "title"))


def message(raw: object, profile: object) -> InboundMessage:
    """The message; ``profile`` is Meta's contacts[] entry of the sender. MalformedWebhook."""
    item = _checked(_Message, raw)
    sender = sender_of(raw, profile)
    if sender is None:
        raise _malformed("from")
    if item.type == "text" and "said" not in item.model_fields_set:
        raise _malformed("text.body")
    return InboundMessage(
        provider_message_id=item.id,
        sender=sender,
        sender_phone=name_at(raw, "from") or name_at(profile, "wa_id"),
        profile_name=name_at(part(profile, "profile"), "name"),
        type=item.type,
        text=item.said,
        sent_at=item.timestamp,
        reply_to=item.answered,
    )


def status(raw: object) -> StatusUpdate:
    """The status of a message we sent. MalformedWebhook."""
    item = _checked(_Status, raw)
    return StatusUpdate(
        provider_message_id=item.id,
        reference=item.reference,
        # A voice message that was played was also seen.
        status="read" if item.status == "played" else item.status,
        at=item.timestamp,
        error_code=item.error_code,
        error_title=item.error_title,
        failure=FAILURES.get(item.error_code) if item.error_code is not None else None,
    )


def _checked(model: type[ItemT], raw: object) -> ItemT:
    try:
        return model.model_validate(raw)
    except Invalid as exc:
        raise _malformed(".".join(map(str, exc.errors()[0]["loc"]))) from exc


def _malformed(field: str) -> MalformedWebhook:
    return MalformedWebhook(f"the webhook item has no usable field: {field}", field=field)
