"""What goes over the wire: one request, one reply, and the places a parameter can be in.

Everything that reads is strict: what a lenient server would overlook is how a mistake of a client stays unseen.
"""
import json
import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, urlencode

Pairs = list[tuple[str, str]]
_NO_ENCODING = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Refused(Exception):
    """A request that the provider answers with an error.

    `kind` is our word for it (a provider has its own code for each kind); `text` says what is wrong, for people.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text


class Dropped(Exception):
    """The connection is to be closed without a reply."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # what follows the provider's name: "/user"
    query: str
    headers: Message
    body: bytes

    def header(self, name: str) -> str | None:
        values = self.headers.get_all(name) or []
        if len(values) > 1:
            raise Refused("duplicate", f"the header {name} is there {len(values)} times")
        return str(values[0]) if values else None


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(value: Any, status: int = 200) -> Reply:
    return Reply(status, "application/json; charset=utf-8", json.dumps(value, ensure_ascii=False).encode())


def form_reply(
    values: dict[str, Any], status: int = 200, content_type: str = "application/x-www-form-urlencoded; charset=utf-8"
) -> Reply:
    return Reply(status, content_type, urlencode(values).encode())


def text_reply(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Reply:
    return Reply(status, content_type, text.encode())


def parameters(text: str, what: str) -> Pairs:
    """The parameters of a query or of a form body."""
    if not text:
        return []
    if _NO_ENCODING.search(text):  # which parse_qsl takes as it is
        raise Refused("malformed", f"the {what} has a % that encodes nothing")
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise Refused("malformed", f"the {what} cannot be read: {error}") from None


def _require_type(request: Request, expected: str) -> None:
    content_type = (request.header("Content-Type") or "none").lower()
    name, _, parameter = content_type.partition(";")
    if name.strip() != expected or parameter.strip() not in ("", "charset=utf-8"):
        raise Refused("content_type", f"the body is to be {expected}, this is {content_type}")


def json_members(body: bytes, what: str) -> list[tuple[str, Any]]:
    """The members of a JSON object, a repeated one as often as it is there."""
    try:
        members = json.loads(body.decode(), object_pairs_hook=_Members)
    except ValueError as error:
        raise Refused("malformed", f"the {what} is no JSON: {error}") from None
    if not isinstance(members, _Members):
        raise Refused("malformed", f"the {what} is no JSON object")
    return list(members)


class _Members(list[tuple[str, Any]]):
    """A JSON object as its members; a JSON array is a plain list."""


def json_object(body: bytes, what: str) -> dict[str, Any]:
    """A JSON object, its members at any depth unique."""
    return {name: _plain(value) for name, value in unique(json_members(body, what)).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, _Members):
        return {name: _plain(inner) for name, inner in unique(value).items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused("duplicate", f"{name} is there more than once")
        found[name] = value
    return found


def _from_json(request: Request) -> Pairs:
    _require_type(request, "application/json")
    members = json_members(request.body, "body")
    for name, value in members:
        if not isinstance(value, str):
            raise Refused("malformed", f"{name} is no string")
    return members


def _from_form(request: Request) -> Pairs:
    _require_type(request, "application/x-www-form-urlencoded")
    if not request.body.isascii():
        raise Refused("malformed", "the body is not ASCII: it has to be percent-encoded")
    return parameters(request.body.decode(), "body")


def read(request: Request, method: str, place: str) -> dict[str, str]:
    """The request's parameters, which are all in one place: "query", "form", "json", or "nowhere"."""
    if request.method != method:
        raise Refused("method", f"this is a {request.method}, not a {method}")
    if place in ("query", "nowhere") and request.body:
        raise Refused("misplaced", "there is a body")
    if place != "query" and request.query:
        raise Refused("misplaced", "there is a query")
    if place == "query":
        return unique(parameters(request.query, "query"))
    if place == "form":
        return unique(_from_form(request))
    return unique(_from_json(request)) if place == "json" else {}


def bearer(request: Request) -> str:
    header = request.header("Authorization") or ""
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer" or not token or token != token.strip():
        raise Refused("token", "there is no Authorization: Bearer TOKEN")
    return token


def appended(uri: str, pairs: Pairs) -> str:
    """`uri` with more parameters; it may have some of its own."""
    if not pairs:
        return uri
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return uri + joint + urlencode(pairs)
