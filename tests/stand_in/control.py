"""What a test tells the stand-in: clients, persons, faults and switches, and what it asks about the calls so far."""
from collections.abc import Callable
from typing import Any

import wire
from provider import PERSON, Provider
from state import FAULT_KINDS, Client, Fault
from wire import Refused, Reply, Request

CONTROL = "/control/"


class Misunderstood(Exception):
    """A request to control that is answered 400."""


def answer(providers: dict[str, Provider], request: Request) -> Reply:
    """`request.path` begins with CONTROL: /control/PROVIDER/WHAT, or /control/switches."""
    try:
        return wire.json_reply(_done(providers, request))
    except (Misunderstood, Refused) as error:
        return wire.text_reply(f"{error}\n", 400)


def _done(providers: dict[str, Provider], request: Request) -> Any:
    parts = request.path.removeprefix(CONTROL).split("/")
    if parts == ["switches"] and request.method == "GET":
        return {name: provider.settings.described() for name, provider in providers.items()}
    if len(parts) != 2 or parts[0] not in providers:
        raise Misunderstood(f"no path of control's: {request.path}")
    provider = providers[parts[0]]
    found = _ACTIONS.get((request.method, parts[1]))
    if found is None:
        raise Misunderstood(f"control cannot {request.method} {parts[1]}")
    values = wire.json_object(request.body, "body") if request.body else {}
    with provider.state.lock:
        return found(provider, values)


def _text(values: dict[str, Any], name: str) -> str:
    value = values.pop(name, None)
    if not isinstance(value, str) or not value:
        raise Misunderstood(f"{name} has to be a text")
    return value


def _no_more(values: dict[str, Any]) -> None:
    if values:
        raise Misunderstood(f"this is not understood: {', '.join(sorted(values))}")


def _client(provider: Provider, values: dict[str, Any]) -> Any:
    client_id, secret = _text(values, "client_id"), _text(values, "client_secret")
    uris, developer = values.pop("redirect_uris", []), values.pop("developer", "developer")
    _no_more(values)
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris) or not isinstance(developer, str):
        raise Misunderstood("redirect_uris are texts, and so is developer")
    provider.state.clients[client_id] = Client(client_id, secret, uris, developer)
    return {"clients": sorted(provider.state.clients)}


def _redirect_uri(provider: Provider, values: dict[str, Any]) -> Any:
    client_id = values.pop("client_id", f"{provider.name}-client")
    uri = _text(values, "uri")
    _no_more(values)
    client = provider.state.clients.get(client_id)
    if client is None:
        raise Misunderstood(f"there is no client {client_id}")
    client.redirect_uris.append(uri)
    return {"redirect_uris": client.redirect_uris}


def _person(provider: Provider, values: dict[str, Any]) -> Any:
    person = _text(values, "person")
    if not PERSON.fullmatch(person):
        raise Misunderstood("a person is 1 to 64 letters, digits, - and _")
    unknown = set(values) - provider.fields()
    if unknown:
        raise Misunderstood(f"{provider.name} has no {', '.join(sorted(unknown))}")
    provider.state.persons.setdefault(person, {}).update(values)
    client = next(iter(provider.state.clients.values()))
    return {**provider.default_fields(person, client), **provider.state.persons[person]}


def _fault(provider: Provider, values: dict[str, Any]) -> Any:
    call, kind = _text(values, "call"), _text(values, "kind")
    times = values.pop("times", 1)
    status, code, text = values.pop("status", None), values.pop("code", None), values.pop("text", None)
    _no_more(values)
    names = {known.name for known in provider.calls.values()}
    if call not in names or kind not in FAULT_KINDS or type(times) is not int or times < 1:
        raise Misunderstood(f"call is one of {sorted(names)}, kind one of {FAULT_KINDS}, times at least 1")
    if (kind == "status") != (type(status) is int) and kind != "error":
        raise Misunderstood("a status belongs to the kind status, and may to error")
    if (kind == "error") != (code is not None):
        raise Misunderstood("a code belongs to the kind error")
    provider.state.faults.append(Fault(call, kind, times, status, code, text))
    return {"faults": len(provider.state.faults)}


def _switch(provider: Provider, values: dict[str, Any]) -> Any:
    name, value = _text(values, "name"), values.pop("value", None)
    _no_more(values)
    try:
        provider.settings.set(name, value)
    except ValueError as error:
        raise Misunderstood(f"{name}: {error}") from None
    return {name: provider.settings[name]}


def _release(provider: Provider, values: dict[str, Any]) -> Any:
    _no_more(values)
    return {"freed": provider.state.release()}


def _expire(provider: Provider, values: dict[str, Any]) -> Any:
    _no_more(values)
    return {"expired": provider.state.expire_codes()}


def _expire_tokens(provider: Provider, values: dict[str, Any]) -> Any:
    _no_more(values)
    return {"expired": provider.state.expire_tokens()}


def _calls(provider: Provider, values: dict[str, Any]) -> Any:
    _no_more(values)
    return {"calls": provider.described_calls()}


def _forget_calls(provider: Provider, values: dict[str, Any]) -> Any:
    _no_more(values)
    provider.state.calls.clear()
    return {"calls": []}


_ACTIONS: dict[tuple[str, str], Callable[[Provider, dict[str, Any]], Any]] = {
    ("POST", "client"): _client,
    ("POST", "redirect_uri"): _redirect_uri,
    ("POST", "person"): _person,
    ("POST", "fault"): _fault,
    ("POST", "switch"): _switch,
    ("POST", "release"): _release,
    ("POST", "expire"): _expire,
    ("POST", "expire_tokens"): _expire_tokens,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _forget_calls,
}
