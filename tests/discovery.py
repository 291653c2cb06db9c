"""Google's own discovery documents as judges of the sandbox: what it takes and what it answers must fit them.

A request that does not fit must be refused; an accepted one is answered as the method's schema says, with no other
field. Explicit nulls count as absent, as at Google. The documents say nothing of required fields, limits or behaviour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient
from aiohttp import web

Json = dict[str, Any]
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache/documents"
OF_PATH = {"/v4/": "sheets.v4", "/drive/": "drive.v3", "/upload/": "drive.v3", "/resumable/": "drive.v3"}
# Google takes this where its document does not have it, and gspread sends it; the others belong to uploads.
TOLERATED = {"files.get": {"includeItemsFromAllDrives"}}
UPLOAD_PARAMETERS = {"uploadType", "upload_id"}
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float),
    "array": (list,), "object": (dict,),
}  # fmt: skip


@cache
def document(name: str) -> Json:
    found: Json = json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def methods(name: str) -> dict[str, Json]:
    """By name without the API's: `spreadsheets.values.batchGet`, `files.create`."""

    def below(resource: Json, prefix: str) -> Iterator[tuple[str, Json]]:
        for key, method in resource.get("methods", {}).items():
            yield prefix + key, method
        for key, part in resource.get("resources", {}).items():
            yield from below(part, f"{prefix}{key}.")

    return dict(below(document(name), ""))


def misfits(api: str, schema: Json, value: Any, where: str = "") -> Iterator[str]:
    """Every place at which `value` is not what `schema` allows."""
    if "$ref" in schema:
        yield from misfits(api, document(api)["schemas"][schema["$ref"]], value, where)
        return
    kind = schema.get("type", "any")
    if kind == "any" or value is None:
        return
    if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{where or 'body'}: {value!r} is not a {kind}"
    elif kind == "array":
        for index, item in enumerate(value):
            yield from misfits(api, schema["items"], item, f"{where}[{index}]")
    elif kind == "object":
        for key, item in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if known is None and item is not None:
                yield f"{where}.{key}: unknown"
            elif known is not None:
                yield from misfits(api, known, item, f"{where}.{key}")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"


def checked(misfit: list[str], judged: Callable[[], None]) -> Any:
    """A middleware of the sandbox that notes in `misfit` what Google would not have taken, or not have answered."""

    @web.middleware
    async def check(request: web.Request, handler: Next) -> web.StreamResponse:
        api = next((name for start, name in OF_PATH.items() if request.path.startswith(start)), None)
        if api is None:
            return await handler(request)
        is_json = request.content_type == "application/json"
        sent = await request.read() if is_json else b""
        answer = await handler(request)
        if answer.status < 400:
            judged()
            name = (request.match_info.route.name or "").removesuffix(".upload")
            misfit.extend(f"{name} {complaint}" for complaint in _complaints(api, name, request, sent, answer))
        return answer

    return check


def _complaints(api: str, name: str, request: web.Request, sent: bytes, answer: web.StreamResponse) -> Iterator[str]:
    method = methods(api).get(name)
    if method is None:
        yield f"{request.method} {request.path}: no such method"
        return
    is_piece = request.method == "PUT" and "upload_id" in request.query
    if method["httpMethod"] != request.method and not is_piece:
        yield f"is {method['httpMethod']}, not {request.method}"
    known = {**document(api)["parameters"], **method.get("parameters", {})}
    for key, text in request.query.items():
        if key in TOLERATED.get(name, ()) or key in UPLOAD_PARAMETERS:
            continue
        if key not in known:
            yield f"takes no parameter {key}"
        else:
            yield from _parameter_misfits(key, known[key], text)
    if sent and "request" in method:
        yield from (f"request {found}" for found in misfits(api, method["request"], json.loads(sent)))
    elif sent and json.loads(sent):
        yield "takes no body"
    if "response" in method and isinstance(answer, web.Response) and answer.content_type == "application/json":
        body = json.loads(answer.text or "null")
        if request.query.get("alt") != "media":
            yield from (f"answer {found}" for found in misfits(api, method["response"], body))


def _parameter_misfits(key: str, schema: Json, text: str) -> Iterator[str]:
    if "enum" in schema and text not in schema["enum"]:
        yield f"parameter {key}: {text!r} is none of {schema['enum']}"
    # Booleans in any case: gspread sends what Python prints.
    shapes = {"boolean": r"(?i:true|false)", "integer": r"-?\d+"}
    if not re.fullmatch(shapes.get(schema["type"], r"(?s).*"), text):
        yield f"parameter {key}: {text!r} is not a {schema['type']}"
