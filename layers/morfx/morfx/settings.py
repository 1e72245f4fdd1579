"""What the template hands to each function, read once and checked at cold start.

Plain dataclasses: a validating library would cost the webhook half of its cold start. A field's
environment variable is its name in capitals.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Self

from morfx.domain.errors import MissingSetting


@dataclass(frozen=True, kw_only=True)
class Settings:
    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read every field; raise MissingSetting naming the first variable that is not there."""
        values: dict[str, str] = {}
        for field in fields(cls):
            value = environ.get(field.name.upper(), "")
            if value:
                values[field.name] = value
            elif field.default is MISSING:
                raise MissingSetting(f"{field.name.upper()} is not set", door=cls.__name__)
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings(Settings):
    #: A libpq URL of the role that row-level security binds.
    database_url: str
    #: ``iam``: the password is a token signed for this function; ``password``: it is in the URL.
    database_auth: str = "password"


@dataclass(frozen=True, kw_only=True)
class MessageHandlerSettings(Settings):
    inbound_queue_url: str
    oversize_bucket: str
    whatsapp_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class IntakeSettings(DatabaseSettings):
    turns_queue_url: str
    oversize_bucket: str


@dataclass(frozen=True, kw_only=True)
class TurnSettings(DatabaseSettings):
    data_collection_timer_arn: str
    promos_timer_arn: str
    message_sequence_arn: str
    #: Seconds that the queue of turns holds every message back.
    turn_debounce_seconds: str
    #: offline, anthropic or bedrock.
    model_provider: str = "offline"
    #: The secret with ``anthropic_api_key``; only the provider anthropic reads it.
    model_secret_arn: str = ""
    #: The confidence (0-100) from which the offline reading asks no model; empty asks always.
    offline_sure_from: str = ""


@dataclass(frozen=True, kw_only=True)
class AgentsApiSettings(TurnSettings):
    turns_queue_url: str


@dataclass(frozen=True, kw_only=True)
class SendSettings(DatabaseSettings):
    turns_queue_url: str
    whatsapp_api_url: str
    whatsapp_api_version: str
    dialog360_api_url: str
    channel_secret_prefix: str


@dataclass(frozen=True, kw_only=True)
class TimerSettings(DatabaseSettings):
    turns_queue_url: str
    turn_debounce_seconds: str


@dataclass(frozen=True, kw_only=True)
class HousekeepingSettings(DatabaseSettings):
    turns_queue_url: str
    data_collection_timer_arn: str
    promos_timer_arn: str
    message_sequence_arn: str
    turn_debounce_seconds: str


@dataclass(frozen=True, kw_only=True)
class ConsoleSettings(DatabaseSettings):
    sandbox: str
    whatsapp_secret_arn: str
    data_collection_timer_arn: str
    promos_timer_arn: str
    turn_debounce_seconds: str
    #: Where the sandbox posts as a customer; empty is the webhook of the API that called us.
    webhook_url: str = ""


@dataclass(frozen=True, kw_only=True)
class MigrateSettings(Settings):
    #: A libpq URL of the owner of the schema.
    migrations_database_url: str
    #: The managed secret with the owner's password; without it the URL carries one.
    migrations_secret_arn: str = ""


@dataclass(frozen=True, kw_only=True)
class OnboardSettings(DatabaseSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class ApiKeysSettings(DatabaseSettings):
    pass
