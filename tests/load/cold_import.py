"""How long a door takes to open: its import in fresh processes, median, beside a bare interpreter.

python -m tests.load.cold_import [door …]
"""

import os
import subprocess
import sys
from statistics import median
from time import perf_counter

RUNS = 5


def milliseconds(code: str) -> float:
    """Median wall time of a fresh interpreter that runs the code; bytecode is already there."""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": ".:layers/morfx"}
    subprocess.run(command, env=environment, check=True)
    times = []
    for _ in range(RUNS):
        started = perf_counter()
        subprocess.run(command, env=environment, check=True)
        times.append(perf_counter() - started)
    return median(times) * 1000


def main() -> None:
    bare = milliseconds("pass")
    print(f"{'bare interpreter':<20}{bare:6.0f} ms")
    for door in sys.argv[1:] or ["message_handler"]:
        opened = milliseconds(f"import functions.{door}.app")
        print(f"{door:<20}{opened:6.0f} ms, of which imports {opened - bare:.0f} ms")


if __name__ == "__main__":
    main()
