"""Named queries, kept in .sql files beside the module that runs them."""

import re
from importlib import resources
from typing import LiteralString, cast

_NAME = re.compile(r"^-- ([a-z0-9_]+) --$\n", re.MULTILINE)


def load(file_name: str) -> dict[str, LiteralString]:
    """The queries of a file by name: each starts with a line ``-- name --``."""
    text = resources.files("morfx.adapters.postgres").joinpath(file_name).read_text("utf-8")
    _, *parts = _NAME.split(text)
    # Our own files: as trusted as a string written in the code.
    return {
        name: cast(LiteralString, query.strip())
        for name, query in zip(parts[::2], parts[1::2], strict=True)
    }
