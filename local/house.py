"""The house: everything started in order, watched while it runs, stopped in reverse."""

import json
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from local.aws import Aws
from local.database import Database
from local.deployment import STACK, deploy
from local.folders import EMULATOR_PYTHON, FUNCTIONS_PYTHON, Folders
from local.machine import architecture
from local.ports import free_port
from local.postgres import Postgres
from local.process_table import end_leftovers
from local.programs import Program, plain_environment
from local.ready import Ready
from local.settings import ROOT, Settings

DEMO_SHOP = ROOT / "events" / "onboard" / "somnio.json"

# Which of the shell's variables the functions may use.
_FOR_FUNCTIONS = ("ANTHROPIC_BASE_URL",)


@dataclass
class House:
    settings: Settings
    folders: Folders
    opened_at: float = field(default_factory=time.monotonic)
    _open: ExitStack = field(default_factory=ExitStack)
    _watched: dict[str, Program | Postgres] = field(default_factory=dict)

    def open(self) -> Ready:
        """Start everything; whoever calls must close, whatever happens."""
        self._clear_up()
        front_door = self._port("front door", self.settings.port)
        whatsapp_api_url = self.settings.whatsapp_api_url or self._start_graph_api(front_door)
        server_url = self.settings.database_url or self._start_postgres()
        emulator, aws = self._start_emulator(front_door)  # the last, so that it is stopped first
        database = self._database(server_url)
        emulator.wait_for_port(front_door)
        shop = json.loads(DEMO_SHOP.read_text())
        self._give_access_token(aws, shop["phone_number_id"])
        outputs = self._deploy(aws, database, whatsapp_api_url, front_door)
        self._settle_in(aws, outputs, shop)
        ready = self._ready(front_door, database, aws, whatsapp_api_url, outputs, shop)
        ready.write(self.folders.ready)
        return ready

    def check(self) -> None:
        """Raise when something the house needs has ended by itself."""
        for watched in self._watched.values():
            watched.check()

    def close(self) -> None:
        self.folders.ready.unlink(missing_ok=True)
        self._open.close()
        end_leftovers(self.folders.state)

    def _clear_up(self) -> None:
        left = end_leftovers(self.folders.state)
        if left:
            self.say(f"ended {len(left)} processes of a house that was killed")
        self.folders.ready.unlink(missing_ok=True)
        if self.settings.fresh:
            self._start_over()
        self.folders.prepare()

    def _start_over(self) -> None:
        Postgres(self.folders.state / "postgres", self.folders.logs / "postgres.log", 0).stop()
        self.folders.forget()
        if self.settings.database_url:
            self.say("FRESH=1 leaves the database of DATABASE_URL as it is")

    def _start_emulator(self, front_door: int) -> tuple[Program, Aws]:
        port = self._port("AWS", 4566)
        passed_on = {name: os.environ[name] for name in _FOR_FUNCTIONS if name in os.environ}
        options = {
            "--port": port,
            "--front-door": front_door,
            "--state": self.folders.state,
            "--logs": self.folders.logs,
            "--functions-python": FUNCTIONS_PYTHON,
            "--environments": max(4, 2 * (os.cpu_count() or 1)),
        }
        emulator = self._start(
            "emulator",
            [str(EMULATOR_PYTHON), "-m", "local.emulator", *_flat(options)],
            plain_environment() | passed_on,
        )
        return emulator, Aws(f"http://127.0.0.1:{port}")

    def _start_postgres(self) -> str:
        data, log = self.folders.state / "postgres", self.folders.logs / "postgres.log"
        self._open.callback(Postgres(data, log, 0).stop)
        server = Postgres.start(data, log, self._wanted(5433))
        self._watched["postgres"] = server
        return server.url

    def _database(self, server_url: str) -> Database:
        if self.settings.database_url:
            return Database.given(server_url, self.folders.state / "functions-role-password")
        return Database.ours(server_url)

    def _start_graph_api(self, front_door: int) -> str:
        port = self._port("WhatsApp stand-in", 8090)
        options = {
            "--port": port,
            "--webhook-url": f"http://127.0.0.1:{front_door}/webhooks/whatsapp",
            "--app-secret": self.settings.app_secret,
            "--journal": self.folders.state / "delivered.jsonl",
        }
        command = [str(FUNCTIONS_PYTHON), "-m", "local.graph_api", *_flat(options)]
        self._start("graph_api", command, plain_environment())
        return f"http://127.0.0.1:{port}"

    def _give_access_token(self, aws: Aws, phone_number_id: str) -> None:
        """Before the deployment: messages kept from last time are answered as soon as it is up."""
        # The stand-in takes a number's id for its 360dialog key.
        token = {"access_token": self.settings.whatsapp_token, "api_key": phone_number_id}
        aws.create_secret(f"{STACK}/whatsapp/{phone_number_id}", token)

    def _deploy(
        self, aws: Aws, database: Database, whatsapp_api_url: str, front_door: int
    ) -> dict[str, str]:
        self.say("deploying template.yaml")
        parameters = {
            "Dependencies": "environment",
            "Architecture": architecture(),
            "DatabaseUrl": database.functions_url,
            "MigrationsDatabaseUrl": database.owner_url,
            "WhatsAppApiUrl": whatsapp_api_url,
            "WhatsAppAppSecret": self.settings.app_secret,
            "WhatsAppVerifyToken": self.settings.verify_token,
            "TurnDebounceSeconds": str(self.settings.debounce_seconds),
            "ModelProvider": "anthropic" if self.settings.anthropic_api_key else "offline",
            "AnthropicApiKey": self.settings.anthropic_api_key,
            "Sandbox": "enabled",
            "WebhookUrl": f"http://127.0.0.1:{front_door}/webhooks/whatsapp",
        }
        if not self.settings.whatsapp_api_url:
            parameters["Dialog360ApiUrl"] = whatsapp_api_url
        outputs = deploy(aws, parameters, self.folders.logs / "deploy.log")
        for name in outputs:
            if name.endswith("FunctionName"):  # so that `make logs` follows the quiet ones too
                (self.folders.logs / f"{name.removesuffix('Name')}.log").touch()
        return outputs

    def _settle_in(self, aws: Aws, outputs: dict[str, str], shop: dict[str, Any]) -> None:
        self.say("migrating the database, opening the demo shop")
        aws.invoke(outputs["MigrateFunctionName"], {})
        aws.invoke(outputs["OnboardFunctionName"], shop)
        aws.invoke(outputs["HousekeepingFunctionName"], {"after_restart": True})

    def _ready(
        self,
        front_door: int,
        database: Database,
        aws: Aws,
        whatsapp_api_url: str,
        outputs: dict[str, str],
        shop: dict[str, Any],
    ) -> Ready:
        api = f"http://127.0.0.1:{front_door}"
        pids = {name: watched.pid for name, watched in self._watched.items() if watched.pid}
        return Ready(
            api=api,
            sandbox=f"{api}/sandbox?number={shop['phone_number_id']}",
            database_url=database.url,
            owner_database_url=database.owner_url,
            functions_database_url=database.functions_url,
            phone_number_id=shop["phone_number_id"],
            app_secret=self.settings.app_secret,
            verify_token=self.settings.verify_token,
            whatsapp_api_url=whatsapp_api_url,
            aws_endpoint_url=aws.endpoint,
            outputs=outputs,
            logs=str(self.folders.logs),
            pids=pids | {"house": os.getpid(), "front_door": pids["emulator"]},
        )

    def _start(self, name: str, command: list[str], env: dict[str, str]) -> Program:
        program = Program.start(name, command, log=self.folders.logs / f"{name}.log", env=env)
        self._watched[name] = program
        self._open.callback(program.stop)
        return program

    def _port(self, what: str, wanted: int) -> int:
        port = free_port(self._wanted(wanted))
        if port != wanted and self.settings.port:
            self.say(f"port {wanted} is taken: {what} is on {port}")
        return port

    def _wanted(self, port: int) -> int:
        """With PORT=0 every port is any free one, so that houses can stand side by side."""
        return port if self.settings.port else 0

    def say(self, text: str) -> None:
        print(f"· {time.monotonic() - self.opened_at:4.1f} s  {text}", flush=True)


def _flat(options: dict[str, Any]) -> list[str]:
    return [str(word) for option in options.items() for word in option]
