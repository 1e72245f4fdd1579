"""The console's pages and the files they load, as they lie beside its door."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

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


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a browser is answered."""

    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    body: str = ""
    caching: str = "no-store"

    @property
    def headers(self) -> dict[str, str]:
        return {**SECURITY, "Cache-Control": self.caching}


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

    def render(self, template: str, *, status: int = 200, **values: object) -> View:
        return View(status=status, body=self._templates.get_template(template).render(values))

    def _address(self, name: str) -> str:
        """Where an asset is; a changed one is elsewhere, so that none is cached too long."""
        version = sha256(self.assets[name].body.encode()).hexdigest()[:12]
        return f"/sandbox/assets/{name}?v={version}"


def _asset(path: Path) -> View:
    return View(
        content_type=CONTENT_TYPES.get(path.suffix, "text/plain; charset=utf-8"),
        body=path.read_text("utf-8"),
        caching="public, max-age=31536000, immutable",
    )
