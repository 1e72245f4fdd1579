"""What entered and left every queue, appended to a file before the sender is answered.

One JSON line per change. A killed process loses at most the half-written last line, whose sender
had no answer yet.
"""

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Message = dict[str, Any]

DEDUPLICATION_SECONDS = 300


@dataclass
class Contents:
    """One queue as the journal remembers it."""

    present: dict[str, Message] = field(default_factory=dict)
    # Sent in the last five minutes, still here or not: a second one like it must be recognised.
    recent: dict[str, Message] = field(default_factory=dict)


class QueueJournal:
    def __init__(self, path: Path) -> None:
        self._contents = _read(path)
        self._file = _rewritten(path, self._contents)

    def claim(self, queue: str) -> Contents:
        """What a queue of this name held when the last process ended."""
        return self._contents.pop(queue, Contents())

    def entered(self, queue: str, message: Message) -> None:
        self._append({"queue": queue, "entered": message})

    def left(self, queue: str, message_id: str) -> None:
        self._append({"queue": queue, "left": message_id})

    def _append(self, change: dict[str, Any]) -> None:
        os.write(self._file, _line(change))


def _read(path: Path) -> dict[str, Contents]:
    contents: dict[str, Contents] = defaultdict(Contents)
    for change in _changes(path):
        queue = contents[change["queue"]]
        if "entered" in change:
            message = change["entered"]
            queue.present[message["id"]] = message
            if message["sent_at"] > time.time() - DEDUPLICATION_SECONDS:
                queue.recent[message["id"]] = message
        else:
            queue.present.pop(change["left"], None)
    return contents


def _changes(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the half-written line of a killed process
            continue


def _rewritten(path: Path, contents: dict[str, Contents]) -> int:
    """Start the file anew with only what still matters, and keep it open for appending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        for queue, kept in contents.items():
            for message in (kept.present | kept.recent).values():
                file.write(_line({"queue": queue, "entered": message}))
                if message["id"] not in kept.present:
                    file.write(_line({"queue": queue, "left": message["id"]}))
    fresh.replace(path)
    return os.open(path, os.O_WRONLY | os.O_APPEND)


def _line(change: dict[str, Any]) -> bytes:
    return json.dumps(change).encode() + b"\n"
