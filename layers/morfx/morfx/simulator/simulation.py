"""Scenarios are played here, each in shops that are made for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from morfx.crm.shops import put_shop
from morfx.domain.agent import Agent
from morfx.domain.shop import ShopFile
from morfx.engine.mind import Mind, MindOf
from morfx.engine.registry import Registry
from morfx.ports import Clock, Comprehender, Shopkeeper, Shops, Standings, WebhookParser
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.doors import Rows
from morfx.simulator.house import House, OwnUpkeep
from morfx.simulator.play import play
from morfx.simulator.scenario import Scenario
from morfx.simulator.script import Scripted
from morfx.simulator.story import Story
from morfx.simulator.whatsapp import StandInWhatsApp


def without_models(offline: Comprehender, clock: Clock) -> MindOf:
    mind = Mind(offline=offline)

    def mind_of(agent: Agent, /) -> Mind:
        return mind

    return mind_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulation:
    #: What a shop is like where a scenario says nothing else.
    shop_file: Mapping[str, object]
    rows: Rows
    shops: Shops
    standings: Standings
    shopkeeper: Shopkeeper
    parser: WebhookParser
    agents: Registry
    offline: Comprehender
    #: What agents understand with, of the offline reader and the house's clock.
    minds: Callable[[Comprehender, Clock], MindOf] = without_models

    def play(self, scenario: Scenario) -> Story:
        """Play it. Raises MalformedRequest where a shop of it cannot be so."""
        shops = {name: self._put(name, changes) for name, changes in scenario.shops.items()}
        return play(
            scenario,
            house=self._house(scenario, shops),
            shops=shops,
            standings=self.standings,
            shopkeeper=self.shopkeeper,
        )

    def _put(self, name: str, changes: Mapping[str, object]) -> ShopFile:
        own = {"name": name, "workspace_id": str(uuid4()), "phone_number_id": str(uuid4().int)[:15]}
        file = {**self.shop_file, **own, **changes}
        templates = _replaced(self.shop_file["templates"], changes.get("templates", ()))
        return put_shop({**file, "templates": templates}, shops=self.shops, agents=self.agents)

    def _house(self, scenario: Scenario, shops: Mapping[str, ShopFile]) -> House:
        workspaces = [shop.workspace_id for shop in shops.values()]
        script = {
            step.customer: step.understood.comprehension()
            for step in scenario.steps
            if step.customer is not None and step.understood
        }
        clock = VirtualClock(scenario.start())
        offline = Scripted(script, otherwise=self.offline)
        return House(
            replace(self.rows, upkeep=OwnUpkeep(self.rows.upkeep, workspaces)),
            parser=self.parser,
            agents=self.agents,
            mind_of=self.minds(offline, clock),
            standings=self.standings,
            clock=clock,
            whatsapp=StandInWhatsApp(clock),
        )


def _replaced(texts: Any, changes: Any) -> list[object]:
    """The shop file's texts, those of the changed intents as the scenario has them."""
    changed = {text.get("intent") for text in changes}
    return [text for text in texts if text["intent"] not in changed] + list(changes)
