"""A function for the house's own tests: it does what the event says and tells what it saw."""

import os
import sys
import time
from pathlib import Path
from typing import Any


class OutOfStock(Exception):
    """An error of our own, to be caught by name."""


def handler(event: dict[str, Any], context: Any) -> Any:
    print("the probe ran")
    if "Records" in event:
        return _take_batch(event["Records"])
    match event.get("do"):
        case "raise":
            raise OutOfStock("no more elixir")
        case "exit":
            os._exit(3)
        case "sleep":
            time.sleep(event["seconds"])
        case "look around":
            return {"pid": os.getpid(), "environment": dict(os.environ), "path": sys.path}
    return event


def _take_batch(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Write down when each message was begun and ended, in the file of PROBE_DIARY."""
    failed = []
    for record in records:
        group, body = record["attributes"]["MessageGroupId"], record["body"]
        _note(f"{time.time()} begin {group} {body}")
        time.sleep(0 if body.startswith("quick") else 0.2)
        if body.startswith("fail"):
            failed.append({"itemIdentifier": record["messageId"]})
        _note(f"{time.time()} end {group} {body}")
    return {"batchItemFailures": failed}


def _note(line: str) -> None:
    with Path(os.environ["PROBE_DIARY"]).open("a") as diary:
        diary.write(line + "\n")
