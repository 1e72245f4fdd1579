"""An HTTP API's OpenAPI body makes its routes, as SAM's `HttpApi` events rely on.

MiniStack creates the API and ignores the body: every path is 404.
"""

from collections.abc import Callable, Iterator
from typing import Any

from local.emulator.ministack import api_gateway, provisioners

_ANY_METHOD = "x-amazon-apigateway-any-method"
_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", _ANY_METHOD}


def apply() -> None:
    api = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    api["create"] = _creating(api["create"])
    api["update"] = _updating(api["update"])


def _creating(create: Callable[..., Any]) -> Callable[..., Any]:
    def create_api(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        api_id, attributes = create(logical_id, properties, stack)
        _import(api_id, properties.get("Body") or {})
        return api_id, attributes

    return create_api


def _updating(update: Callable[..., Any]) -> Callable[..., Any]:
    def update_api(physical_id: str, old: dict[str, Any], new: dict[str, Any], *rest: Any) -> Any:
        api_id, attributes = update(physical_id, old, new, *rest)
        if new.get("Body"):
            api_gateway._routes[api_id] = {}
            api_gateway._integrations[api_id] = {}
            _import(api_id, new["Body"])
        return api_id, attributes

    return update_api


def _import(api_id: str, body: dict[str, Any]) -> None:
    for route_key, integration in _routes(body):
        api_gateway._create_integration(api_id, integration)
        *_, integration_id = api_gateway._integrations[api_id]
        route = {"routeKey": route_key, "target": f"integrations/{integration_id}"}
        api_gateway._create_route(api_id, route)


def _routes(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every route of the document with its integration, in the words of CreateIntegration."""
    for path, item in (body.get("paths") or {}).items():
        for method, operation in item.items():
            if method.lower() in _METHODS:
                given = operation["x-amazon-apigateway-integration"]
                yield _route_key(path, method), _integration(given)


def _route_key(path: str, method: str) -> str:
    if path in ("$default", "/$default"):
        return "$default"
    return f"{'ANY' if method == _ANY_METHOD else method.upper()} {path}"


def _integration(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "integrationType": given["type"].upper(),
        "integrationUri": given["uri"],
        "integrationMethod": given.get("httpMethod", "POST"),
        "payloadFormatVersion": given.get("payloadFormatVersion", "2.0"),
        "timeoutInMillis": given.get("timeoutInMillis", 30000),
    }
