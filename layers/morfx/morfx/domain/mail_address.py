"""E-mail addresses as a customer types or says them."""

import re

_SAID = (
    (re.compile(r"\s*\(?\b(arroba|aroba|at)\b\)?\s*", re.IGNORECASE), "@"),
    (re.compile(r"\s*\bpunto\b\s*", re.IGNORECASE), "."),
    (re.compile(r"\s*\bgui[oó]n bajo\b\s*", re.IGNORECASE), "_"),
    (re.compile(r"\s*@\s*"), "@"),
    (re.compile(r"\.\s+(?=(?:com|co|es|net|org|edu)\b)"), "."),
)
_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")


def normalised(text: str) -> str | None:
    """The address in lower case; None where there is none."""
    said = text.strip()
    for pattern, written in _SAID:
        said = pattern.sub(written, said)
    found = _ADDRESS.search(said.lower().replace(",", "."))
    return found[0].strip(".") if found else None
