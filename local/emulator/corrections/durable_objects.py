"""What was put into a bucket of the stack is there again after a restart.

MiniStack keeps objects on disk but gives the stack's bucket a new name each time it is created.
"""

from collections.abc import Callable
from typing import Any

from local.emulator.ministack import objects, provisioners


def apply() -> None:
    bucket = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    bucket["create"] = _creating(bucket["create"])


def _creating(create: Callable[..., Any]) -> Callable[..., Any]:
    def create_bucket(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        provisioners._NAME_SEED.set(stack)
        name = properties.get("BucketName") or provisioners._physical_name(
            stack, logical_id, lowercase=True, max_len=63
        )
        kept = objects._buckets.pop(name, None)
        result = create(logical_id, properties, stack)
        if kept:
            objects._buckets[name]["objects"] = kept["objects"]
        return result

    return create_bucket
