"""A shop is put into the database as its file says."""

from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from morfx.domain.agent import Agent
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import AgentId
from morfx.domain.shop import ShopFile
from morfx.ports import Shops

_FILE = TypeAdapter(ShopFile)


class Agents(Protocol):
    def get(self, agent_id: AgentId) -> Agent:
        """The agent, or AgentNotFoundError."""


def put_shop(file: object, *, shops: Shops, agents: Agents) -> ShopFile:
    """Validate the file and make the workspace be as it says; the same file again changes nothing.

    Raises MalformedRequest naming the field, or the intents without a text: an agent without its
    texts would fall silent. Raises AgentNotFoundError.
    """
    try:
        shop = _FILE.validate_python(file)
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise MalformedRequest(problems) from exc
    missing = agents.get(shop.agent_id).texts - {template.intent for template in shop.templates}
    if missing:
        raise MalformedRequest(f"templates: no text for {', '.join(sorted(missing))}")
    shops.put(shop)
    return shop
