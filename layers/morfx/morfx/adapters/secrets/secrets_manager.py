"""Secrets Manager."""

import json
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from morfx.domain.errors import CredentialMissing, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

#: Seconds a secret is remembered: a rotation is noticed within this time.
MEMORY = 300.0


class SecretsManager:
    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Mapping[str, str]]] = {}

    def get(self, name: str) -> Mapping[str, str]:
        """The fields of the secret's JSON object. CredentialMissing, Unavailable."""
        read_at, fields = self._known.get(name, (None, {}))
        if read_at is None or time.monotonic() - read_at >= MEMORY:
            fields = _fields(name, self._read(name))
            self._known[name] = (time.monotonic(), fields)
        return fields

    def _read(self, name: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._client.get_secret_value(SecretId=name).get("SecretString", "")
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "ResourceNotFoundException":
                raise CredentialMissing(f"there is no secret {name}", secret=name) from exc
            raise Unavailable(f"Secrets Manager did not give {name}", secret=name) from exc
        except BotoCoreError as exc:
            raise Unavailable(f"Secrets Manager did not give {name}", secret=name) from exc

    @cached_property
    def _client(self) -> "SecretsManagerClient":
        import boto3
        from botocore.config import Config

        patience = Config(
            connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}
        )
        client: SecretsManagerClient = boto3.client("secretsmanager", config=patience)
        return client


def _fields(name: str, text: str) -> Mapping[str, str]:
    try:
        document = json.loads(text)
    except ValueError:
        document = None  # the error would quote the secret
    if not isinstance(document, dict):
        raise CredentialMissing(f"the secret {name} is not a JSON object", secret=name)
    return {str(key): str(value) for key, value in document.items()}
