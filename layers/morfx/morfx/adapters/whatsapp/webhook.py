"""What Meta posts, taken apart: an item per message, per status, and per thing we do not know.

Nothing is dropped and nothing raises: what is not understood becomes an item of kind ``unknown``
with the whole of it inside. Kept free of pydantic, which would double the webhook's cold start.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

Kind = Literal["message", "status", "unknown"]

_STATUSES = ("sent", "delivered", "read", "played", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    kind: Kind
    #: Items of one group are handled in order: one customer of one receiving number.
    group: str
    #: The same for every redelivery of the same thing.
    deduplication_id: str
    phone_number_id: str | None
    raw: object
    #: Meta's contacts[] entry of the sender.
    profile: object


def split(payload: object) -> list[Item]:
    """At least one item, in the order of the payload."""
    is_ours = part(payload, "object") == "whatsapp_business_account"
    entries = _list(payload, "entry") if is_ours else []
    return [item for entry in entries for item in _of_entry(entry)] or [_unknown(payload)]


def sender_of(raw: object, profile: object) -> str | None:
    """Who wrote: the business-scoped user id, or the WhatsApp id where Meta gives no other.

    The business-scoped id comes first because it stays when a customer hides the phone number.
    """
    return (
        name_at(raw, "from_user_id")
        or name_at(profile, "user_id")
        or name_at(raw, "from")
        or name_at(profile, "wa_id")
    )


def part(holder: object, key: str) -> object:
    """What the holder keeps under the key, or None; the holder may be anything."""
    return holder.get(key) if isinstance(holder, dict) else None


def name_at(holder: object, key: str) -> str | None:
    """The text kept under the key; None where there is none, or it is empty."""
    found = part(holder, key)
    return found if isinstance(found, str) and found else None


def _of_entry(entry: object) -> list[Item]:
    changes = _list(entry, "changes")
    return [item for change in changes for item in _of_change(change)] or [_unknown(entry)]


def _of_change(change: object) -> list[Item]:
    value = part(change, "value")
    if part(change, "field") != "messages" or not isinstance(value, dict):
        return [_unknown(change, _receiving_number(value))]
    return list(_of_value(value)) or [_unknown(change, _receiving_number(value))]


def _of_value(value: dict[str, object]) -> Iterator[Item]:
    number = _receiving_number(value)
    for key, content in value.items():
        if key in ("messaging_product", "metadata", "contacts"):
            continue
        if key == "messages" and isinstance(content, list):
            yield from (_message(raw, number, _list(value, "contacts")) for raw in content)
        elif key == "statuses" and isinstance(content, list):
            yield from (_status(raw, number) for raw in content)
        else:
            yield _unknown({key: content}, number)


def _message(raw: object, number: str | None, contacts: list[object]) -> Item:
    profile = _profile(raw, contacts)
    sender, name = sender_of(raw, profile), name_at(raw, "id")
    if not (number and sender and name):
        return _unknown(raw, number)
    return Item(
        kind="message",
        group=_digest(number, sender),
        deduplication_id=_digest("message", number, name),
        phone_number_id=number,
        raw=raw,
        profile=profile,
    )


def _status(raw: object, number: str | None) -> Item:
    name, status = name_at(raw, "id"), name_at(raw, "status")
    if not (number and name and status in _STATUSES):
        return _unknown(raw, number)
    recipient = name_at(raw, "recipient_user_id") or name_at(raw, "recipient_id") or name
    return Item(
        kind="status",
        group=_digest(number, recipient),
        deduplication_id=_digest("status", number, name, status),
        phone_number_id=number,
        raw=raw,
        profile=None,
    )


def _unknown(raw: object, number: str | None = None) -> Item:
    return Item(
        kind="unknown",
        group=_digest(number, "unknown"),
        deduplication_id=_digest("unknown", number, raw),
        phone_number_id=number,
        raw=raw,
        profile=None,
    )


def _profile(raw: object, contacts: list[object]) -> object:
    own = [name for name in (name_at(raw, "from_user_id"), name_at(raw, "from")) if name]
    if not own and len(contacts) == 1:
        return contacts[0]
    return next((c for c in contacts if part(c, "user_id") in own or part(c, "wa_id") in own), None)


def _receiving_number(value: object) -> str | None:
    return name_at(part(value, "metadata"), "phone_number_id")


def _list(holder: object, key: str) -> list[object]:
    found = part(holder, key)
    return found if isinstance(found, list) else []


def _digest(*parts: object) -> str:
    """A name every queue accepts, and that tells nobody a phone number."""
    return sha256(json.dumps(parts).encode("ascii")).hexdigest()
