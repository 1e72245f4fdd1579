"""docs/lessons.md names every bug once, and only what there is."""

import re
from pathlib import Path

TEXT = Path("docs/lessons.md").read_text("utf-8")
NUMBERS = [match[1] for match in re.finditer(r"^\| (\d+[a-d]?) \|", TEXT, re.MULTILINE)]


def test_every_bug_has_one_line() -> None:
    assert sorted(NUMBERS) == sorted([*map(str, range(1, 44)), "29a", "29b", "29c", "29d"])


def test_what_prevents_a_bug_is_there() -> None:
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", TEXT)

    assert named
    assert [path for path in named if not (path.startswith("facts/") or Path(path).exists())] == []


def test_the_invariants_named_are_there() -> None:
    invariants = Path("tests/chaos/invariants.py").read_text("utf-8")
    named = re.findall(r"chaos: `(\w+)`", TEXT)

    assert named
    assert all(f"def {name}(" in invariants for name in named)
