"""Gitee."""
from typing import Any

import wire
from provider import Call, Provider
from state import Client, Note, Token, random_text
from switches import Switch, common
from wire import Refused, Reply, Request


class Gitee(Provider):
    name = "gitee"
    page_path = "/oauth/authorize"
    scopes = frozenset({"user_info", "emails"})
    scopes_required = frozenset({"user_info"})
    optional_fields = frozenset({"bio", "html_url"})
    codes = {
        "request": "invalid_request",
        "client": "invalid_client",
        "secret": "invalid_client",
        "grant_type": "unsupported_grant_type",
        "response_type": "unsupported_response_type",
        "redirect_uri": "invalid_redirect_uri",
        "scope": "invalid_scope",
        "code": "invalid_grant",
        "code_client": "invalid_grant",
        "code_used": "invalid_grant",
        "code_expired": "invalid_grant",
        "code_redirect_uri": "invalid_grant",
        "token": 401,
        "agent": 403,
    }

    def __init__(self) -> None:
        own = {
            "browser_agent": Switch(True, "whether the API's calls need a browser's User-Agent, else 403"),
            "grant_status": Switch(401, "the HTTP status of invalid_grant", (400, 401)),
            "refusal_description": Switch(True, "whether a refusal comes back with an error_description"),
        }
        super().__init__({**common(600, 86400, 128, 255, "null"), **own})

    def api(self) -> dict[str, Call]:
        return {"/oauth/token": Call("token", self._token), "/api/v5/user": Call("user", self.user)}

    def refusal(self, state: str) -> wire.Pairs:
        pairs = [("error", "access_denied")]
        if self.settings["refusal_description"]:
            pairs.append(("error_description", "用户或服务器拒绝了请求"))
        return [*pairs, ("state", state)]

    def _check_agent(self, request: Request) -> None:
        if self.settings["browser_agent"] and not (request.header("User-Agent") or "").startswith("Mozilla/5.0"):
            raise Refused("agent", "the User-Agent is no browser's")

    def _token(self, request: Request, note: Note) -> Reply:
        self._check_agent(request)
        return self.token(request, note)

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        return wire.json_reply({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.settings["token_seconds"],
            "refresh_token": random_text(self.settings["token_chars"]),
            "scope": held.scope,
            "created_at": 1700000000,
        })

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        if isinstance(code, int):  # errors of the API proper are but HTTP's
            return wire.json_reply({"message": f"{code} {text}"}, status or (code if 400 <= code <= 599 else 400))
        own = 400 if code == "invalid_request" else self.settings["grant_status"] if code == "invalid_grant" else 401
        return wire.json_reply({"error": code, "error_description": text}, status or own)

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        number = 1_000_000 + int(self.state.digest("id", person)[:10], 16) % 20_000_000
        return {
            "id": number,
            "login": person,
            "name": f"王小{person}🐎",
            "avatar_url": f"https://avatars.gitee.example/{number}.png",
            "email": None,
        }

    def user(self, request: Request, note: Note) -> Reply:
        self._check_agent(request)
        if request.headers.get("Authorization") is not None:
            raise Refused("misplaced", "there is an Authorization header")
        found = self.read(request, "GET", "query", {"access_token"}, set())
        return wire.json_reply(self.profile(self.held(found["access_token"], note)))
