"""Weibo."""
from typing import Any

import wire
from provider import Call, Provider
from state import Client, Note, Token
from switches import Switch, common
from wire import Refused, Reply, Request

_WORDS = {
    21321: "applications over the unaudited use restrictions",
    21322: "redirect_uri_mismatch",
    21323: "invalid_request",
    21324: "invalid_client",
    21325: "invalid_grant",
    21328: "unsupported_grant_type",
    21329: "unsupported_response_type",
    21332: "invalid_access_token",
}


class Weibo(Provider):
    name = "weibo"
    page_path = "/oauth2/authorize"
    page_optional = frozenset({"display", "forcelogin", "language"})
    optional_fields = frozenset({"profile_image_url", "avatar_hd", "description"})
    codes = {
        "request": 21323,
        "client": 21324,
        "secret": 21324,
        "redirect_uri": 21322,
        "grant_type": 21328,
        "response_type": 21329,
        "scope": 21323,
        "code": 21325,
        "code_client": 21325,
        "code_used": 21325,
        "code_expired": 21325,
        "code_redirect_uri": 21322,
        "token": 21332,
        "uid": 20003,
    }

    def __init__(self) -> None:
        number_or_string = ("number", "string")
        own = {
            "uid": Switch("string", "whether the token call's uid is a number or a string", number_or_string),
            "expires_in": Switch("number", "whether its expires_in is a number or a string", number_or_string),
            "error_status": Switch(400, "the HTTP status of errors", (200, 400, 401, 403)),
            "refusal_state": Switch(True, "whether a refusal comes back with the state"),
        }
        super().__init__({**common(600, 157679999, 128, 255, "absent"), **own})

    def api(self) -> dict[str, Call]:
        return {"/oauth2/access_token": Call("token", self.token), "/2/users/show.json": Call("user", self.user)}

    def refusal(self, state: str) -> wire.Pairs:
        pairs = [("error", "access_denied"), ("error_code", "21330")]
        return [*pairs, ("state", state)] if self.settings["refusal_state"] else pairs

    def _as_switched(self, switch: str, value: int | str) -> int | str:
        return str(value) if self.settings[switch] == "string" else int(value)

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        lifetime = self.settings["token_seconds"]
        return wire.json_reply({
            "access_token": token,
            "remind_in": str(lifetime),
            "expires_in": self._as_switched("expires_in", lifetime),
            "uid": self._as_switched("uid", self.profile(held)["idstr"]),
        })

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        word = _WORDS.get(code, "error") if isinstance(code, int) else code
        values = {"error": word, "error_code": code, "error_description": text}
        return wire.json_reply(values, status or self.settings["error_status"])

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        number = 5_000_000_000 + int(self.state.digest("uid", person)[:12], 16) % 2_900_000_000
        return {
            "id": number,
            "idstr": str(number),
            "screen_name": f"周小{person}🌏",
            "avatar_large": f"https://sinaimg.weibo.example/large/{number}.jpg",
            "gender": "n",
        }

    def user(self, request: Request, note: Note) -> Reply:
        if request.headers.get("Authorization") is not None:
            raise Refused("misplaced", "there is an Authorization header")
        found = self.read(request, "GET", "query", {"access_token", "uid"}, set())
        shown = self.profile(self.held(found["access_token"], note))
        if found["uid"] != shown.get("idstr"):
            raise Refused("uid", "the token is not this user's")
        return wire.json_reply(shown)
