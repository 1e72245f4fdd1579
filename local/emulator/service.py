"""The emulator at work: corrected MiniStack behind its two ports."""

import asyncio
import os
import signal
import time
from threading import Thread
from typing import TYPE_CHECKING, Any

from local.emulator import ministack
from local.emulator.corrections import (
    atomic_queues,
    choice_paths,
    durable_objects,
    durable_queues,
    event_sources,
    execution_lifecycle,
    http_api_body,
    retries,
    task_timeouts,
    task_tokens,
    template_resources,
)
from local.emulator.corrections.function_runtime import FunctionRuntime
from local.emulator.corrections.queue_journal import QueueJournal
from local.emulator.front_door import FrontDoor
from local.emulator.functions.pool import Pool

if TYPE_CHECKING:
    from local.emulator.__main__ import Arguments

# Seconds an invocation waits for one of its function's environments before it is throttled.
PATIENCE = 20.0
# Seconds the functions at work have to finish when the house closes.
LAST_WORDS = 3.0


async def serve(arguments: "Arguments") -> None:
    """Until SIGINT or SIGTERM. Functions then cut off leave their messages in the queue."""
    pool = Pool(arguments.environments, PATIENCE)
    _correct(arguments, pool)
    Thread(target=_let_idle_ones_go, args=(pool,), daemon=True).start()
    stopping = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopping.set)
    application = FrontDoor(ministack.app.app, arguments.front_door)
    server = asyncio.create_task(
        ministack.http_server.serve(
            application, _http(arguments), shutdown_trigger=asyncio.Event().wait
        )
    )
    await asyncio.wait(
        [server, asyncio.create_task(stopping.wait())], return_when="FIRST_COMPLETED"
    )
    if server.done():
        server.result()  # raises what kept it from serving
    await asyncio.to_thread(pool.close, LAST_WORDS)
    os._exit(0)  # its threads wait for work that will not come


def _correct(arguments: "Arguments", pool: Pool) -> None:
    FunctionRuntime(
        pool=pool,
        python=arguments.functions_python,
        endpoint=f"http://127.0.0.1:{arguments.port}",
        unpack_into=arguments.state / "code",
        logs=arguments.logs,
    ).apply()
    atomic_queues.apply()
    durable_queues.apply(QueueJournal(arguments.state / "queues.jsonl"))
    durable_objects.apply()
    event_sources.apply(arguments.environments)
    http_api_body.apply()
    template_resources.apply()
    choice_paths.apply()
    retries.apply()
    task_timeouts.apply()
    task_tokens.apply()
    execution_lifecycle.apply()


def _http(arguments: "Arguments") -> Any:
    config = ministack.http_server_settings.Config()
    config.bind = [f"127.0.0.1:{port}" for port in (arguments.port, arguments.front_door)]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    return config


def _let_idle_ones_go(pool: Pool) -> None:
    while True:
        time.sleep(30)
        pool.stop_idle()
