"""QQ."""
import json
from typing import Any

import wire
from provider import Call, Provider
from state import Client, Note, Token, random_text
from switches import Switch, common
from wire import Refused, Reply, Request


class QQ(Provider):
    name = "qq"
    page_path = "/oauth2.0/authorize"
    page_optional = frozenset({"display"})
    scopes = frozenset({"get_user_info"})
    scopes_required = scopes
    scope_separator = ","
    token_method = "GET"
    token_place = "query"
    token_optional = frozenset({"fmt"})
    optional_fields = frozenset({"figureurl", "figureurl_1", "figureurl_2", "province", "city", "year"})
    codes = {
        "request": 100000,
        "client": 100008,
        "secret": 100009,
        "redirect_uri": 100010,
        "grant_type": 100004,
        "response_type": 100000,
        "scope": 100000,
        "code": 100019,
        "code_client": 100019,
        "code_used": 100020,
        "code_expired": 100019,
        "code_redirect_uri": 100010,
        "token": 100016,
        "openid": 100016,
        "unionid": 100048,
    }

    def __init__(self) -> None:
        own = {
            "trailing_comma": Switch(False, "whether the JSON of an error has a comma after its last member"),
            "error_number": Switch("number", "whether an error's code is a number or a string", ("number", "string")),
            "user_errors": Switch(
                "callback", "whether get_user_info tells an error as the others do, or by ret and msg", ("callback", "ret")
            ),
            "cancel": Switch("nothing", "whether who cancels stays at QQ (a PC), or comes back (a phone)", ("nothing", "usercancel")),
            "unionid_granted": Switch(True, "whether clients may ask for the unionid; else error 100048"),
        }
        super().__init__({**common(600, 5184000, 128, 255, "empty"), **own})

    def api(self) -> dict[str, Call]:
        return {
            "/oauth2.0/token": Call("token", self.token),
            "/oauth2.0/me": Call("me", self.me),
            "/user/get_user_info": Call("user", self.user),
        }

    def refusal(self, state: str) -> wire.Pairs | None:
        return [("usercancel", "1"), ("state", state)] if self.settings["cancel"] == "usercancel" else None

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        values = {
            "access_token": token,
            "expires_in": str(self.settings["token_seconds"]),
            "refresh_token": random_text(self.settings["token_chars"]),
        }
        if ("fmt", "json") in wire.parameters(request.query, "query"):
            return wire.json_reply(values)
        return wire.form_reply(values, content_type="text/html; charset=utf-8")

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        if call == "user" and self.settings["user_errors"] == "ret":
            return wire.json_reply({"ret": code, "msg": text}, status or 200)
        shown = str(code) if self.settings["error_number"] == "string" else code
        return _callback({"error": shown, "error_description": text}, self.settings["trailing_comma"], status or 200)

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        digest = self.state.digest("picture", person)
        return {
            "openid": self.state.digest("openid", client.client_id, person)[:32].upper(),
            "unionid": "UID_" + self.state.digest("unionid", client.developer, person)[:32].upper(),
            "nickname": f"赵小{person}🐧",
            "figureurl_qq_1": f"http://qlogo.qq.example/{digest[:16]}/40",
            "figureurl_qq_2": f"http://qlogo.qq.example/{digest[:16]}/100",
            "gender": "男",
        }

    def _read(self, request: Request, required: set[str], optional: set[str]) -> dict[str, str]:
        if request.headers.get("Authorization") is not None:
            raise Refused("misplaced", "there is an Authorization header")
        return self.read(request, "GET", "query", {"access_token", *required}, {"fmt", *optional})

    def me(self, request: Request, note: Note) -> Reply:
        found = self._read(request, set(), {"unionid"})
        held = self.held(found["access_token"], note)
        shown = self.profile(held)
        values = {"client_id": held.client_id, "openid": shown.get("openid")}
        if found.get("unionid") == "1":
            if not self.settings["unionid_granted"]:
                raise Refused("unionid", "this client may not ask for the unionid")
            if self.state.persons[held.person].get("unionid", "") is not None:  # QQ leaves it out, shows none as empty
                values["unionid"] = shown["unionid"]
        return wire.json_reply(values) if found.get("fmt") == "json" else _callback(values)

    def user(self, request: Request, note: Note) -> Reply:
        found = self._read(request, {"oauth_consumer_key", "openid"}, {"format"})
        held = self.held(found["access_token"], note)
        shown = self.profile(held)
        if found["oauth_consumer_key"] != held.client_id:
            raise Refused("client", "the token is another client's")
        if found["openid"] != shown.pop("openid", None):
            raise Refused("openid", "the token is another person's")
        shown.pop("unionid", None)
        return wire.json_reply({"ret": 0, "msg": "", "is_lost": 0, **shown})


def _callback(values: dict[str, Any], trailing_comma: bool = False, status: int = 200) -> Reply:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    if trailing_comma:
        text = text[:-1] + ",}"
    return wire.text_reply(f"callback( {text} );\n", status, "text/html; charset=utf-8")
