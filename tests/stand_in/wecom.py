"""WeCom (企业微信): the login of a company's members by an app of its own."""
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import wire
from provider import Call, Provider
from state import Asked, Client, Note, Token, random_text
from switches import Switch, common
from wire import Refused, Reply, Request

_AGENT = "1000002"  # the number of each company's app
_INSIDE = "/connect/oauth2/authorize"
_INSIDE_ORDER = ["appid", "redirect_uri", "response_type", "scope", "state", "agentid"]
_UNSEEN = (50002, 60011, 60111)


class WeCom(Provider):
    name = "wecom"
    page_path = "/wwlogin/sso/login"
    optional_fields = frozenset({"alias", "avatar", "thumb_avatar", "gender", "status", "member", "unseen"})
    codes = {
        "request": 40058,
        "client": 40013,
        "secret": 40001,
        "agent": 40056,
        "redirect_uri": 50001,
        "response_type": 40058,
        "code": 40029,
        "code_client": 40029,
        "code_used": 40029,
        "code_expired": 40029,
        "token": 40014,
        "nobody": 60111,
        **{f"unseen_{code}": code for code in _UNSEEN},
    }

    def __init__(self) -> None:
        own = {
            "spelling": Switch("new", "whether getuserinfo writes userid, openid or UserId, OpenId", ("new", "old")),
            "userid_case": Switch("as_is", "how the replies write userids", ("as_is", "upper", "lower")),
            "same_token": Switch(True, "whether gettoken gives out the same token while it lives; else another, and both are good"),
            "dead_code": Switch(40014, "what is said of a token that died early", (40014, 42001)),
            "wrong_secrets": Switch(5, "after so many wrong secrets the address is banned"),
            "banned": Switch(False, "whether the address is banned: set by wrong secrets, and never reset by itself"),
            "ban_code": Switch(45009, "what a banned address is told"),
            "refusal": Switch("state", "whether who refuses comes back with the state alone, or stays", ("state", "stays")),
            "has_privacy": Switch(False, "whether user/get tells avatar and gender: apps made before 2022-06-20"),
        }
        super().__init__({**common(300, 7200, 512, 512, "empty"), **own})
        self._wrong = 0

    def api(self) -> dict[str, Call]:
        return {
            _INSIDE: Call("authorize", self.authorize),
            "/cgi-bin/gettoken": Call("gettoken", self.gettoken),
            "/cgi-bin/auth/getuserinfo": Call("getuserinfo", self.getuserinfo),
            "/cgi-bin/user/get": Call("user", self.user),
        }

    def code_of(self, refused: Refused, call: str = "token") -> int | str:
        if refused.kind == "banned":
            return self.settings["ban_code"]
        return self.settings["dead_code"] if refused.kind == "token_dead" else super().code_of(refused, call)

    def error_reply(self, call: str, request: Request, code: int | str, text: str, status: int | None) -> Reply:
        hint = f"hint: [{secrets.randbelow(10**19)}], from ip: 127.0.0.1"
        more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
        return wire.json_reply({"errcode": code, "errmsg": f"{text}, {hint}, {more}"}, status or 200)

    def refusal(self, state: str) -> wire.Pairs | None:
        return [("state", state)] if self.settings["refusal"] == "state" else None

    # ---- the pages ----

    def _asked(self, request: Request, note: Note) -> Asked:
        inside = request.path == _INSIDE
        if inside:
            found = self._read_inside(request)
        else:
            found = self.read(request, "GET", "query", {"login_type", "appid", "agentid", "redirect_uri", "state"}, {"lang"})
            if found["login_type"] != "CorpApp":
                raise Refused("malformed", "login_type is not CorpApp")
        note.client_id = found["appid"]
        client = self.state.clients.get(found["appid"])
        if client is None:
            raise Refused("client", "there is no such company")
        if found["agentid"] != _AGENT:
            raise Refused("agent", "there is no such app")
        if _origin(found["redirect_uri"]) not in {_origin(uri) for uri in client.redirect_uris}:
            raise Refused("redirect_uri", f"host and port of redirect_uri are not registered: {found['redirect_uri']}")
        if not found["state"].isascii() or not found["state"].isalnum() or len(found["state"]) > 128:
            raise Refused("malformed", "state is not 1 to 128 of a-zA-Z0-9")
        return Asked(client.client_id, found["redirect_uri"], found["state"], found.get("scope", ""), None, "")

    def _read_inside(self, request: Request) -> dict[str, str]:
        if "wxwork/" not in (request.header("User-Agent") or ""):
            raise Refused("malformed", "this page is for WeCom's own browser")
        found = self.read(request, "GET", "query", set(_INSIDE_ORDER), set())
        if list(found) != _INSIDE_ORDER:
            raise Refused("malformed", f"the order is {', '.join(_INSIDE_ORDER)}")
        if found["response_type"] != "code" or found["scope"] not in ("snsapi_base", "snsapi_privateinfo"):
            raise Refused("malformed", "response_type or scope is none of WeCom's")
        return found

    # ---- the calls ----

    def gettoken(self, request: Request, note: Note) -> Reply:
        found = self.read(request, "GET", "query", {"corpid", "corpsecret"}, set())
        note.client_id = found["corpid"]
        if self.settings["banned"]:
            raise Refused("banned", "this address has sent too many wrong secrets")
        client = self.state.clients.get(found["corpid"])
        if client is None:
            raise Refused("client", "invalid corpid")
        if client.client_secret != found["corpsecret"]:
            self._wrong += 1
            if self._wrong >= self.settings["wrong_secrets"]:
                self.settings.set("banned", True)
            raise Refused("secret", "invalid credential")
        return wire.json_reply({"errcode": 0, "errmsg": "ok", **self._given_out(client)})

    def _given_out(self, client: Client) -> dict[str, Any]:
        now = self.state.now
        alive = [text for text, token in self.state.tokens.items() if token.client_id == client.client_id and token.expires > now]
        if alive and self.settings["same_token"]:
            text = alive[-1]
        else:
            text = random_text(self.settings["token_chars"])
            self.state.tokens[text] = Token(client.client_id, "", "", now + self.settings["token_seconds"])
        return {"access_token": text, "expires_in": int(self.state.tokens[text].expires - now)}

    def _app(self, token: str) -> Token:
        found = self.state.tokens.get(token)
        if found is None:
            raise Refused("token", "invalid access_token")
        if found.expires <= self.state.now:
            raise Refused("token_dead", "access_token is not good any more")
        return found

    def getuserinfo(self, request: Request, note: Note) -> Reply:
        found = self.read(request, "GET", "query", {"access_token", "code"}, set())
        app = self._app(found["access_token"])
        note.client_id, note.code = app.client_id, found["code"][:8]
        code = self._checked_code({"code": found["code"], "client_id": app.client_id}, None)
        code.used = True
        note.person = code.person
        shown = self.profile(replace(app, person=code.person))
        old = self.settings["spelling"] == "old"
        if shown["member"]:
            ids = {"UserId" if old else "userid": self._spelt(shown["userid"])}
        else:
            ids = {"OpenId" if old else "openid": "o" + self.state.digest("openid", code.person)[:27]}
            if not old:
                ids["external_userid"] = "wm" + self.state.digest("external", code.person)[:30]
        if old:
            ids["DeviceId"] = self.state.digest("device", code.person)[:32]
        return wire.json_reply({"errcode": 0, "errmsg": "ok", **ids})

    def user(self, request: Request, note: Note) -> Reply:
        found = self.read(request, "GET", "query", {"access_token", "userid"}, set())
        app = self._app(found["access_token"])
        note.client_id = app.client_id
        for person in self.state.persons:
            shown = self.profile(replace(app, person=person))
            if shown["userid"].lower() == found["userid"].lower() and shown["member"]:
                note.person = person
                return self._described(shown)
        raise Refused("nobody", "userid not found")

    def _described(self, shown: dict[str, Any]) -> Reply:
        if shown.get("unseen"):
            raise Refused(f"unseen_{shown['unseen']}", "no permission to see this person")
        hidden = {"member", "unseen"} | (set() if self.settings["has_privacy"] else {"avatar", "thumb_avatar", "gender"})
        told = {name: value for name, value in shown.items() if name not in hidden}
        told["userid"] = self._spelt(told["userid"])
        return wire.json_reply({"errcode": 0, "errmsg": "ok", **told})

    def _spelt(self, userid: str) -> str:
        case = self.settings["userid_case"]
        return userid.upper() if case == "upper" else userid.lower() if case == "lower" else userid

    def default_fields(self, person: str, client: Client) -> dict[str, Any]:
        return {
            "userid": f"{person.capitalize()}.{self.state.digest('userid', client.client_id, person)[:8]}@Corp",
            "name": f"孙小{person}🏢",
            "alias": "",
            "gender": "1",
            "avatar": f"https://wework.qpic.example/{self.state.digest('picture', person)[:16]}/0",
            "status": 1,
            "member": True,
            "unseen": None,
        }

    def token_reply(self, request: Request, token: str, held: Token) -> Reply:
        raise NotImplementedError  # there is no token of a person's


def _origin(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.netloc
