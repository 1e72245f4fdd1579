"""python -m local.built ARCHITECTURE: what `sam build` made: compiled, weighed, and tried.

A function cannot write on Lambda, so what is not compiled here is compiled at every cold start.
"""

import compileall
import os
import platform
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from py_compile import PycInvalidationMode

from local.machine import architecture as of_this_machine
from local.settings import ROOT

BUILT = ROOT / ".aws-sam" / "build"
RUNTIME = "3.13"
LAYERS = (BUILT / "DependenciesLayer" / "python", BUILT / "MorfxLayer" / "python")
UNZIPPED_LIMIT = 250_000_000

_IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
"""
_THIRD_PARTY = ("anthropic", "aws_lambda_powertools", "httpx", "jinja2", "psycopg", "pydantic")


def main(architecture: str) -> None:
    if not platform.python_version().startswith(f"{RUNTIME}."):
        sys.exit(f"the layers are built and tried with Python {RUNTIME}, the deployed runtime")
    for layer in LAYERS:
        _compile(layer)
    _weigh()
    if architecture == of_this_machine():
        _import_layers()
        print(f"✓ the layers import on Python {platform.python_version()}, {architecture}")
    else:
        print(f"· built for {architecture}: imports cannot be tried on this machine")


def _compile(layer: Path) -> None:
    """By content, not by date: a zip keeps no dates that Python would believe."""
    with redirect_stdout(StringIO()):
        compileall.compile_dir(
            layer,
            quiet=1,
            workers=0,
            stripdir=str(layer.parent),
            prependdir="/opt",
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )


def _weigh() -> None:
    print(f"{'zipped':>10} {'unzipped':>10}")
    layers_size = 0
    for folder in sorted(path for path in BUILT.iterdir() if path.is_dir()):
        zipped, unzipped = _sizes(folder)
        print(f"{zipped / 1e6:7.2f} MB {unzipped / 1e6:7.2f} MB  {folder.name}")
        layers_size += unzipped if folder.name.endswith("Layer") else 0
    if layers_size > UNZIPPED_LIMIT:
        sys.exit(f"the layers alone exceed Lambda's {UNZIPPED_LIMIT / 1e6:.0f} MB")


def _sizes(folder: Path) -> tuple[int, int]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    package = BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(folder))
    return package.getbuffer().nbytes, sum(file.stat().st_size for file in files)


def _import_layers() -> None:
    """In an interpreter that has nothing but the layers."""
    subprocess.run(
        [sys.executable, "-c", "import " + ", ".join(_THIRD_PARTY)], env=_layers_only(), check=True
    )
    subprocess.run(
        [sys.executable, "-c", _IMPORT_EVERYTHING, "morfx"], env=_layers_only(), check=True
    )


def _layers_only() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(map(str, LAYERS)), "PATH": os.defpath}


if __name__ == "__main__":
    main(*sys.argv[1:])
