"""IAM database authentication: a signed token in place of a password, good for fifteen minutes."""

import os
from urllib.parse import urlsplit


def token_for(database_url: str) -> str:
    """A password for the URL's user and host; signed here, without a network call."""
    import boto3

    address = urlsplit(database_url)
    token: str = boto3.client("rds").generate_db_auth_token(
        DBHostname=address.hostname,
        Port=address.port or 5432,
        DBUsername=address.username,
        Region=os.environ["AWS_REGION"],
    )
    return token
