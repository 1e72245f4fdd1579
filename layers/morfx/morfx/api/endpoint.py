"""The address machines know us by. A key speaks for its workspace and reads nothing of another."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypedDict
from uuid import UUID

from morfx.api.answer import Document, answer_of, page_of, session_of
from morfx.api.dialogue import Dialogue
from morfx.api.refusal import Refusal, WrongField, invalid
from morfx.api.request import SaidMessage, read_message, read_query
from morfx.domain.agent import Agent
from morfx.domain.api_key import ApiKey, WrittenKey
from morfx.domain.errors import (
    AgentNotFoundError,
    ConversationBusy,
    Retryable,
    VersionConflictError,
)
from morfx.domain.exchange import Exchange
from morfx.domain.identifier import AgentId, SessionId, new_id
from morfx.domain.inbound import Accepted, Route
from morfx.domain.message import InboundMessage
from morfx.domain.text import storable
from morfx.ports import ApiKeys, Clock, Exchanges

logger = logging.getLogger(__name__)

#: Seconds after which what failed in passing is worth another try.
RETRY_AFTER = "2"

_BUSY = "the conversation is busy with another message; send this one again under its message_id"
_AWAY = "not now; send this again under its message_id"


class View(TypedDict):
    """What the door answers with."""

    status_code: int
    content_type: str
    body: str
    headers: dict[str, str | list[str]]


class Agents(Protocol):
    def get(self, agent_id: AgentId) -> Agent:
        """The agent, or AgentNotFoundError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks: a workspace, by one of its keys, and the agent it asks for."""

    route: Route
    agent: Agent


class AgentsApi:
    def __init__(
        self,
        *,
        keys: ApiKeys,
        agents: Agents,
        exchanges: Exchanges,
        dialogue: Dialogue,
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._agents = agents
        self._exchanges = exchanges
        self._dialogue = dialogue
        self._clock = clock

    def say(
        self, agent_id: str, body: bytes, *, authorization: str | None, idempotency_key: str | None
    ) -> View:
        """Run one message through the house and answer what was said to it."""
        return _answered(
            lambda: self._say(self._caller(agent_id, authorization), body, idempotency_key)
        )

    def session(self, agent_id: str, session_id: str, *, authorization: str | None) -> View:
        """How a session stands."""
        return _answered(lambda: self._session(self._caller(agent_id, authorization), session_id))

    def said(self, agent_id: str, query: Mapping[str, str], *, authorization: str | None) -> View:
        """What was said since, also without being asked."""
        return _answered(lambda: self._said(self._caller(agent_id, authorization), query))

    def _say(self, caller: Caller, body: bytes, idempotency_key: str | None) -> Document:
        asked = read_message(body, idempotency_key)
        message_id = asked.message_id or str(new_id())
        exchange = self._exchanges.find(message_id, route=caller.route)
        if exchange:
            _same(exchange, asked)
        if exchange is None or exchange.answer is None:
            try:
                exchange = self._held(caller, asked, message_id)
            except Retryable as error:
                # Whoever gave it no name learns by which to send it again.
                error.context["message_id"] = message_id
                raise
        if exchange.answer:
            return dict(exchange.answer)
        session = exchange.session_id and self._exchanges.session(
            exchange.session_id, agent_id=caller.agent.id, route=caller.route
        )
        answer = answer_of(exchange, session or None, agent=caller.agent, message_id=message_id)
        return dict(self._exchanges.keep(exchange, answer, route=caller.route))

    def _held(self, caller: Caller, asked: SaidMessage, message_id: str) -> Exchange:
        now = self._clock.now()
        item = Accepted(
            id=new_id(),
            kind="message",
            accepted_at=now,
            account=str(caller.route.workspace_id),
            raw=asked.model_dump(exclude_none=True) | {"message_id": message_id},
            profile=None,
        )
        message = InboundMessage(
            provider_message_id=message_id,
            sender=asked.customer,
            sender_phone=asked.phone.removeprefix("+") if asked.phone else None,
            profile_name=asked.name,
            type="text",
            text=asked.text,
            sent_at=now,
            reply_to=None,
        )
        return _same(self._dialogue.hold(item, message, route=caller.route), asked)

    def _session(self, caller: Caller, session_id: str) -> Document:
        try:
            named = SessionId(UUID(session_id))
        except ValueError:
            _no_session()
        session = self._exchanges.session(named, agent_id=caller.agent.id, route=caller.route)
        return session_of(session, agent=caller.agent) if session else _no_session()

    def _said(self, caller: Caller, query: Mapping[str, str]) -> Document:
        asked = read_query(query)
        customer = storable(asked.customer) if asked.customer else None
        said = self._exchanges.said(
            after=asked.after, customer=customer, limit=asked.limit, route=caller.route
        )
        return page_of(said, after=asked.after, limit=asked.limit)

    def _caller(self, agent_id: str, authorization: str | None) -> Caller:
        """Raises Refusal: 401, 429, 404, 403, in this order."""
        now = self._clock.now()
        key = self._key(authorization)
        own_agent = self._keys.use(key, now=now)
        if own_agent is None:
            headers = {"Retry-After": "1"}
            raise Refusal(429, "RATE_LIMITED", "too many requests with this key", headers=headers)
        try:
            agent = self._agents.get(AgentId(agent_id))
        except AgentNotFoundError as exc:
            raise Refusal(404, exc.code, "there is no such agent") from exc
        if agent.id != own_agent:
            raise Refusal(403, "FORBIDDEN", "the agent is not this workspace's")
        route = Route(workspace_id=key.workspace_id, channel_id=key.channel_id, kind="api")
        return Caller(route=route, agent=agent)

    def _key(self, authorization: str | None) -> ApiKey:
        scheme, _, text = (authorization or "").partition(" ")
        written = WrittenKey.read(text.strip()) if scheme.lower() == "bearer" else None
        key = self._keys.find(written.prefix) if written else None
        if written is None or key is None or not key.admits(written, self._clock.now()):
            headers = {"WWW-Authenticate": "Bearer"}
            raise Refusal(401, "UNAUTHORIZED", "a valid API key is required", headers=headers)
        return key


def _same(exchange: Exchange, asked: SaidMessage) -> Exchange:
    """The exchange, if it is about what is asked: a message's name is given once."""
    told = (exchange.customer, exchange.text)
    if told != (storable(asked.customer), storable(asked.text)):
        raise invalid(WrongField(field="message_id", message="names another message already"))
    return exchange


def _no_session() -> NoReturn:
    raise Refusal(404, "SESSION_NOT_FOUND", "there is no such session")


def _answered(act: Callable[[], Document]) -> View:
    try:
        return _view(200, act())
    except Refusal as refusal:
        logger.info("request refused", extra={"code": refusal.code})
        return _refused(refusal)
    except (ConversationBusy, VersionConflictError) as error:
        logger.warning("conversation busy", extra={"code": error.code})
        return _refused(_in_passing(409, error, _BUSY))
    except Retryable as error:
        logger.warning("request failed in passing", exc_info=True)
        return _refused(_in_passing(503, error, _AWAY))


def _in_passing(status: int, error: Retryable, sentence: str) -> Refusal:
    message_id = error.context.get("message_id")
    return Refusal(
        status,
        error.code,
        sentence,
        message_id=message_id if isinstance(message_id, str) else None,
        headers={"Retry-After": RETRY_AFTER},
    )


def _refused(refusal: Refusal) -> View:
    return _view(refusal.status, refusal.document, refusal.headers)


def _view(status: int, document: Document, headers: Mapping[str, str] | None = None) -> View:
    return View(
        status_code=status,
        content_type="application/json",
        body=json.dumps(document, ensure_ascii=False),
        headers={**(headers or {})},
    )
