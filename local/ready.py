"""What the house says when it is ready: to people in the terminal, to programs in a file."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


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
