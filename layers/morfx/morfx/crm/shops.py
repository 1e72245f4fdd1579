"""A shop is put into the database as its file says."""

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from morfx.domain.agent import Agent
from morfx.domain.errors import AgentNotFoundError, MalformedRequest
from morfx.domain.identifier import AgentId
from morfx.domain.shop import ShopFile
from morfx.ports import Shops

_FILE = TypeAdapter(ShopFile)


def put_shop(file: object, *, shops: Shops, agents: Mapping[AgentId, Agent]) -> ShopFile:
    """Validate the file and make the workspace be as it says; the same file again changes nothing.

    Raises MalformedRequest naming the field, or the intents without a text: an agent without its
    texts would fall silent. Raises AgentNotFoundError.
    """
    try:
        shop = _FILE.validate_python(file)
    except ValidationError as exc:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors())
        raise MalformedRequest(problems) from exc
    if shop.agent_id not in agents:
        raise AgentNotFoundError(agent_id=shop.agent_id)
    missing = agents[shop.agent_id].texts - {template.intent for template in shop.templates}
    if missing:
        raise MalformedRequest(f"templates: no text for {', '.join(sorted(missing))}")
    shops.put(shop)
    return shop
