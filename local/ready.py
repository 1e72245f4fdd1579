"""What the house says when it is ready: to people in the terminal, to programs in a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from local.folders import Folders
from local.settings import Settings


class NoHouse(Exception):
    """Nothing to look into; the message says what to do."""


@dataclass(frozen=True)
class Ready:
    api: str
    sandbox: str
    database_url: str
    owner_database_url: str
    functions_database_url: str
    phone_number_id: str
    app_secret: str
    verify_token: str
    whatsapp_api_url: str
    aws_endpoint_url: str
    outputs: dict[str, str]
    logs: str
    pids: dict[str, int]

    @classmethod
    def of_running_house(cls, environ: Mapping[str, str]) -> Self:
        """What the house of this environment has said, or NoHouse."""
        file = Folders(Settings.from_environment(environ).folder).ready
        if not file.exists():
            raise NoHouse("No house is running: make run")
        return cls(**json.loads(file.read_text()))

    def write(self, file: Path) -> None:
        """Whole or not at all: whoever waits for the file may read it at once."""
        half_done = file.with_suffix(".part")
        half_done.write_text(json.dumps(asdict(self), indent=2) + "\n")
        half_done.replace(file)

    def text(self, seconds: float) -> str:
        return f"""
READY in {seconds:.1f} s
  sandbox        {self.sandbox}
  webhook        {self.api}/webhooks/whatsapp
  verify token   {self.verify_token}
  app secret     {self.app_secret}
  shop's number  {self.phone_number_id}
  WhatsApp API   {self.whatsapp_api_url}
  database       {self.database_url}
  AWS            {self.aws_endpoint_url}
  logs           {self.logs}  (make logs)
Ctrl-C stops it and keeps the data; make run FRESH=1 starts over.
"""
