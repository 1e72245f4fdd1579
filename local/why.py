"""python -m local.why MESSAGE: why the running house said what it said, or did not."""

import os
import sys
from uuid import UUID

import psycopg

from local.ready import NoHouse, Ready


def main(message: str) -> int:
    try:
        wanted, ready = UUID(message), Ready.of_running_house(os.environ)
    except ValueError:
        print(f"MESSAGE must be the id of a row of messages, not {message!r}", file=sys.stderr)
        return 2
    except NoHouse as error:
        print(error, file=sys.stderr)
        return 1
    with psycopg.connect(ready.database_url) as connection:
        lines = connection.execute("SELECT what, how FROM why(%s)", [wanted]).fetchall()
    for what, how in lines:
        print(f"{what:>20}  {how}")
    if not lines:
        print("No turn has dealt with this message yet.", file=sys.stderr)
    return 0 if lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
