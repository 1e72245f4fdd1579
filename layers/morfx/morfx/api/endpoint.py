"""The address machines know us by. A key speaks for its workspace and reads nothing of another."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol
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
RETRY_AFTER = {"Retry-After": "2"}

_BUSY = "the conversation is busy with another message; send this one again under its message_id"
_AWAY = "not now; send this again under its message_id"


class Agents(Protocol):
    def get(self, agent_id: AgentId) -> Agent:
        """The agent, or AgentNotFoundError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks: a workspace, by one of its keys, and the agent it asks for."""

    route: Route
    agent: Agent


class AgentsApi:
    """Each answer is what a Powertools response is made of."""

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
    ) -> Document:
        """Run one message through the house and answer what was said to it."""
        return _answered(
            lambda: self._say(self._caller(agent_id, authorization), body, idempotency_key)
        )

    def session(self, agent_id: str, session_id: str, *, authorization: str | None) -> Document:
        """How a session stands."""
        return _answered(lambda: self._session(self._caller(agent_id, authorization), session_id))

    def said(
        self, agent_id: str, query: Mapping[str, str], *, authorization: str | None
    ) -> Document:
        """What was said since, also without being asked."""
        return _answered(lambda: self._said(self._caller(agent_id, authorization), query))

    def _say(self, caller: Caller, body: bytes, idempotency_key: str | None) -> Document:
        asked = read_message(body, idempotency_key)
        message_id = asked.message_id or str(new_id())
        exchange = self._exchanges.find(message_id, route=caller.route)
        if exchange:
            _same(exchange, asked)
        if exchange is None or exchange.answer is None:
            exchange = self._held(caller, asked, message_id)
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


def _answered(act: Callable[[], Document]) -> Document:
    try:
        return _response(200, act())
    except Refusal as refusal:
        logger.info("request refused", extra={"code": refusal.code})
        return _response(refusal.status, refusal.document, refusal.headers)
    except (ConversationBusy, VersionConflictError) as error:
        logger.warning("conversation busy", extra={"code": error.code})
        busy = Refusal(409, error.code, _BUSY, headers=RETRY_AFTER)
        return _response(busy.status, busy.document, busy.headers)
    except Retryable as error:
        logger.warning("request failed in passing", exc_info=True)
        away = Refusal(503, error.code, _AWAY, headers=RETRY_AFTER)
        return _response(away.status, away.document, away.headers)


def _response(status: int, document: Document, headers: dict[str, str] | None = None) -> Document:
    return {
        "status_code": status,
        "content_type": "application/json",
        "body": json.dumps(document, ensure_ascii=False),
        "headers": headers or {},
    }
