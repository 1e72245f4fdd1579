"""The hall: the only place where features meet vendors. One function per door.

Vendors are imported where they are wired, so that a door pays only for those it uses.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from morfx.adapters.clock import SystemClock
from morfx.wiring.minds import agents, minds

if TYPE_CHECKING:
    from morfx.adapters.postgres.connection import Database
    from morfx.adapters.stepfunctions.executions import StepFunctions
    from morfx.adapters.whatsapp.endpoint import Endpoint
    from morfx.api.endpoint import AgentsApi
    from morfx.console_views.sandbox import Sandbox
    from morfx.conversation.intake import IntakeOutcome
    from morfx.conversation.relay import RelayReport
    from morfx.domain.delivery import PromisedTurn, SendOutcome
    from morfx.domain.shop import ShopFile
    from morfx.domain.timer import TimerInput
    from morfx.domain.turn import TurnResult, Wake
    from morfx.settings import (
        AgentsApiSettings,
        ApiKeysSettings,
        ConsoleSettings,
        DatabaseSettings,
        HousekeepingSettings,
        IntakeSettings,
        MessageHandlerSettings,
        MigrateSettings,
        OnboardSettings,
        SendSettings,
        TimerSettings,
        TurnSettings,
    )
    from morfx.simulator.doors import Rows
    from morfx.simulator.simulation import Simulation


def webhook(settings: "MessageHandlerSettings") -> "Endpoint":
    from morfx.adapters.objects.s3 import S3Objects
    from morfx.adapters.secrets.secrets_manager import SecretsManager
    from morfx.adapters.sqs.queue import SqsFifo
    from morfx.adapters.whatsapp.endpoint import Endpoint

    return Endpoint(
        secret_name=settings.whatsapp_secret_arn,
        secrets=SecretsManager(),
        queue=SqsFifo(settings.inbound_queue_url),
        objects=S3Objects(settings.oversize_bucket),
        clock=SystemClock(),
    )


def intake(settings: "IntakeSettings") -> "Callable[[str], IntakeOutcome]":
    """Takes the body of a record of the inbound queue."""
    from morfx.adapters.objects.s3 import S3Objects
    from morfx.adapters.postgres.inbox import PostgresInbox
    from morfx.adapters.sqs.queue import SqsFifo
    from morfx.adapters.whatsapp import inbound
    from morfx.adapters.whatsapp.accepted import read_accepted
    from morfx.conversation.intake import take_in

    objects = S3Objects(settings.oversize_bucket)
    receive = partial(
        take_in,
        inbox=PostgresInbox(database(settings)),
        parser=inbound,
        turns=SqsFifo(settings.turns_queue_url),
        clock=SystemClock(),
    )
    return lambda body: receive(read_accepted(body, objects=objects))


def turn(settings: "TurnSettings") -> "Callable[[Wake], TurnResult]":
    from morfx.adapters.postgres.drafts import PostgresDrafts
    from morfx.adapters.postgres.turns import PostgresTurns
    from morfx.engine.turn import run_turn

    rows = database(settings)
    return partial(
        run_turn,
        turns=PostgresTurns(rows),
        agents=agents(),
        mind_of=minds(settings, PostgresDrafts(rows)),
        executions=_executions(settings),
        clock=SystemClock(),
    )


def sending(settings: "SendSettings") -> "Callable[[PromisedTurn], SendOutcome]":
    from morfx.adapters.mailbox import Mailbox, Posted
    from morfx.adapters.postgres.outbox import PostgresOutbox
    from morfx.adapters.secrets.secrets_manager import SecretsManager
    from morfx.adapters.sqs.queue import SqsFifo
    from morfx.adapters.whatsapp.cloud_api import CloudApi, carriers
    from morfx.conversation.sending import send_next

    numbers = CloudApi(
        carriers(
            cloud_api_url=settings.whatsapp_api_url,
            version=settings.whatsapp_api_version,
            dialog360_url=settings.dialog360_api_url,
        ),
        secrets=SecretsManager(),
        secret_prefix=settings.channel_secret_prefix,
    )
    return partial(
        send_next,
        outbox=PostgresOutbox(database(settings)),
        messenger=Posted(api=Mailbox(), numbers=numbers),
        turns=SqsFifo(settings.turns_queue_url),
        clock=SystemClock(),
    )


def agents_api(settings: "AgentsApiSettings") -> "AgentsApi":
    from morfx.adapters.mailbox import Mailbox
    from morfx.adapters.postgres.api_keys import PostgresApiKeys
    from morfx.adapters.postgres.drafts import PostgresDrafts
    from morfx.adapters.postgres.exchanges import PostgresExchanges
    from morfx.adapters.postgres.inbox import PostgresInbox
    from morfx.adapters.postgres.outbox import PostgresOutbox
    from morfx.adapters.postgres.turns import PostgresTurns
    from morfx.adapters.sqs.queue import SqsFifo
    from morfx.api.dialogue import Dialogue, WithoutSequences
    from morfx.api.endpoint import AgentsApi
    from morfx.conversation.sending import send_next
    from morfx.engine.turn import run_turn

    rows, clock, declared = database(settings), SystemClock(), agents()
    queue, executions = SqsFifo(settings.turns_queue_url), _executions(settings)
    return AgentsApi(
        keys=PostgresApiKeys(rows),
        agents=declared,
        exchanges=PostgresExchanges(rows),
        dialogue=Dialogue(
            exchanges=PostgresExchanges(rows),
            inbox=PostgresInbox(rows),
            queue=queue,
            run_turn=partial(
                run_turn,
                turns=PostgresTurns(rows),
                agents=declared,
                mind_of=minds(settings, PostgresDrafts(rows)),
                executions=WithoutSequences(executions=executions),
                clock=clock,
            ),
            send_next=partial(
                send_next,
                outbox=PostgresOutbox(rows),
                messenger=Mailbox(),
                turns=queue,
                clock=clock,
            ),
            executions=executions,
            clock=clock,
        ),
        clock=clock,
    )


def awaiting(settings: "TimerSettings") -> "Callable[[TimerInput, str], str]":
    from morfx.adapters.postgres.timers import PostgresTimers
    from morfx.timers.expiry import await_customer

    return partial(
        await_customer,
        timers=PostgresTimers(database(settings)),
        executions=_executions(settings),
        clock=SystemClock(),
    )


def expiry(settings: "TimerSettings") -> "Callable[..., str]":
    from morfx.adapters.postgres.timers import PostgresTimers
    from morfx.adapters.sqs.queue import SqsFifo
    from morfx.timers.expiry import expire

    return partial(
        expire,
        timers=PostgresTimers(database(settings)),
        executions=_executions(settings),
        turns=SqsFifo(settings.turns_queue_url),
        clock=SystemClock(),
        early=_queue_delay(settings),
    )


def _executions(
    settings: "TimerSettings | TurnSettings | HousekeepingSettings | ConsoleSettings",
) -> "StepFunctions":
    """The state machines of those the door names."""
    from morfx.adapters.stepfunctions.executions import StepFunctions

    names = ("message_sequence_arn", "data_collection_timer_arn", "promos_timer_arn")
    arns = {name: getattr(settings, name) for name in names if hasattr(settings, name)}
    return StepFunctions(**arns, queue_delay=_queue_delay(settings))


def _queue_delay(
    settings: "TimerSettings | TurnSettings | HousekeepingSettings | ConsoleSettings",
) -> timedelta:
    return timedelta(seconds=float(settings.turn_debounce_seconds))


def housekeeping(settings: "HousekeepingSettings") -> "Callable[..., RelayReport]":
    from morfx.adapters.postgres.timers import PostgresTimers
    from morfx.adapters.postgres.upkeep import PostgresUpkeep
    from morfx.adapters.sqs.queue import SqsFifo
    from morfx.conversation.relay import keep_promises

    rows = database(settings)
    return partial(
        keep_promises,
        upkeep=PostgresUpkeep(rows),
        timers=PostgresTimers(rows),
        turns=SqsFifo(settings.turns_queue_url),
        executions=_executions(settings),
        clock=SystemClock(),
    )


def closing(settings: "HousekeepingSettings") -> "Callable[[], int]":
    from morfx.adapters.postgres.upkeep import PostgresUpkeep
    from morfx.conversation.closing import close_stale_sessions

    return partial(
        close_stale_sessions, upkeep=PostgresUpkeep(database(settings)), clock=SystemClock()
    )


def onboarding(settings: "OnboardSettings") -> "Callable[[object], ShopFile]":
    from morfx.adapters.postgres.shops import PostgresShops
    from morfx.crm.shops import put_shop

    return partial(put_shop, shops=PostgresShops(database(settings)), agents=agents())


def key_keeping(settings: "ApiKeysSettings") -> "Callable[[object], dict[str, object]]":
    from morfx.adapters.postgres.api_keys import PostgresApiKeys
    from morfx.crm.api_keys import manage_keys

    return partial(manage_keys, keys=PostgresApiKeys(database(settings)), clock=SystemClock())


def migration(settings: "MigrateSettings") -> "Callable[[Path], list[str]]":
    """Applies a folder of migrations as the owner of the schema."""
    from morfx.adapters.postgres.connection import Database
    from morfx.adapters.postgres.migrations import migrate
    from morfx.adapters.secrets.secrets_manager import SecretsManager

    secret = settings.migrations_secret_arn
    password = (lambda: SecretsManager().get(secret)["password"]) if secret else None
    owner = Database(settings.migrations_database_url, password=password)
    return partial(migrate, owner)


def deployment_answer(event: dict[str, Any]) -> "Callable[..., None]":
    """Tells CloudFormation how the custom resource of this event fared."""
    from morfx.adapters.cloudformation import answer

    return partial(answer, event)


def simulation(database: "Database", shop_file: "Mapping[str, object]") -> "Simulation":
    """Plays scenarios, each in shops of its own that are made like the shop file."""
    from morfx.adapters.offline.comprehender import OfflineComprehender
    from morfx.adapters.postgres.shopkeeper import PostgresShopkeeper
    from morfx.adapters.postgres.shops import PostgresShops
    from morfx.adapters.postgres.standing import PostgresStandings
    from morfx.adapters.whatsapp import inbound
    from morfx.simulator.simulation import Simulation

    kept = rows(database)
    return Simulation(
        shop_file=shop_file,
        rows=kept,
        shops=PostgresShops(database),
        standings=PostgresStandings(database, route=kept.inbox.route),
        shopkeeper=PostgresShopkeeper(database, route=kept.inbox.route),
        parser=inbound,
        agents=agents(),
        offline=OfflineComprehender(),
    )


def rows(database: "Database") -> "Rows":
    """Where a simulated house keeps what it knows: Postgres, as everywhere."""
    from morfx.adapters.postgres.inbox import PostgresInbox
    from morfx.adapters.postgres.orders import PostgresOrders
    from morfx.adapters.postgres.outbox import PostgresOutbox
    from morfx.adapters.postgres.sessions import PostgresSessions
    from morfx.adapters.postgres.timers import PostgresTimers
    from morfx.adapters.postgres.turns import PostgresTurns
    from morfx.adapters.postgres.upkeep import PostgresUpkeep
    from morfx.simulator.doors import Rows

    return Rows(
        inbox=PostgresInbox(database),
        turns=PostgresTurns(database),
        outbox=PostgresOutbox(database),
        timers=PostgresTimers(database),
        upkeep=PostgresUpkeep(database),
        sessions=PostgresSessions(database),
        orders=PostgresOrders(database),
    )


def database(settings: "DatabaseSettings") -> "Database":
    from morfx.adapters.postgres.connection import Database
    from morfx.adapters.postgres.iam import token_for

    iam = settings.database_auth == "iam"
    return Database(
        settings.database_url,
        password=partial(token_for, settings.database_url) if iam else None,
    )


def console(settings: "ConsoleSettings", folder: Path) -> "Sandbox":
    """``folder``: where the pages and what they load lie, beside the door."""
    from morfx.adapters.postgres.bookmarks import PostgresBookmarks
    from morfx.adapters.postgres.inbox import PostgresInbox
    from morfx.adapters.postgres.paces import PostgresPaces
    from morfx.adapters.postgres.sessions import PostgresSessions
    from morfx.adapters.postgres.timers import PostgresTimers
    from morfx.adapters.postgres.transcripts import PostgresTranscripts
    from morfx.adapters.secrets.secrets_manager import SecretsManager
    from morfx.adapters.whatsapp.customer import SignedCustomer
    from morfx.console_views.interventions import Interventions
    from morfx.console_views.pages import Pages
    from morfx.console_views.sandbox import Sandbox

    rows = database(settings)
    return Sandbox(
        enabled=settings.sandbox == "enabled",
        webhook_url=settings.webhook_url,
        transcripts=PostgresTranscripts(rows, route=PostgresInbox(rows).route),
        customer=SignedCustomer(
            secret_name=settings.whatsapp_secret_arn,
            secrets=SecretsManager(),
            clock=SystemClock(),
        ),
        interventions=Interventions(
            sessions=PostgresSessions(rows),
            timers=PostgresTimers(rows),
            paces=PostgresPaces(rows),
            bookmarks=PostgresBookmarks(rows),
            executions=_executions(settings),
            clock=SystemClock(),
        ),
        agents=agents(),
        pages=Pages(folder),
        clock=SystemClock(),
    )
