"""What whoever starts the house asks for, through the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """An environment variable the house cannot work with; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Empty texts mean: not given, the house brings its own."""

    folder: Path
    fresh: bool
    port: int
    database_url: str
    whatsapp_api_url: str
    whatsapp_token: str
    app_secret: str
    verify_token: str
    debounce_seconds: int
    anthropic_api_key: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        given = {name: value for name, value in environ.items() if value}
        return cls(
            folder=(ROOT / given.get("MORFX_LOCAL_DIR", ".local")).resolve(),
            fresh=given.get("FRESH", "0") not in ("0", "no", "false"),
            port=_number(given, "PORT", 8080, highest=65535),
            database_url=given.get("DATABASE_URL", ""),
            whatsapp_api_url=given.get("WHATSAPP_API_URL", "").rstrip("/"),
            whatsapp_token=given.get("WHATSAPP_TOKEN", "local-access-token"),
            app_secret=given.get("WHATSAPP_APP_SECRET", "morfx-local-app-secret"),
            verify_token=given.get("WHATSAPP_VERIFY_TOKEN", "morfx-local-verify-token"),
            anthropic_api_key=given.get("ANTHROPIC_API_KEY", ""),
            debounce_seconds=_number(given, "TURN_DEBOUNCE_SECONDS", 1, highest=60),
        )


def _number(given: Mapping[str, str], name: str, default: int, highest: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or int(text) > highest:
        raise SettingError(f"{name} must be a whole number from 0 to {highest}, not {text!r}")
    return int(text)
