"""The OpenAPI document, and the same as a page's lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import override
from ninja.openapi.schema import get_schema

from grader.api.models import Scope
from grader.api.operations import api
from grader.api.problems import PROBLEMS, Code
from grader.api.tokens import FORM

ROOT = "api/v1/"
SCHEME = "token"


@cache
def build() -> dict[str, Any]:
    """The library's document, with each operation's scope where the specification has it."""
    document: dict[str, Any] = dict(get_schema(api, path_prefix=ROOT))
    document["components"]["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": FORM.pattern, "description": describe_scopes()}
    }
    scopes = list_scopes()
    for methods in document["paths"].values():
        for details in methods.values():
            details["security"] = [{SCHEME: [scopes[details["operationId"]]]}]
    document.pop("servers")
    return document


def describe_scopes() -> str:
    """In the document's language, whatever the language of who asks first."""
    with override("en"):
        return "A personal token. Scopes: " + "; ".join(f"{scope.value}: {scope.label}" for scope in Scope) + "."


def list_scopes() -> dict[str, str]:
    """By the operation's name."""
    views = api.default_router.path_operations.values()
    return {
        str(operation.operation_id): operation.auth_param.scope.value  # type: ignore[union-attr]
        for view in views
        for operation in view.operations
    }


@dataclass(frozen=True)
class Entry:
    """One operation on the page. `summary` is translated by the template."""

    method: str
    path: str
    summary: str
    scope: str
    parameters: list[str]
    statuses: list[str]


def list_entries() -> list[Entry]:
    entries = []
    for path, methods in build()["paths"].items():
        for method, details in methods.items():
            asked = [one["name"] for one in details["parameters"] if one["in"] == "query"]
            statuses = sorted(str(status) for status in details["responses"])
            scope = details["security"][0][SCHEME][0]
            entries.append(Entry(method.upper(), path, details["summary"], scope, asked, statuses))
    return entries


@dataclass(frozen=True)
class CodeLine:
    code: Code
    status: int
    words: Any


def list_codes() -> list[CodeLine]:
    return [CodeLine(code, status, words) for code, (status, words) in PROBLEMS.items()]
