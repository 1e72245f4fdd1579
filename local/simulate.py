"""python -m local.simulate SCENARIO: a scenario as a transcript, and how it went."""

import logging
import sys
from pathlib import Path

from local.scenarios import load, simulation, temporary_database
from morfx.domain.errors import MalformedRequest


def main(file: str) -> int:
    logging.disable(logging.WARNING)  # what goes wrong on purpose is in the transcript
    try:
        scenario = load(Path(file))
        with temporary_database() as database, simulation(database.functions_url) as played:
            story = played.play(scenario)
    except MalformedRequest as error:
        print(error, file=sys.stderr)
        return 2
    print(story.transcript())
    return 0 if story.went_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
