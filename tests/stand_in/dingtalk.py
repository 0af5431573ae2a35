"""DingTalk."""
import uuid
from typing import Any

import wire
from provider import Call, Provider
from state import Client, Note, Token, random_text
from switches import Switch, common
from wire import Refused, Reply, Request

_BAD_CODE = "invalidParameter.authCode.notFound"


class DingTalk(Provider):
    name = "dingtalk"
    page_path = "/oauth2/auth"
    page_required = {"prompt": "consent"}
    scopes = frozenset({"openid", "corpid"})
    scopes_required = frozenset({"openid"})
    token_place = "json"
    # The API does not ask for redirect_uri again.
    token_names = {"grant_type": "grantType", "client_id": "clientId", "client_secret": "clientSecret", "code": "code"}
    optional_fields = frozenset({"mobile", "stateCode", "email"})
    codes = {
        "request": "MissingParameter",
        "client": "invalidClientIdOrSecret",
        "secret": "invalidClientIdOrSecret",
        "redirect_uri": "invalidParameter.redirectUri",
        "grant_type": "invalidParameter.grantType",
        "response_type": "invalidParameter.responseType",
        "scope": "invalidParameter.scope",
        "code": _BAD_CODE,
        "code_client": _BAD_CODE,
        "code_used": _BAD_CODE,
        "code_expired": _BAD_CODE,
        "token": "InvalidAuthentication",
        "permission": "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    }

    def __init__(self) -> None:
        own = {
            "code_too": Switch(False, "whether the code comes back as code as well as as authCode"),
            "contact_permission": Switch(True, "whether clients have Contact.User.Read; else the user call is 403"),
        }
        super().__init__({**common(300, 7200, 128, 255, "absent"), **own})

    def api(self) -> dict[str, Call]:
        return {
            "/v1.0/oauth2/userAccessToken": Call("token", self.token),
            "/v1.0/contact/users/me": Call("user", self.user),
        }

    def granted(self, code: str, state: str) -> wire.Pairs:
        second = [("code", code)] if self.settings["code_too"] else []
        return [("authCode", code), *second, ("state", state)]

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        values = {
            "accessToken": token,
            "refreshToken": random_text(self.settings["token_chars"]),
            "expireIn": self.settings["token_seconds"],
        }
        if "corpid" in held.scope.split():
            values["corpId"] = "ding" + self.state.digest("corp")[:32]
        return wire.json_reply(values)

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        own = 403 if str(code).startswith("Forbidden.") else 400
        values = {"code": code, "requestid": str(uuid.uuid4()).upper(), "message": text}
        return wire.json_reply(values, status or own)

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        return {
            "nick": f"吴小{person}📌",
            "unionId": self.state.digest("unionId", client.developer, person)[:21] + "iE",
            "openId": self.state.digest("openId", client.client_id, person)[:21] + "iE",
            "avatarUrl": f"https://alicdn.dingtalk.example/{self.state.digest('picture', person)[:32]}.jpg",
            "visitor": False,
        }

    def user(self, request: Request, note: Note) -> Reply:
        self.read(request, "GET", "nowhere", set(), set())
        if request.headers.get("Authorization") is not None:
            raise Refused("misplaced", "there is an Authorization header")
        held = self.held(request.header("x-acs-dingtalk-access-token") or "", note)
        if not self.settings["contact_permission"]:
            raise Refused("permission", "this client lacks the permission Contact.User.Read")
        return wire.json_reply(self.profile(held))
