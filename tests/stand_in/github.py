"""GitHub."""
from typing import Any

import wire
from provider import Call, Provider
from state import Client, Note, Token
from switches import common
from wire import Refused, Reply, Request


class GitHub(Provider):
    name = "github"
    page_path = "/login/oauth/authorize"
    page_optional = frozenset({"login", "allow_signup", "prompt"})
    scopes = frozenset({"read:user", "user:email"})
    scopes_required = frozenset({"read:user"})  # who does not read the addresses need not ask for them
    pkce = ("S256",)
    optional_fields = frozenset({"bio", "company", "location", "html_url"})
    codes = {
        "request": "invalid_request",
        "client": "incorrect_client_credentials",
        "secret": "incorrect_client_credentials",
        "grant_type": "unsupported_grant_type",
        "response_type": "unsupported_response_type",
        "redirect_uri": "redirect_uri_mismatch",
        "scope": "invalid_scope",
        "code": "bad_verification_code",
        "code_client": "bad_verification_code",
        "code_used": "bad_verification_code",
        "code_expired": "bad_verification_code",
        "code_redirect_uri": "redirect_uri_mismatch",
        "pkce": "bad_verification_code",
        "pkce_page": "invalid_request",
        "token": 401,
        "agent": 403,
        "token_scope": 404,
    }

    def __init__(self) -> None:
        super().__init__(common(600, 0, 128, 255, "null"))

    def api(self) -> dict[str, Call]:
        return {
            "/login/oauth/access_token": Call("token", self.token),
            "/user": Call("user", self.user),
            "/user/emails": Call("emails", self.emails),
        }

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        values = {"access_token": token, "scope": held.scope.replace(" ", ","), "token_type": "bearer"}
        return self._oauth(request, values)

    def _oauth(self, request: Request, values: dict[str, Any], status: int = 200) -> Reply:
        if request.headers.get("Accept") == "application/json":
            return wire.json_reply(values, status)
        return wire.form_reply(values, status)

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        if call == "token":
            uri = "https://docs.github.example/oauth-errors"
            values = {"error": code, "error_description": text, "error_uri": uri}
            return self._oauth(request, values, status or 200)
        # The API has no error codes but HTTP's.
        status = status or (code if isinstance(code, int) and 400 <= code <= 599 else 400)
        if code == 403:
            return wire.text_reply(f"Forbidden: {text}\n", status)
        return wire.json_reply({"message": text, "documentation_url": "https://docs.github.example", "status": str(status)}, status)

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        number = 100_000_000 + int(self.state.digest("id", person)[:10], 16) % 900_000_000
        email = {"email": f"{person}@mail.example", "primary": True, "verified": True, "visibility": None}
        return {
            "id": number,
            "login": person,
            "name": f"李小{person}🐙",
            "avatar_url": f"https://avatars.github.example/u/{number}?v=4",
            "email": None,
            "type": "User",
            "emails": [email],
        }

    def _held(self, request: Request, note: Note) -> Token:
        if not request.header("User-Agent"):
            raise Refused("agent", "there is no User-Agent header")
        self.read(request, "GET", "nowhere", set(), set())
        return self.held(wire.bearer(request), note)

    def user(self, request: Request, note: Note) -> Reply:
        shown = self.profile(self._held(request, note))
        shown.pop("emails", None)
        return wire.json_reply(shown)

    def emails(self, request: Request, note: Note) -> Reply:
        held = self._held(request, note)
        if "user:email" not in held.scope.split():
            raise Refused("token_scope", "the token lacks the scope user:email")
        return wire.json_reply(self.profile(held).get("emails") or [])
