"""E-mail addresses as a customer types or says them."""

import re

from morfx.domain.spelling import distance, plain

#: Sign → the words it is said with.
_SAID = (
    (re.compile(r"\s*[(\[]?\b(?:arroba|aroba|arrova|at)\b[)\]]?\s*"), "@"),
    (re.compile(r"\s*\b(?:punto|dot)\b\s*"), "."),
    (re.compile(r"\s*\bguion (?:bajo|abajo)\b\s*"), "_"),
    (re.compile(r"\s*\b(?:guion medio|guion)\b\s*"), "-"),
    (re.compile(r"\s*@\s*"), "@"),
    (re.compile(r"(?<=@)(\w+)\s*[.,]+\s*(?=\w)"), r"\1."),
    (re.compile(r"(?<=@)(gmail|hotmail|outlook|yahoo|icloud)\s*(?:com)?(?![\w.])"), r"\1.com"),
    (re.compile(r"[.,]\s+(?=(?:com|co|es|net|org|edu)\b)"), "."),
)
_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
#: What nearly everybody's address ends with; one slip away from it, it was meant.
_USUAL = ("gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com")
#: Near those, but somebody's.
_OTHERS = frozenset({"mail.com", "email.com", "ymail.com"})


def normalised(text: str) -> str | None:
    """The address in lower case, without accents, a usual provider's name mended; None where there
    is none."""
    said = plain(text).strip()
    for pattern, written in _SAID:
        said = pattern.sub(written, said)
    found = _ADDRESS.search(said.replace(",", "."))
    if not found:
        return None
    name, _, domain = found[0].strip(".").partition("@")
    return f"{name.strip('.')}@{_mended(domain)}" if name.strip(".") else None


def _mended(domain: str) -> str:
    if domain in _OTHERS:
        return domain
    near = (usual for usual in _USUAL if distance(domain, usual, 1) <= 1)
    return next(near, domain)
