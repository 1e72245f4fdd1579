"""python -m tests.chaos RUNS SEED: stories from this seed on, until one breaks an invariant."""

import sys
import time

from local.scenarios import temporary_database
from tests.chaos.search import first_broken, in_parallel


def main(runs: int, seed: int) -> int:
    started = time.perf_counter()
    with temporary_database() as database:
        broken = [found for found in in_parallel(first_broken, database, runs, seed) if found]
    seconds = time.perf_counter() - started
    if not broken:
        print(f"{runs} runs from seed {seed}: 0 violations, {runs / seconds:.0f} runs/s")
        return 0
    for story, violations in broken:
        print(f"seed {story.seed} breaks {violations[0].invariant}: {violations[0].detail}")
        print(story)
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
