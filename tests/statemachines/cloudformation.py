"""The floor plan as data: template.yaml and the state machines, tags spelled out."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


class _Loader(yaml.SafeLoader):
    """Safe YAML that knows ``!Ref`` and its kin."""


def _intrinsic(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    """``!Sub text`` is ``{"Fn::Sub": "text"}``; only Ref has no prefix."""
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if name == "GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {name if name == "Ref" else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506
    return document


TEMPLATE = load(ROOT / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
MACHINES = {path.name: load(path) for path in sorted((ROOT / "statemachines").glob("*.asl.yaml"))}


def of_type(resource_type: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in RESOURCES.items()
        if resource["Type"] == resource_type
    }


def values(node: object, key: str) -> list[Any]:
    """Every value found under a key, at any depth."""
    if isinstance(node, list):
        return [value for item in node for value in values(item, key)]
    if isinstance(node, dict):
        here = [node[key]] if key in node else []
        return here + [value for item in node.values() for value in values(item, key)]
    return []
