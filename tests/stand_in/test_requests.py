"""Requests for the self test: a right one as data, and each request that differs from it in one point."""
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

Pairs = list[tuple[str, str]]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    text: str

    def header(self, name: str) -> str:
        return self.headers.get(name) or ""


@dataclass(frozen=True)
class Ask:
    """A request: `pairs` go to `place`, which is query, form, json or nowhere; the rest is as it is sent."""

    method: str
    path: str
    place: str
    pairs: Pairs
    headers: Pairs = field(default_factory=list)
    query: str = ""  # beside the pairs
    body: bytes | None = None  # instead of the pairs
    content_type: str | None = None  # instead of the place's; "" for none

    def value(self, name: str) -> str:
        return dict(self.pairs)[name]

    def having(self, name: str, value: str) -> "Ask":
        return replace(self, pairs=[(key, value if key == name else old) for key, old in self.pairs])

    def without(self, name: str) -> "Ask":
        return replace(self, pairs=[pair for pair in self.pairs if pair[0] != name])

    def more(self, name: str, value: str) -> "Ask":
        return replace(self, pairs=[*self.pairs, (name, value)])

    def renamed(self, name: str, other: str) -> "Ask":
        return replace(self, pairs=[(other if key == name else key, value) for key, value in self.pairs])

    def header(self, name: str, *values: str) -> "Ask":
        """With the header as often as there are values."""
        kept = [pair for pair in self.headers if pair[0] != name]
        return replace(self, headers=[*kept, *((name, value) for value in values)])

    def send(self, connection: http.client.HTTPConnection, base: str) -> Reply:
        query = "&".join(part for part in (urlencode(self.pairs) if self.place == "query" else "", self.query) if part)
        body = self.body
        if body is None and self.place in ("form", "json"):
            body = urlencode(self.pairs).encode() if self.place == "form" else _json(self.pairs)
        content_type = self.content_type
        if content_type is None and body is not None:
            content_type = {"form": FORM, "json": JSON}.get(self.place, "")
        connection.putrequest(self.method, base + self.path + (f"?{query}" if query else ""), skip_accept_encoding=True)
        for name, value in [*self.headers, *([("Content-Type", content_type)] if content_type else [])]:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        got = connection.getresponse()
        return Reply(got.status, got.headers, got.read().decode())


def _json(pairs: Pairs) -> bytes:
    """An object whose members are repeated where the pairs are."""
    return ("{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}").encode()


Deviation = tuple[str, Ask]


def parameters_wrong(ask: Ask, optional: frozenset[str]) -> Iterator[Deviation]:
    """Each parameter missing, empty, misspelt, in other case, twice; and one too many. An optional one is not missed."""
    for name, value in ask.pairs:
        if name not in optional:
            yield f"{name} missing", ask.without(name)
            yield f"{name} empty", ask.having(name, "")
        yield f"{name} misspelt", ask.renamed(name, name + "s")
        yield f"{name} in other case", ask.renamed(name, name.swapcase())
        yield f"{name} twice", ask.more(name, value)
        yield f"{name} twice, another first", replace(ask, pairs=[(name, "other"), *ask.pairs])
    yield "one parameter more", replace(ask, query="more=x") if ask.place == "nowhere" else ask.more("more", "x")


def places_wrong(ask: Ask) -> Iterator[Deviation]:
    """All in another place, each alone in another, each in two."""
    for place in {"query", "form", "json"} - {ask.place}:
        yield f"all in the {place}", replace(ask, place=place)
        yield f"a POST with all in the {place}", replace(ask, place=place, method="POST")
        yield f"a GET with all in the {place}", replace(ask, place=place, method="GET")
    for name, value in ask.pairs:
        alone = urlencode({name: value})
        if ask.place == "query":
            yield f"{name} in a form", replace(ask.without(name), body=alone.encode(), content_type=FORM)
            yield f"{name} in a form too", replace(ask, body=alone.encode(), content_type=FORM)
            yield f"{name} in JSON", replace(ask.without(name), body=_json([(name, value)]), content_type=JSON)
        else:
            yield f"{name} in the query", replace(ask.without(name), query=alone)
            yield f"{name} in the query too", replace(ask, query=alone)


def methods_wrong(ask: Ask) -> Iterator[Deviation]:
    for method in {"GET", "POST", "PUT", "DELETE"} - {ask.method}:
        yield f"{method} instead of {ask.method}", replace(ask, method=method)


def bodies_wrong(ask: Ask) -> Iterator[Deviation]:
    """Content types that are not the place's, and what cannot be read."""
    if ask.place == "query":
        for name, _ in ask.pairs:
            for text in ("%zz", "%", "%ff"):
                yield f"{name}={text}", replace(ask.without(name), query=f"{name}={text}")
            yield f"{name} without =", replace(ask.without(name), query=name)
        yield "an & too many", replace(ask, query="&")
        return
    other = JSON if ask.place == "form" else FORM
    own = FORM if ask.place == "form" else JSON
    for content_type in ("", "text/plain", other, "multipart/form-data; boundary=x", f"{own}; charset=gbk", f"{own}x"):
        yield f"Content-Type {content_type or 'missing'}", replace(ask, content_type=content_type)
    texts = [b"", b"\xff", b"no sense"]
    if ask.place == "json":
        whole = _json(ask.pairs)
        texts += [b"[]", b"null", b'"x"', b"{}", whole[:-1], whole + b"}", b"[" + whole + b"]", whole[:-1] + b',"x":null}']
        texts += [whole.replace(f'"{value}"'.encode(), b"1") for _, value in ask.pairs]
        texts += [whole.replace(f'"{value}"'.encode(), f'["{value}"]'.encode()) for _, value in ask.pairs]
    else:
        whole = urlencode(ask.pairs).encode()
        texts += [whole + b"&", b"&" + whole, whole.replace(b"&", b";"), whole.replace(b"&", b"\n")]
        for name, _ in ask.pairs:
            rest = urlencode(ask.without(name).pairs) + f"&{name}"
            texts += [rest.encode() + end for end in (b"", b"=%zz", b"=%", b"=%ff", b"=\xff")]
    for text in texts:
        yield f"the body {text[-60:]!r}", replace(ask, body=text)


def uris_near(uri: str) -> list[str]:
    """URIs that a lenient comparison takes for this one, http://localhost/back/."""
    assert uri == "http://localhost/back/"
    return [
        "http://localhost/back", "http://localhost/back//", "http://localhost/Back/", "http://LOCALHOST/back/",
        "http://localhost:80/back/", "http://localhost:8080/back/", "https://localhost/back/", "http://localhost/back/?x=1",
        "http://localhost/back/more/", "http://localhost/back/../back/", "http://localhost/back/#x", "http://localhost/",
        "http://localhost.evil.example/back/", "http://sub.localhost/back/", "http://localhost@evil.example/back/",
        "http://evil.example/?http://localhost/back/", quote("http://localhost/back/", safe=""), " http://localhost/back/",
    ]


def texts_near(text: str) -> list[str]:
    """Secrets, codes and tokens that a lenient comparison takes for this one."""
    return [text.swapcase(), text[:-1], text + "x", f" {text}", f"{text} ", f"{text}\0", text[::-1], "x", "*", "%"]
