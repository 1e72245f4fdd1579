"""IAM database authentication: a signed token in place of a password, good for fifteen minutes."""

import os
from functools import cache
from typing import Any
from urllib.parse import urlsplit


def token_for(database_url: str) -> str:
    """A password for the URL's user and host; signed here, without a network call."""
    address = urlsplit(database_url)
    token: str = _rds().generate_db_auth_token(
        DBHostname=address.hostname,
        Port=address.port or 5432,
        DBUsername=address.username,
        Region=os.environ["AWS_REGION"],
    )
    return token


@cache
def _rds() -> Any:
    """Loading the service's model takes longer than signing, so once a container."""
    import boto3

    return boto3.client("rds")
