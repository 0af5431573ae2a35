"""The self test of WeCom, whose calls are the app's: a token of the app's own, a code that is exchanged with it."""
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from test_asking import Asking, Instance
from test_requests import Ask, Deviation, bodies_wrong, methods_wrong, parameters_wrong, places_wrong, texts_near
from test_tables import BACK

SAYS = {"request": 40058, "client": 40013, "secret": 40001, "agent": 40056, "redirect_uri": 50001, "code": 40029,
        "token": 40014, "nobody": 60111, "banned": 45009}  # fmt: skip
INSIDE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/7.0.1 wxwork/4.1.0"


class WeComTest(Asking):
    table: Any = SimpleNamespace(name="wecom", code_name="code")

    def page_ask(self) -> Ask:
        pairs = [("login_type", "CorpApp"), ("appid", self.client), ("agentid", "1000002"), ("redirect_uri", BACK), ("state", "state1")]
        return Ask("GET", "/wwlogin/sso/login", "query", pairs, [("X-Decide", "allow:ann")])

    def inside_ask(self) -> Ask:
        pairs = [("appid", self.client), ("redirect_uri", BACK), ("response_type", "code"), ("scope", "snsapi_base"),
                 ("state", "state1"), ("agentid", "1000002")]  # fmt: skip
        return Ask("GET", "/connect/oauth2/authorize", "query", pairs, [("X-Decide", "allow:ann"), ("User-Agent", INSIDE)])

    def call(self, path: str, **values: str) -> Ask:
        return Ask("GET", f"/cgi-bin/{path}", "query", list(values.items()))

    def told_by(self, ask: Ask) -> dict[str, Any]:
        members = json.loads(self.send(ask).text)
        self.assertEqual((0, "ok"), (members["errcode"], members["errmsg"]))
        return dict(members)

    def app_token(self) -> str:
        return str(self.told_by(self.call("gettoken", corpid=self.client, corpsecret=self.secret))["access_token"])

    def assert_says(self, ask: Ask, kind: str) -> None:
        """Of a call's error; a page's is a page."""
        call = "page" if ask.path in (self.page_ask().path, self.inside_ask().path) else "call"
        self.assert_refused(call, ask, (400, str(SAYS[kind])) if call == "page" else (200, SAYS[kind]))

    def malformed(self, ask: Ask) -> Iterator[Deviation]:
        yield from parameters_wrong(ask, frozenset())
        yield from places_wrong(ask)
        yield from methods_wrong(ask)
        yield from bodies_wrong(ask)

    def assert_all_refused(self, ask: Ask, wrong: dict[str, tuple[list[str], str]]) -> None:
        """What is malformed; and of `wrong` each parameter's values, with the kind of fault."""
        for what, other in self.malformed(ask):
            with self.subTest(what, path=ask.path):
                self.assert_says(other, "request")
        for name, (values, kind) in wrong.items():
            for value in values:
                with self.subTest(f"{name} {value!r}", path=ask.path):
                    self.assert_says(ask.having(name, value), kind)

    def test_the_pages(self) -> None:
        hosts = ["http://localhost:8080/back/", "https://localhost/back/", "http://sub.localhost/back/", "http://localhost.evil.example/",
                 "http://localhost:80/back/", "http://LOCALHOST/back/", "/back/"]  # fmt: skip
        wrong = {"appid": (texts_near(self.client), "client"), "agentid": (["1000001", "x"], "agent"),
                 "redirect_uri": (hosts, "redirect_uri"), "state": (["a b", "a_b", "x" * 129], "request")}  # fmt: skip
        page, inside = self.page_ask(), self.inside_ask()
        self.assert_all_refused(page, {**wrong, "login_type": (["corpapp", "ServiceApp"], "request")})
        self.assert_all_refused(inside, {**wrong, "response_type": (["token"], "request"), "scope": (["snsapi_login"], "request")})
        self.assert_says(inside.header("User-Agent", "Mozilla/5.0 MicroMessenger/8.0"), "request")
        self.assert_says(Ask("GET", inside.path, "query", inside.pairs[::-1], inside.headers), "request")
        for ask in (page, inside):
            self.assertRegex(self.send(ask).header("Location"), r"^http://localhost/back/\?code=\w{512}&state=state1$")
            refused = self.send(ask.header("X-Decide", "refuse")).header("Location")
            self.assertEqual(f"{BACK}?state=state1", refused)

    def test_the_calls(self) -> None:
        self.instance.control("POST", "wecom/switch", name="wrong_secrets", value=1000)
        ask = self.call("gettoken", corpid=self.client, corpsecret=self.secret)
        self.assert_all_refused(ask, {"corpid": (texts_near(self.client), "client"), "corpsecret": (texts_near(self.secret), "secret")})
        token, code = self.app_token(), self.code()
        ask = self.call("auth/getuserinfo", access_token=token, code=code)
        self.assert_all_refused(ask, {"access_token": (texts_near(token), "token"), "code": (texts_near(code), "code")})
        userid = self.told_by(ask)["userid"]
        self.assert_says(ask, "code")
        ask = self.call("user/get", access_token=token, userid=userid)
        self.assert_all_refused(ask, {"access_token": (texts_near(token), "token"), "userid": ([userid + "x", "x"], "nobody")})
        self.assertEqual(self.told_by(ask), self.told_by(ask.having("userid", userid.swapcase())))

    def code(self) -> str:
        return self.send(self.page_ask()).header("Location").split("code=")[1].split("&")[0]

    def test_codes_and_tokens_die(self) -> None:
        token, code = self.app_token(), self.code()
        self.assertEqual(token, self.app_token())
        self.instance.control("POST", "wecom/expire")
        self.assert_says(self.call("auth/getuserinfo", access_token=token, code=code), "code")
        code = self.code()
        self.instance.control("POST", "wecom/expire_tokens")
        self.assert_says(self.call("auth/getuserinfo", access_token=token, code=code), "token")
        self.told_by(self.call("auth/getuserinfo", access_token=self.app_token(), code=code))

    def test_wrong_secrets_ban(self) -> None:
        self.instance = Instance()  # for itself: nobody is let in after it
        self.addCleanup(self.instance.stop)
        self.instance.control("POST", "wecom/switch", name="wrong_secrets", value=2)
        ask = self.call("gettoken", corpid=self.client, corpsecret=self.secret)
        for _ in range(2):
            self.assert_says(ask.having("corpsecret", "wrong"), "secret")
        self.assert_says(ask, "banned")
