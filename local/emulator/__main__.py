"""python -m local.emulator: AWS for one stack, until it is told to stop.

Serves AWS's own APIs on one port and the deployed HTTP API on another. Started by the house; what
it must not forget lives in --state.
"""

import argparse
import asyncio
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arguments:
    port: int
    front_door: int
    state: Path
    logs: Path
    functions_python: Path
    environments: int


def main() -> None:
    arguments = _arguments()
    _configure_ministack(arguments)
    from local.emulator.service import serve  # MiniStack reads its settings when it is imported

    asyncio.run(serve(arguments))


def _arguments() -> Arguments:
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="AWS's APIs")
    parser.add_argument("--front-door", type=int, required=True, help="the deployed HTTP API")
    parser.add_argument("--state", type=Path, required=True, help="folder that outlives it")
    parser.add_argument("--logs", type=Path, required=True, help="folder of the functions' logs")
    parser.add_argument("--functions-python", type=Path, required=True, help="runs the functions")
    parser.add_argument("--environments", type=int, default=4, help="at most, per function")
    return Arguments(**vars(parser.parse_args()))


def _configure_ministack(arguments: Arguments) -> None:
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(arguments.port),
        MINISTACK_HOST="127.0.0.1",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LOG_LEVEL="WARNING",
        TZ="UTC",
        PERSIST_STATE="0",  # the stack is deployed anew at every start
        S3_PERSIST="1",
        S3_DATA_DIR=str(arguments.state / "objects"),
        LAMBDA_ACCOUNT_CONCURRENCY="1000",  # bounded per function instead
    )


if __name__ == "__main__":
    main()
