"""python -m local.why MESSAGE: why the running house said what it said, or did not."""

import json
import os
import sys
from uuid import UUID

import psycopg

from local.folders import Folders
from local.settings import Settings


def main(message: str) -> int:
    try:
        wanted = UUID(message)
    except ValueError:
        print(f"MESSAGE must be the id of a row of messages, not {message!r}", file=sys.stderr)
        return 2
    ready = Folders(Settings.from_environment(os.environ).folder).ready
    if not ready.exists():
        print("No house is running: make run", file=sys.stderr)
        return 1
    database_url = json.loads(ready.read_text())["database_url"]
    with psycopg.connect(database_url) as connection:
        lines = connection.execute("SELECT what, how FROM why(%s)", [wanted]).fetchall()
    for what, how in lines:
        print(f"{what:>20}  {how}")
    if not lines:
        print("No turn has dealt with this message yet.", file=sys.stderr)
    return 0 if lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
