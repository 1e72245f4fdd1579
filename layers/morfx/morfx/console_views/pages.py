"""The console's pages and the files they load, as they lie beside its door."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from morfx.console_views import labels

#: Nothing from elsewhere, nothing inline, and nobody may frame it.
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"


class View(TypedDict):
    """What a browser is answered."""

    status_code: int
    content_type: str
    body: str
    headers: dict[str, str]


def view(
    body: str = "",
    *,
    status: int = 200,
    content_type: str = "text/html; charset=utf-8",
    caching: str = "no-store",
    download: str = "",
) -> View:
    """``download``: under this name the browser keeps it, instead of showing it."""
    headers = {**SECURITY, "Cache-Control": caching}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{download}"'
    return View(status_code=status, content_type=content_type, body=body, headers=headers)


class Pages:
    """``folder`` holds ``pages``, the templates, and ``assets``, what the browser loads."""

    def __init__(self, folder: Path) -> None:
        self.assets = {path.name: _asset(path) for path in (folder / "assets").iterdir()}
        self._templates = Environment(
            loader=FileSystemLoader(folder / "pages"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"asset": self._address, "labels": labels}

    def render(self, template: str, values: Mapping[str, object], *, status: int = 200) -> View:
        return view(self._templates.get_template(template).render(values), status=status)

    def sentence(self, sentence: str, template: str, *, status: int) -> View:
        """A template that says one thing."""
        return self.render(template, {"sentence": sentence}, status=status)

    def _address(self, name: str) -> str:
        """Where an asset is; a changed one is elsewhere, so that none is cached too long."""
        version = sha256(self.assets[name]["body"].encode()).hexdigest()[:12]
        return f"/sandbox/assets/{name}?v={version}"


def _asset(path: Path) -> View:
    content_type = CONTENT_TYPES.get(path.suffix, "text/plain; charset=utf-8")
    return view(path.read_text("utf-8"), content_type=content_type, caching=FOREVER)
