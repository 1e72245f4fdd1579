"""Where the house keeps things: a folder for what it knows, one for the tools of all houses."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from local.settings import ROOT

VENVS = ROOT / ".local" / "venvs"
FUNCTIONS_PYTHON = VENVS / "functions" / "bin" / "python"
EMULATOR_PYTHON = VENVS / "emulator" / "bin" / "python"
SAM = VENVS / "sam" / "bin" / "sam"


@dataclass(frozen=True)
class Folders:
    """One house: two with different roots never meet."""

    root: Path

    @property
    def state(self) -> Path:
        """What survives a restart and `FRESH=1` forgets."""
        return self.root / "state"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def ready(self) -> Path:
        return self.root / "ready.json"

    @property
    def lock(self) -> Path:
        return self.root / "house.lock"

    def prepare(self) -> None:
        for folder in (self.state, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def forget(self) -> None:
        for folder in (self.state, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
