"""S3."""

from functools import cached_property
from typing import TYPE_CHECKING

from morfx.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Objects:
    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, key: str, body: bytes) -> None:
        """Keep the bytes. Unavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body)
        except (BotoCoreError, ClientError) as exc:
            raise Unavailable(f"S3 did not keep {key}", key=key) from exc

    def get(self, key: str) -> bytes:
        """The bytes. Unavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as exc:
            raise Unavailable(f"S3 did not give {key}", key=key) from exc

    @cached_property
    def _client(self) -> "S3Client":
        import boto3
        from botocore.config import Config

        patience = Config(
            connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}
        )
        client: S3Client = boto3.client("s3", config=patience)
        return client
