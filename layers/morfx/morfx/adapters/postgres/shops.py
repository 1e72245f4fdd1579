"""Shops as their owners hand them over."""

from dataclasses import asdict

from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import new_id
from morfx.domain.shop import ShopFile

SHOPS = sql.load("shops.sql")


class PostgresShops:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, shop: ShopFile) -> None:
        templates = [{"id": str(new_id()), **asdict(template)} for template in shop.templates]
        approved = [asdict(template) for template in shop.approved_templates]
        packs = [{**asdict(pack), "price": str(pack.price)} for pack in shop.packs]
        products = [
            {**asdict(product), "id": str(new_id()), "price": str(product.price)}
            for product in shop.catalogue
        ]
        stages = [
            {**asdict(stage), "id": str(new_id()), "pipeline": pipeline.name, "position": place}
            for pipeline in shop.pipelines
            for place, stage in enumerate(pipeline.stages)
        ]
        pipelines = [
            {"id": str(new_id()), "name": pipeline.name, "is_default": pipeline.is_default}
            for pipeline in shop.pipelines
        ]
        parameters = {
            **asdict(shop),
            "channel_id": new_id(),
            "timer_seconds": Jsonb(dict(shop.timer_seconds)),
            "silence_choices": Jsonb(dict(shop.silence_choices)),
            "templates": Jsonb(templates),
            "packs": Jsonb(packs),
            "products": Jsonb(products),
            "pipelines": Jsonb(pipelines),
            "stages": Jsonb(stages),
            "tags": Jsonb([{**asdict(tag), "id": str(new_id())} for tag in shop.tags]),
            "approved_templates": Jsonb(approved),
        }
        try:
            with self._database.batch(shop.workspace_id) as connection:
                for query in SHOPS.values():
                    connection.execute(query, parameters)
        except InsufficientPrivilege as exc:
            raise MalformedRequest("phone_number_id belongs to another workspace") from exc
