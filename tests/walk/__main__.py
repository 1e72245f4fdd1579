"""python -m tests.walk RUNS SEED: customers from this seed on, until one is not served well."""

import sys
import time

from local.scenarios import temporary_database
from tests.chaos.search import in_parallel
from tests.walk.search import Tally, walk_all


def main(runs: int, seed: int) -> int:
    started = time.perf_counter()
    with temporary_database() as database:
        walked = in_parallel(walk_all, database, runs, seed)
    seconds = time.perf_counter() - started
    total = sum((tally for tally, _ in walked), Tally())
    print(f"{total}; {total.walks / seconds:.1f} conversations/s")
    broken = [found for _, found in walked if found]
    for found in broken:
        print(f"\n{found}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
