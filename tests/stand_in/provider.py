"""What all providers have in common: the page, the token call, tokens, persons. A provider fills in the rest."""
import base64
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import page
import wire
from state import Asked, Client, Code, Note, State, Token, random_text
from switches import Settings, Switch
from wire import Refused, Reply, Request

PERSON = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Never ignored, not even where a switch lets unknown parameters pass.
SECRETS = frozenset({"client_secret", "clientSecret", "code_verifier", "access_token", "refresh_token", "code"})
TOKEN_PARAMETERS = ("grant_type", "client_id", "client_secret", "code", "redirect_uri")
_CHALLENGES = {"S256": re.compile(r"[A-Za-z0-9_-]{43}"), "plain": re.compile(r"[A-Za-z0-9._~-]{43,128}")}
_VERIFIER = _CHALLENGES["plain"]
_MALFORMED = frozenset({"method", "content_type", "malformed", "duplicate", "missing", "misplaced", "unknown"})


@dataclass(frozen=True)
class Call:
    """A call of the API. Its name is what control knows it by."""

    name: str
    answer: Callable[[Request, Note], Reply]


class Provider(ABC):
    name: ClassVar[str]
    page_path: ClassVar[str]
    page_required: ClassVar[dict[str, str]] = {}  # beyond the standard ones: the only value each may have
    page_optional: ClassVar[frozenset[str]] = frozenset()
    scopes: ClassVar[frozenset[str]] = frozenset()  # those that may be asked for
    scopes_required: ClassVar[frozenset[str]] = frozenset()  # those without which the login is refused
    scope_separator: ClassVar[str] = " "
    pkce: ClassVar[tuple[str, ...]] = ()  # the methods, the default one first
    token_method: ClassVar[str] = "POST"
    token_place: ClassVar[str] = "form"
    token_names: ClassVar[dict[str, str]] = {name: name for name in TOKEN_PARAMETERS}  # ours: the provider's
    token_optional: ClassVar[frozenset[str]] = frozenset()
    codes: ClassVar[dict[str, int | str]]  # the provider's code for each kind of Refused; "request" for malformed ones
    page_codes: ClassVar[dict[str, int | str]] = {}  # where the page's differ
    optional_fields: ClassVar[frozenset[str]] = frozenset()  # that a person may have, and has not by default

    def __init__(self, switches: dict[str, Switch]) -> None:
        if self.pkce:
            text = "whether an authorize request without an S256 code_challenge is an error"
            switches = {**switches, "require_pkce": Switch(True, text)}
        self.settings = Settings(switches)
        self.state = State(self.name)
        self.calls: dict[str, Call] = {
            self.page_path: Call("authorize", self.authorize),
            "/decide": Call("decide", self.decide),
            **self.api(),
        }

    @abstractmethod
    def api(self) -> dict[str, Call]:
        """The provider's calls by path."""

    @abstractmethod
    def token_reply(self, request: Request, token: str, held: Token) -> Reply: ...

    @abstractmethod
    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        """What the provider tells `client` of a person of whom control has set nothing."""

    @abstractmethod
    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        """An error in the provider's form, with its own status unless one is given."""

    def refusal(self, state: str) -> wire.Pairs | None:
        """What comes back when the person refuses; None if they stay on the provider's page."""
        return [("error", "access_denied"), ("state", state)]

    def granted(self, code: str, state: str) -> wire.Pairs:
        return [("code", code), ("state", state)]

    def code_of(self, refused: Refused, call: str = "token") -> int | str:
        codes = {**self.codes, **self.page_codes} if call in ("authorize", "decide") else self.codes
        kind = "request" if refused.kind in _MALFORMED and refused.kind not in codes else refused.kind
        return codes[kind]

    def answer(self, call: Call, request: Request, note: Note) -> Reply:
        with self.state.lock:
            try:
                reply = call.answer(request, note)
            except Refused as refused:
                code = self.code_of(refused, call.name)
                note.outcome = f"error {code}: {refused.text}"
                return self.refused(call.name, request, code, refused.text, None)
            if note.outcome == "begun":
                note.outcome = "ok"
            return reply

    def refused(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        if call in ("authorize", "decide"):
            return page.error(self.name, str(code), text)
        return self.error_reply(call, request, code, text, status)

    # ---- parameters ----

    def read(self, request: Request, method: str, place: str, required: set[str], optional: set[str]) -> dict[str, str]:
        found = wire.read(request, method, place)
        for name in sorted(required):
            if not found.get(name):
                raise Refused("missing", f"{name} is missing")
        for name in sorted(set(found) - required - optional):
            if name in SECRETS:
                raise Refused("misplaced", f"{name} does not belong here")
            if self.settings["unknown_params"] == "refuse":
                raise Refused("unknown", f"{name} is no parameter of this call")
        return found

    # ---- the page ----

    def authorize(self, request: Request, note: Note) -> Reply:
        asked = self._asked(request, note)
        decision = request.header("X-Decide")
        if decision is not None:
            return self._decided(asked, decision, note)
        request_id = random_text(32)
        self.state.waiting[request_id] = asked
        note.outcome = "page"
        return page.ask(self.name, asked.client_id, request_id, sorted(self.state.persons))

    def decide(self, request: Request, note: Note) -> Reply:
        found = self.read(request, "GET", "query", {"request", "decision"}, set())
        asked = self.state.waiting.pop(found["request"], None)
        if asked is None:
            raise Refused("unknown", "this page was answered already, or never shown")
        note.client_id = asked.client_id
        return self._decided(asked, found["decision"], note)

    def _asked(self, request: Request, note: Note) -> Asked:
        required = {"response_type", "client_id", "redirect_uri", "state", *self.page_required}
        if self.scopes_required:
            required.add("scope")
        optional = set(self.page_optional)
        if self.scopes:
            optional.add("scope")
        if self.pkce:
            optional |= {"code_challenge", "code_challenge_method"}
        found = self.read(request, "GET", "query", required, optional)
        note.client_id = found["client_id"]
        client = self.state.clients.get(found["client_id"])
        if client is None:
            raise Refused("client", "there is no such client_id")
        if found["redirect_uri"] not in client.redirect_uris:
            raise Refused("redirect_uri", f"redirect_uri is not registered: {found['redirect_uri']}")
        for name, value in {"response_type": "code", **self.page_required}.items():
            if found[name] != value:
                raise Refused("response_type" if name == "response_type" else "malformed", f"{name} is not {value}")
        scope = found.get("scope", "")
        self._check_scope(scope)
        challenge, method = self._challenge(found)
        return Asked(client.client_id, found["redirect_uri"], found["state"], scope, challenge, method)

    def _check_scope(self, scope: str) -> None:
        words = scope.split(self.scope_separator) if scope else []
        if len(set(words)) != len(words) or not set(words) <= self.scopes:
            raise Refused("scope", f"this scope may not be asked for: {scope}")
        if not self.scopes_required <= set(words):
            raise Refused("scope", f"the scope lacks {' '.join(sorted(self.scopes_required - set(words)))}")

    def _challenge(self, found: dict[str, str]) -> tuple[str | None, str]:
        if not self.pkce:
            return None, ""
        challenge, method = found.get("code_challenge"), found.get("code_challenge_method")
        if self.settings["require_pkce"] and (challenge is None or method != "S256"):
            raise Refused("pkce_page", "there is no code_challenge with code_challenge_method=S256")
        if challenge is None and method is not None:
            raise Refused("pkce_page", "there is a code_challenge_method without a code_challenge")
        method = method if method is not None else self.pkce[0]
        if method not in self.pkce:
            raise Refused("pkce_page", f"code_challenge_method is none of {', '.join(self.pkce)}")
        if challenge is not None and not _CHALLENGES[method].fullmatch(challenge):
            raise Refused("pkce_page", f"no {method} code_challenge looks like this")
        return challenge, method

    def _decided(self, asked: Asked, decision: str, note: Note) -> Reply:
        verb, _, person = decision.partition(":")
        if decision == "refuse":
            note.outcome = "refuse"
            pairs = self.refusal(asked.state)
            if pairs is None:
                return page.cancelled(self.name)
        elif verb == "allow" and person in self.state.persons:
            code = random_text(self.settings["code_chars"])
            self.state.codes[code] = Code(asked, person, self.state.now + self.settings["code_seconds"])
            note.person, note.code, note.outcome = person, code[:8], "allow"
            pairs = self.granted(code, asked.state)
        else:
            raise Refused("malformed", f"this decides nothing, or there is no such person: {decision}")
        location = wire.appended(asked.redirect_uri, pairs)
        return Reply(302, "text/plain", b"", {"Location": location, "Cache-Control": "no-store"})

    # ---- the token call ----

    def token(self, request: Request, note: Note) -> Reply:
        if request.headers.get("Authorization") is not None:
            raise Refused("misplaced", "there is an Authorization header")
        optional = set(self.token_optional) | ({"code_verifier"} if self.pkce else set())
        names = self.token_names
        found = self.read(request, self.token_method, self.token_place, set(names.values()), optional)
        given = {ours: found[theirs] for ours, theirs in names.items()}
        note.client_id, note.code = given["client_id"], given["code"][:8]
        client = self.state.clients.get(given["client_id"])
        if client is None:
            raise Refused("client", "there is no such client")
        if client.client_secret != given["client_secret"]:
            raise Refused("secret", "the client's secret is another")
        if given["grant_type"] != "authorization_code":
            raise Refused("grant_type", "the grant type is not authorization_code")
        code = self._checked_code(given, found.get("code_verifier"))
        code.used = True
        note.person = code.person
        lifetime = self.settings["token_seconds"]
        held = Token(client.client_id, code.person, code.asked.scope, self.state.now + lifetime if lifetime else None)
        token = self.new_token()
        self.state.tokens[token] = held
        return self.token_reply(request, token, held)

    def new_token(self) -> str:
        return random_text(self.settings["token_chars"])

    def _checked_code(self, given: dict[str, str], verifier: str | None) -> Code:
        code = self.state.codes.get(given["code"])
        if code is None:
            raise Refused("code", "there is no such code")
        if code.asked.client_id != given["client_id"]:
            raise Refused("code_client", "the code is another client's")
        if code.used:
            raise Refused("code_used", "the code is used")
        if code.expires <= self.state.now:
            raise Refused("code_expired", "the code has expired")
        if given.get("redirect_uri", code.asked.redirect_uri) != code.asked.redirect_uri:
            raise Refused("code_redirect_uri", "redirect_uri is not the one that the code was asked with")
        _check_verifier(code.asked, verifier)
        return code

    # ---- the person ----

    def held(self, token: str, note: Note) -> Token:
        found = self.state.tokens.get(token)
        if found is None or (found.expires is not None and found.expires <= self.state.now):
            raise Refused("token", "there is no such access token, or it has expired")
        note.client_id, note.person = found.client_id, found.person
        return found

    def fields(self) -> frozenset[str]:
        """The names of all that control can set of a person."""
        nobody = self.default_fields("nobody", next(iter(self.state.clients.values())))
        return self.optional_fields | frozenset(nobody)

    def profile(self, held: Token) -> dict[str, Any]:
        shown = self.default_fields(held.person, self.state.clients[held.client_id])
        shown.update(self.state.persons[held.person])
        missing = self.settings["missing"]
        if missing == "absent":
            return {name: value for name, value in shown.items() if value is not None}
        return {name: "" if value is None and missing == "empty" else value for name, value in shown.items()}

    def described_calls(self) -> list[dict[str, Any]]:
        with self.state.lock:
            return [asdict(note) for note in self.state.calls]


def _check_verifier(asked: Asked, verifier: str | None) -> None:
    if asked.challenge is None:
        if verifier is not None:  # RFC 9700: else a stripped code_challenge goes unnoticed
            raise Refused("pkce", "there is a code_verifier, and there was no code_challenge")
        return
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        raise Refused("pkce", "there is no code_verifier of 43 to 128 characters")
    if asked.challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if verifier != asked.challenge:
        raise Refused("pkce", "code_verifier does not fit the code_challenge")
