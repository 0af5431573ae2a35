"""Feishu."""
from typing import Any

import wire
from provider import Call, Provider
from state import Client, Note, Token
from switches import Switch, common
from wire import Reply, Request

_WORDS = {
    20001: "invalid_request",
    20002: "invalid_client",
    20003: "invalid_grant",
    20004: "invalid_grant",
    20024: "invalid_grant",
    20036: "unsupported_grant_type",
    20048: "invalid_client",
    20049: "invalid_grant",
    20050: "server_error",
    20063: "invalid_request",
    20065: "invalid_grant",
    20071: "invalid_grant",
    20072: "temporarily_unavailable",
}
_STATUSES = {20050: 500, 20072: 503}


class Feishu(Provider):
    name = "feishu"
    page_path = "/open-apis/authen/v1/authorize"
    scopes = frozenset({"contact:user.base:readonly", "contact:user.email:readonly", "contact:user.phone:readonly"})
    pkce = ("plain", "S256")
    token_place = "json"
    optional_fields = frozenset({"user_id", "email", "enterprise_email", "mobile", "employee_no"})
    codes = {
        "request": 20063,
        "client": 20048,
        "secret": 20002,
        "redirect_uri": 20029,
        "grant_type": 20036,
        "response_type": 20001,
        "scope": 20027,
        "code": 20003,
        "code_client": 20024,
        "code_used": 20065,
        "code_expired": 20004,
        "code_redirect_uri": 20071,
        "pkce": 20049,
        "pkce_page": 20001,
        "token": 20005,
    }
    page_codes = {"request": 20001}

    def __init__(self) -> None:
        own = {
            "error_names": Switch(
                "rfc", "whether an error's word is RFC 6749's, one of the provider's own, or absent", ("rfc", "own", "absent")
            )
        }
        super().__init__({**common(300, 7200, 64, 4096, "absent"), **own})

    def api(self) -> dict[str, Call]:
        return {
            "/open-apis/authen/v2/oauth/token": Call("token", self.token),
            "/open-apis/authen/v1/user_info": Call("user", self.user),
        }

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        return wire.json_reply({
            "code": 0,
            "access_token": token,
            "expires_in": self.settings["token_seconds"],
            "token_type": "Bearer",
            "scope": held.scope,
        })

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        if call != "token":
            return wire.json_reply({"code": code, "msg": text}, status or 200)
        word = _WORDS.get(code, "invalid_request") if isinstance(code, int) else str(code)
        values = {"code": code, "error": word if self.settings["error_names"] == "rfc" else f"error_{code}"}
        if self.settings["error_names"] == "absent":
            del values["error"]
        own = _STATUSES.get(code, 400) if isinstance(code, int) else 400
        return wire.json_reply({**values, "error_description": text}, status or own)

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        return {
            "name": f"陈小{person}🪁",
            "en_name": f"{person} Chen",
            "avatar_url": f"https://feishucdn.feishu.example/{self.state.digest('picture', person)[:32]}.png",
            "open_id": "ou_" + self.state.digest("open_id", client.client_id, person)[:32],
            "union_id": "on_" + self.state.digest("union_id", client.developer, person)[:32],
            "tenant_key": self.state.digest("tenant")[:16],
        }

    def user(self, request: Request, note: Note) -> Reply:
        self.read(request, "GET", "nowhere", set(), set())
        shown = self.profile(self.held(wire.bearer(request), note))
        return wire.json_reply({"code": 0, "msg": "success", "data": shown})
