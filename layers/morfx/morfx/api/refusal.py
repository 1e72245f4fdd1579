"""What a caller is told where there is no answer: a status, a code, and which field is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_core import ErrorDetails

Document = dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongField:
    field: str
    message: str


class Refusal(Exception):
    """The request is not carried out."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Sequence[WrongField] = (),
        message_id: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.fields = tuple(fields)
        #: Of the message that may be sent again.
        self.message_id = message_id
        self.headers = headers or {}

    @property
    def document(self) -> Document:
        error: Document = {"code": self.code, "message": str(self)}
        if self.fields:
            error["fields"] = [
                {"field": wrong.field, "message": wrong.message} for wrong in self.fields
            ]
        if self.message_id:
            error["message_id"] = self.message_id
        return {"error": error}


def invalid(*fields: WrongField) -> Refusal:
    names = ", ".join(dict.fromkeys(wrong.field for wrong in fields))
    return Refusal(422, "VALIDATION_ERROR", f"not valid: {names}", fields=fields)


def wrong_fields(errors: Sequence[ErrorDetails]) -> list[WrongField]:
    """pydantic's errors, all of them; never what was written there."""
    return [
        WrongField(field=".".join(map(str, error["loc"])) or "body", message=error["msg"])
        for error in errors
    ]
