"""The self test of the switches: each does what it says it decides, for every value that it may have."""
import json
from typing import Any, ClassVar

from test_asking import STATE, Asking
from test_requests import Ask, Reply
from test_tables import BACK, TABLES, VERIFIER


class SwitchTest(Asking):
    tried: ClassVar[set[tuple[str, str, str]]] = set()  # provider, switch, value

    def at(self, name: str) -> None:
        self.table = TABLES[name]
        self.client, self.secret = f"{name}-client", f"{name}-secret"

    def setUp(self) -> None:
        """Each test says where it is."""

    def switch(self, name: str, value: Any) -> None:
        path = f"{self.table.name}/switch"
        default = self.switches()[name]["default"]
        self.instance.control("POST", path, name=name, value=value)
        self.addCleanup(self.instance.control, "POST", path, name=name, value=default)
        self.tried.add((self.table.name, name, str(value)))

    def switches(self) -> dict[str, Any]:
        return dict(self.instance.control("GET", "switches")[self.table.name])

    def back_after(self, decision: str) -> str:
        return self.send(self.page_ask().header("X-Decide", decision)).header("Location")

    def used(self) -> Ask:
        ask = self.token_ask(self.new_code())
        self.granted(ask)
        return ask

    def person_reply(self, index: int = 0) -> Reply:
        known = self.granted(self.token_ask(self.new_code()))
        for person in self.table.persons[:index]:
            known = {**known, **self.told(person, known)}
        return self.send(self.person_ask(self.table.persons[index], known))

    # ---- those that all have ----

    def test_missing_is_how_a_field_that_is_not_there_shows(self) -> None:
        names = {"qq": "figureurl_qq_2", "weibo": "avatar_large", "github": "name", "gitee": "name", "feishu": "en_name",
                 "dingtalk": "avatarUrl"}  # fmt: skip
        for provider, field in names.items():
            self.at(provider)
            self.instance.control("POST", f"{provider}/person", person="ann", **{field: None})
            for value, shown in (("absent", "nothing"), ("null", None), ("empty", "")):
                with self.subTest(provider, value=value):
                    self.switch("missing", value)
                    told = json.loads(self.person_reply(len(self.table.persons) - 1 if provider == "qq" else 0).text)
                    self.assertEqual(shown, told.get("data", told).get(field, "nothing"))

    def test_lengths_and_lives_are_as_set(self) -> None:
        for provider in TABLES:
            self.at(provider)
            with self.subTest(provider):
                self.switch("code_chars", 33)
                self.switch("token_chars", 77)
                self.switch("token_seconds", 3601)
                self.assertEqual(33, len(self.new_code()))
                known = self.granted(self.token_ask(self.new_code()))
                self.assertEqual(77, len(known["access_token"]))
                if provider != "github":
                    self.assertEqual("3601", str(known.get("expires_in", known.get("expireIn"))))
                self.switch("code_seconds", 0)
                self.assert_refused("token", self.token_ask(self.new_code()), self.table.token_says["code_expired"])

    def test_unknown_params_lets_pass_what_is_no_secret(self) -> None:
        for provider in TABLES:
            self.at(provider)
            with self.subTest(provider):
                self.switch("unknown_params", "ignore")
                self.new_code(self.page_ask().more("more", "x"))
                self.granted(self.token_ask(self.new_code()).more("more", "x"))
                for secret in ("client_secret", "access_token", "code_verifier", "refresh_token"):
                    ask = self.page_ask().more(secret, "x")
                    self.assert_refused("page", ask, (400, str(self.table.page_says["request"])))

    def test_require_pkce_else_it_is_the_clients_choice(self) -> None:
        for provider in ("github", "feishu"):
            self.at(provider)
            with self.subTest(provider):
                self.switch("require_pkce", False)
                without = self.page_ask().without("code_challenge").without("code_challenge_method")
                ask = self.token_ask(self.new_code(without))
                self.assert_refused("token", ask, self.table.token_says["pkce"])
                self.granted(ask.without("code_verifier"))
                ask = self.token_ask(self.new_code())
                self.assert_refused("token", ask.without("code_verifier"), self.table.token_says["pkce"])
                self.granted(ask)
                method_alone = self.page_ask().without("code_challenge")
                other_method = self.page_ask().having("code_challenge_method", "plain" if provider == "github" else "S512")
                for wrong in (method_alone, other_method):
                    self.assert_refused("page", wrong, (400, str(self.table.page_says["pkce_page"])))
        plain = self.page_ask().without("code_challenge_method").having("code_challenge", VERIFIER)
        ask = self.token_ask(self.new_code(plain))
        self.assert_refused("token", ask.having("code_verifier", "x" * 43), self.table.token_says["pkce"])
        self.granted(ask)

    # ---- QQ ----

    def qq_error(self) -> str:
        return self.send(self.used()).text

    def test_qq_errors(self) -> None:
        self.at("qq")
        self.switch("trailing_comma", True)
        self.assertRegex(self.qq_error(), r'^callback\( \{"error":100020,"error_description":"[^"]*",\} \);\n$')
        self.switch("error_number", "string")
        self.assertRegex(self.qq_error(), r'^callback\( \{"error":"100020","error_description":"[^"]*",\} \);\n$')
        known = self.all_told()
        self.instance.control("POST", "qq/expire_tokens")
        self.switch("user_errors", "ret")
        me, user = (self.send(self.person_ask(person, known)).text for person in self.table.persons)
        self.assertTrue(me.startswith('callback( {"error":"100016"'), me)
        self.assertEqual({"ret", "msg"}, set(json.loads(user)))

    def test_qq_cancel_unionid_and_replies_without_fmt(self) -> None:
        self.at("qq")
        self.switch("cancel", "usercancel")
        self.assertEqual(f"{BACK}?usercancel=1&state={STATE}", self.back_after("refuse"))
        reply = self.send(self.token_ask(self.new_code()).without("fmt"))
        self.assertTrue(reply.text.startswith("access_token="), reply.text)
        known = self.granted(self.token_ask(self.new_code()))
        me = self.person_ask(self.table.persons[0], known)
        self.assertTrue(self.send(me.without("fmt")).text.startswith('callback( {"client_id":"qq-client"'))
        self.assertNotIn("unionid", json.loads(self.send(me.without("unionid")).text))
        self.switch("unionid_granted", False)
        self.assert_refused("me", me, (200, 100048))
        self.assertNotIn("unionid", json.loads(self.send(me.without("unionid")).text))

    # ---- Weibo ----

    def test_weibo_numbers_statuses_and_refusal(self) -> None:
        self.at("weibo")
        known = self.granted(self.token_ask(self.new_code()))
        self.assertEqual((str, int), (type(known["uid"]), type(known["expires_in"])))
        self.assertGreater(int(known["uid"]), 2**32)
        self.switch("uid", "number")
        self.switch("expires_in", "string")
        known = self.granted(self.token_ask(self.new_code()))
        self.assertEqual((int, str), (type(known["uid"]), type(known["expires_in"])))
        for status in (200, 401, 403):
            self.switch("error_status", status)
            self.assert_refused("token", self.used(), (status, 21325))
        self.switch("refusal_state", False)
        self.assertEqual(f"{BACK}?error=access_denied&error_code=21330", self.back_after("refuse"))

    # ---- GitHub ----

    def test_github_forms_and_scopes(self) -> None:
        self.at("github")
        ask = self.token_ask(self.new_code()).header("Accept")
        reply = self.send(ask)
        self.assertTrue(reply.text.startswith("access_token="), reply.text)
        self.assert_refused("token", ask, (200, "bad_verification_code"))
        ask = self.token_ask(self.new_code(self.page_ask().having("scope", "read:user")))
        known = self.granted(ask)
        self.told(self.table.persons[0], known)
        self.assert_refused("emails", self.person_ask(self.table.persons[1], known), (404, 404))
        self.assertIsNone(json.loads(self.person_reply().text)["email"])

    # ---- Gitee, Feishu, DingTalk ----

    def test_gitee_agent_status_and_refusal(self) -> None:
        self.at("gitee")
        self.switch("browser_agent", False)
        known = self.granted(self.token_ask(self.new_code()).header("User-Agent"))
        reply = self.send(self.person_ask(self.table.persons[0], known).header("User-Agent"))
        self.assertEqual(200, reply.status)
        self.switch("grant_status", 400)
        self.assert_refused("token", self.used(), (400, "invalid_grant"))
        self.switch("refusal_description", False)
        self.assertEqual(f"{BACK}?error=access_denied&state={STATE}", self.back_after("refuse"))

    def test_feishu_error_names(self) -> None:
        self.at("feishu")
        self.assertEqual("invalid_grant", json.loads(self.send(self.used()).text)["error"])
        self.switch("error_names", "own")
        self.assertEqual("error_20065", json.loads(self.send(self.used()).text)["error"])
        self.switch("error_names", "absent")
        self.assertEqual({"code", "error_description"}, set(json.loads(self.send(self.used()).text)))

    def test_feishu_later_errors_have_their_statuses(self) -> None:
        self.at("feishu")
        for code, status in ((20050, 500), (20072, 503)):
            self.instance.control("POST", "feishu/fault", call="token", kind="error", code=code)
            self.assert_refused("token", self.token_ask(self.new_code()), (status, code))

    def test_dingtalk_code_corp_and_permission(self) -> None:
        self.at("dingtalk")
        known = self.granted(self.token_ask(self.new_code(self.page_ask().having("scope", "openid corpid"))))
        self.assertTrue(known["corpId"].startswith("ding"))
        self.assertNotIn("corpId", self.granted(self.token_ask(self.new_code())))
        self.switch("contact_permission", False)
        self.assertEqual(403, self.person_reply().status)
        code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
        self.assert_refused("user", self.person_ask(self.table.persons[0], known), (403, code))
        self.switch("code_too", True)
        self.assertRegex(self.back_after("allow:ann"), r"\?authCode=(\w{128})&code=\1&state=" + STATE + "$")

    def test_zz_no_value_of_a_switch_was_forgotten(self) -> None:
        """The last one, as unittest goes by the alphabet."""
        for provider in TABLES:
            self.at(provider)
            for name, switch in self.switches().items():
                choices = switch["choices"] or ([True, False] if isinstance(switch["default"], bool) else [])
                for value in choices:
                    if value != switch["default"]:
                        self.assertIn((provider, name, str(value)), self.tried)

    def test_control_refuses_what_it_does_not_understand(self) -> None:
        for path, values in (
            ("github/switch", {"name": "nothing", "value": True}),
            ("github/switch", {"name": "require_pkce", "value": 1}),
            ("github/switch", {"name": "missing", "value": "void"}),
            ("github/switch", {"name": "code_chars", "value": -1}),
            ("github/fault", {"call": "token", "kind": "nothing"}),
            ("github/fault", {"call": "nothing", "kind": "hang"}),
            ("github/fault", {"call": "token", "kind": "status"}),
            ("github/fault", {"call": "token", "kind": "error"}),
            ("github/person", {"person": "ann", "openid": "x"}),
            ("github/redirect_uri", {"uri": BACK, "client_id": "nobody"}),
            ("nobody/expire", {}),
            ("github/nothing", {}),
        ):
            ask = Ask("POST", path, "nowhere", [], body=json.dumps(values).encode())
            self.assertEqual(400, ask.send(self.instance.connection, "/control/").status, f"{path} {values}")
