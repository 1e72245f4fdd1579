"""What a caller asks, checked field by field."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from morfx.api.refusal import Refusal, WrongField, invalid, wrong_fields
from morfx.domain.content import MAX_TEXT

#: Bytes: the longest text with every character escaped, and room for the rest.
MAX_BODY = 64 * 1024

#: What a caller may name a message by.
_KEY = r"^[A-Za-z0-9._:-]{1,128}$"

#: How much of what was said is read at once.
MAX_PAGE = 100

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SaidMessage(_Request):
    """One message of one customer."""

    #: The caller's own name for the customer: an id, or a phone.
    customer: _Name
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]
    #: E.164; it counts when the customer is first seen.
    phone: str | None = Field(None, pattern=r"^\+[1-9][0-9]{6,14}$")
    name: _Name | None = None
    #: The same again is the same message.
    message_id: str | None = Field(None, pattern=_KEY)


class _IdempotencyKey(_Request):
    key: str = Field(alias="Idempotency-Key", pattern=_KEY)


class SaidQuery(_Request):
    """Which part of all that was said."""

    after: int = Field(0, ge=0, lt=2**63)
    customer: _Name | None = None
    limit: int = Field(MAX_PAGE, ge=1, le=MAX_PAGE)


RequestT = TypeVar("RequestT", bound=_Request)


def read_message(body: bytes, idempotency_key: str | None) -> SaidMessage:
    """The message, named by the header where that is given.

    Raises Refusal: 413, 400 for what is no JSON, 422 with every field that is wrong.
    """
    if len(body) > MAX_BODY:
        raise Refusal(413, "TOO_LARGE", f"the body may have {MAX_BODY} bytes")
    try:
        message = SaidMessage.model_validate_json(body)
    except ValidationError as exc:
        errors = exc.errors(include_input=False)
        if errors[0]["type"] == "json_invalid":
            raise Refusal(400, "INVALID_JSON", "the body is not JSON") from exc
        raise invalid(*wrong_fields(errors)) from exc
    if idempotency_key is None:
        return message
    key = _checked(_IdempotencyKey, {"Idempotency-Key": idempotency_key}).key
    if message.message_id not in (None, key):
        raise invalid(WrongField(field="message_id", message="is not the Idempotency-Key"))
    return message.model_copy(update={"message_id": key})


def read_query(query: Mapping[str, str]) -> SaidQuery:
    """Raises Refusal: 422 with every field that is wrong."""
    return _checked(SaidQuery, dict(query))


def _checked(request: type[RequestT], fields: Mapping[str, str]) -> RequestT:
    try:
        return request.model_validate(fields)
    except ValidationError as exc:
        raise invalid(*wrong_fields(exc.errors(include_input=False))) from exc
