"""Deployment packages on disk: each unzipped once, in a folder named by what is in it."""

import hashlib
import io
import shutil
import threading
import zipfile
from pathlib import Path

_unpacking = threading.Lock()


def unpacked(package: bytes, into: Path) -> Path:
    """The folder with the package's files; the same content always gives the same folder."""
    with _unpacking, zipfile.ZipFile(io.BytesIO(package)) as archive:
        folder = into / _content_name(archive)
        if not folder.is_dir():
            half_done = folder.with_suffix(".part")
            shutil.rmtree(half_done, ignore_errors=True)
            archive.extractall(half_done)
            half_done.rename(folder)
        return folder


def _content_name(archive: zipfile.ZipFile) -> str:
    """By names and contents, not by the archive's bytes: those hold the time it was packed."""
    entries = sorted((entry.filename, entry.CRC, entry.file_size) for entry in archive.infolist())
    return hashlib.sha256(repr(entries).encode()).hexdigest()[:20]
