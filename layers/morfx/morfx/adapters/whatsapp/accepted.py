"""A record of the inbound queue, as the endpoint wrote it."""

import json
from datetime import datetime
from uuid import UUID

from morfx.domain.inbound import Accepted
from morfx.ports import Objects


def read_accepted(body: str, *, objects: Objects) -> Accepted:
    """The item, fetched from the object store where it was too large for the queue."""
    fields = json.loads(body)
    if fields.get("oversize_key"):
        fields = json.loads(objects.get(fields["oversize_key"]))
    return Accepted(
        id=UUID(fields["accepted_id"]),
        kind=fields["kind"],
        accepted_at=datetime.fromisoformat(fields["accepted_at"]),
        account=fields["phone_number_id"],
        raw=fields["raw"],
        profile=fields["profile"],
    )
