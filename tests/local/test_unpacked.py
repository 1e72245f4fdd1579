import io
import zipfile
from pathlib import Path

from local.emulator.functions.unpacked import unpacked


def package(content: str, year: int = 2026) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py", (year, 1, 1, 0, 0, 0)), content)
    return packed.getvalue()


def test_the_same_content_is_unpacked_once(tmp_path: Path) -> None:
    folder = unpacked(package("x = 1", year=2025), tmp_path)
    (folder / "app.pyc").touch()
    assert unpacked(package("x = 1", year=2026), tmp_path) == folder
    assert (folder / "app.pyc").exists()


def test_another_content_has_another_folder(tmp_path: Path) -> None:
    assert unpacked(package("x = 1"), tmp_path) != unpacked(package("x = 2"), tmp_path)
