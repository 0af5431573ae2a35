#!/usr/bin/env python3
"""Whether the stand-in is as strict as README.md says: each right request is accepted, and each that differs from it in one
point is refused, in the provider's own form. Starts a private instance; needs nothing but Python."""
import re
import signal
import sys
import unittest
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from test_asking import STATE, Asking
from test_requests import Ask, Deviation, bodies_wrong, methods_wrong, parameters_wrong, places_wrong, texts_near, uris_near
from test_switches import SwitchTest
from test_tables import BACK, CHALLENGE, TABLES, VERIFIER, Person
from test_wecom import WeComTest


class ProviderTest(Asking):
    """One table against one instance. `table` is the subclass's."""

    def test_a_login_is_accepted_and_everything_is_as_long_as_it_may_be(self) -> None:
        self.assertEqual(self.table.code_length, len(self.new_code()))
        known = self.all_told()
        self.assertEqual(self.table.token_length, len(known["access_token"]))
        ids = {"openid", "unionid", "id", "idstr", "open_id", "union_id", "openId", "unionId"} & set(known)
        again, other = self.all_told(), self.all_told("allow:bob")
        for name in ids:
            self.assertEqual(known[name], again[name])
            self.assertNotEqual(known[name], other[name])

    def test_a_person_who_refuses_comes_back_as_they_do_there(self) -> None:
        reply = self.send(self.page_ask().header("X-Decide", "refuse"))
        if self.table.refusal is None:
            self.assertEqual((200, ""), (reply.status, reply.header("Location")))
        else:
            self.assertEqual(f"{BACK}?{self.table.refusal.format(state=STATE)}", reply.header("Location"))

    def pages_wrong(self) -> Iterator[tuple[Deviation, str]]:
        ask = self.page_ask()
        optional = self.table.page_optional
        for make in (parameters_wrong(ask, optional | {"code_challenge", "code_challenge_method"}), places_wrong(ask),
                     methods_wrong(ask), bodies_wrong(ask)):  # fmt: skip
            for deviation in make:
                yield deviation, "request"
        for name in ("code_challenge", "code_challenge_method"):
            if self.table.pkce():
                yield (f"{name} missing", ask.without(name)), "pkce_page"
        for client in [*texts_near(self.client), "nobody"]:
            yield (f"client_id {client!r}", ask.having("client_id", client)), "client"
        for uri in [*uris_near(BACK), "http://localhost/back/ "]:
            yield (f"redirect_uri {uri}", ask.having("redirect_uri", uri)), "redirect_uri"
        other = ask.having("client_id", "other-client").having("redirect_uri", "http://localhost/other/")
        yield ("another client's redirect_uri", other), "redirect_uri"
        for value in ("token", "Code", "code token", "id_token"):
            yield (f"response_type {value}", ask.having("response_type", value)), "response_type"
        for name, value, kind in self.table.page_wrong:
            yield (f"{name} {value!r}", ask.without(name).more(name, value)), kind
        for decision in ("allow", "allow:", "allow:nobody", "Allow:ann", "refuse:ann", "ann"):
            yield (f"the decision {decision}", ask.header("X-Decide", decision)), "request"

    def test_the_page_refuses_what_is_wrong_and_leads_nowhere(self) -> None:
        for (what, ask), kind in self.pages_wrong():
            with self.subTest(what):
                self.assert_refused("page", ask, (400, str(self.table.page_says[kind])))
        self.new_code()

    def test_a_person_decides_once_on_the_page(self) -> None:
        reply = self.send(self.page_ask().header("X-Decide"))
        self.assertEqual(200, reply.status)
        links = [unescape(link) for link in re.findall(r'href="([^"]*)"', reply.text)]
        decisions = [dict(parse_qsl(urlsplit(link).query))["decision"] for link in links]
        self.assertEqual(["allow:ann", "allow:bob", "refuse"], decisions)
        path, _, query = links[1].removeprefix(f"/{self.table.name}").partition("?")
        ask = Ask("GET", path, "nowhere", [], query=query)
        code = dict(parse_qsl(urlsplit(self.send(ask).header("Location")).query))[self.table.code_name]
        self.granted(self.token_ask(code))
        self.assert_refused("page", ask, (400, str(self.table.page_says["request"])))

    def tokens_wrong(self, ask: Ask) -> Iterator[tuple[Deviation, str]]:
        optional = self.table.token_optional | {"code_verifier"}
        for make in (parameters_wrong(ask, optional), places_wrong(ask), methods_wrong(ask), bodies_wrong(ask)):
            for deviation in make:
                yield deviation, "request"
        yield ("Basic beside it", ask.header("Authorization", "Basic eDp5")), "request"
        client, secret, code = (self.code_parameter(kind) for kind in ("client_id", "client_secret", "code"))
        for text in texts_near(self.client):
            yield (f"{client} {text!r}", ask.having(client, text)), "client"
        for text in [*texts_near(self.secret), "other-secret"]:
            yield (f"{secret} {text!r}", ask.having(secret, text)), "secret"
        yield ("another client", ask.having(client, "other-client").having(secret, "other-secret")), "code_client"
        for text in texts_near(ask.value(code)):
            yield (f"{code} like {text[-5:]!r}", ask.having(code, text)), "code"
        for grant in ("refresh_token", "Authorization_Code", "client_credentials"):
            yield (f"grant type {grant}", ask.having(self.code_parameter("grant_type"), grant)), "grant_type"
        if "redirect_uri" in dict(ask.pairs):
            for uri in [*uris_near(BACK), "http://localhost/other/"]:
                yield (f"redirect_uri {uri}", ask.having("redirect_uri", uri)), "code_redirect_uri"
        if self.table.pkce():
            yield ("code_verifier missing", ask.without("code_verifier")), "pkce"
            for text in [*texts_near(VERIFIER), CHALLENGE, VERIFIER[:42] + "l", "", "x" * 43, "x" * 129]:
                yield (f"code_verifier {text!r}", ask.having("code_verifier", text)), "pkce"
        else:
            yield ("a code_verifier", ask.more("code_verifier", VERIFIER)), "request"
        if "agent" in self.table.token_says:
            for values in self.table.agents_wrong:
                yield (f"User-Agent {values}", ask.header("User-Agent", *values)), "agent"

    def test_the_token_call_refuses_what_is_wrong_and_keeps_the_code(self) -> None:
        ask = self.token_ask(self.new_code())
        for (what, wrong), kind in self.tokens_wrong(ask):
            with self.subTest(what):
                self.assert_refused("token", wrong, self.table.token_says[kind])
        self.granted(ask)  # each was refused for what was wrong with it, and none has spent the code

    def test_a_code_is_good_once_for_its_client_and_its_time(self) -> None:
        says = self.table.token_says
        ask = self.token_ask(self.new_code())
        self.granted(ask)
        self.assert_refused("token", ask, says["code_used"])
        self.assert_refused("token", ask, says["code_used"])
        ask = self.token_ask(self.new_code())
        self.instance.control("POST", f"{self.table.name}/expire")
        self.assert_refused("token", ask, says["code_expired"])
        others = self.token_ask(self.new_code(self.page_ask().having("client_id", "other-client")))
        self.assert_refused("token", others, says["code_client"])

    def persons_wrong(self, person: Person, ask: Ask) -> Iterator[tuple[Deviation, str]]:
        for make in (parameters_wrong(ask, person.optional), methods_wrong(ask)):
            for deviation in make:
                yield deviation, "request"
        if ask.place == "query":
            for make in (places_wrong(ask), bodies_wrong(ask)):
                for deviation in make:
                    yield deviation, "request"
            token = ask.value("access_token")
            bearer = f"Bearer {token}"
            yield ("the token in a header", ask.without("access_token").header("Authorization", bearer)), "request"
            yield ("the token in a header too", ask.header("Authorization", bearer)), "request"
            for text in texts_near(token):
                yield (f"a token like {text[-5:]!r}", ask.having("access_token", text)), "token"
        else:
            yield from self.headers_wrong(ask)
        for name, kind in person.wrong.items():
            for text in [*texts_near(ask.value(name)), "other-client"]:
                if text != ask.value(name):  # a number is the same in all cases
                    yield (f"{name} {text!r}", ask.having(name, text)), kind
        for values in self.table.agents_wrong:
            yield (f"User-Agent {values}", ask.header("User-Agent", *values)), "agent"

    def headers_wrong(self, ask: Ask) -> Iterator[tuple[Deviation, str]]:
        name, value = ask.headers[0]
        token = value.removeprefix("Bearer ")
        yield ("the token nowhere", ask.header(name)), "token"
        yield ("the token empty", ask.header(name, value.removesuffix(token))), "token"
        yield ("the token twice", ask.header(name, value, value)), "request"
        yield ("a body", Ask("GET", ask.path, "nowhere", [], ask.headers, body=b"{}", content_type="application/json")), "request"
        for at in ("access_token", "token"):
            query = f"{at}={token}"
            yield (f"{at} in the query", Ask("GET", ask.path, "nowhere", [], ask.header(name).headers, query)), "request"
            yield (f"{at} in the query too", Ask("GET", ask.path, "nowhere", [], ask.headers, query)), "request"
        for text in texts_near(token):
            if "\0" not in text and text.strip() == text:  # a header begins and ends with no space
                yield (f"a token like {text[-5:]!r}", ask.header(name, value.replace(token, text))), "token"
        if name == "Authorization":
            for text in (token, f"bearer {token}", f"BEARER {token}", f"token {token}", f"Bearer  {token}", f"Basic {token}",
                         f"Bearer {token} x", f"Bearer: {token}", f'Bearer "{token}"'):  # fmt: skip
                yield (f"Authorization {text[:12]}", ask.header(name, text)), "token"
        else:
            yield ("Bearer before it", ask.header(name, f"Bearer {token}")), "token"
            yield ("in Authorization", ask.header(name).header("Authorization", f"Bearer {token}")), "request"
            yield ("in Authorization too", ask.header("Authorization", f"Bearer {token}")), "request"

    def test_the_persons_calls_refuse_what_is_wrong(self) -> None:
        known = self.granted(self.token_ask(self.new_code()))
        for person in self.table.persons:
            for (what, ask), kind in self.persons_wrong(person, self.person_ask(person, known)):
                with self.subTest(what, call=person.name):
                    self.assert_refused(person.name, ask, person.says[kind])
            known = {**known, **self.told(person, known)}

    def test_a_dead_token_and_another_persons_ids_are_refused(self) -> None:
        known, other = self.all_told(), self.all_told("allow:bob")
        for person in self.table.persons:
            for name, kind in person.wrong.items():
                if name in person.finds:
                    mixed = {**known, person.finds[name]: other[person.finds[name]]}
                    self.assert_refused(person.name, self.person_ask(person, mixed), person.says[kind])
                else:
                    ask = self.person_ask(person, known).having(name, "other-client")
                    self.assert_refused(person.name, ask, person.says[kind])
        self.instance.control("POST", f"{self.table.name}/expire_tokens")
        for person in self.table.persons:
            self.assert_refused(person.name, self.person_ask(person, known), person.says["token"])

    def test_another_path_is_none(self) -> None:
        for path in (self.table.page, self.table.token, *(person.path for person in self.table.persons)):
            for wrong in (path + "/", path.upper(), "/x" + path):
                self.assertEqual(404, self.send(Ask("GET", wrong, "nowhere", [])).status)

    def test_each_fault_comes_once_and_does_what_it_says(self) -> None:
        says = self.table.token_says
        for kind, values, spent in (("close", {}, False), ("lost", {}, True), ("status", {"status": 503}, False),
                                    ("garbage", {}, False), ("error", {"code": "x-7", "status": 418}, False)):  # fmt: skip
            with self.subTest(kind):
                ask = self.token_ask(self.new_code())
                self.instance.control("POST", f"{self.table.name}/fault", call="token", kind=kind, **values)
                if kind in ("close", "lost"):
                    with self.assertRaises(ConnectionError):
                        self.send(ask)
                    self.instance.connection.close()
                elif kind == "error":
                    self.assert_refused("token", ask, (418, "x-7"))
                else:
                    self.assertEqual(values.get("status", 200), self.send(ask).status)
                if spent:
                    self.assert_refused("token", ask, says["code_used"])
                else:
                    self.granted(ask)


def load_tests(loader: unittest.TestLoader, _tests: unittest.TestSuite, _pattern: str | None) -> unittest.TestSuite:
    """The tests of ProviderTest for each provider that has a table, and the others."""
    suite = unittest.TestSuite(map(loader.loadTestsFromTestCase, (SwitchTest, WeComTest)))
    for name, table in TABLES.items():
        kind = type(f"{name.capitalize()}Test", (ProviderTest,), {"table": table})
        suite.addTests(loader.loadTestsFromTestCase(kind))
    return suite


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of what stops the instance
    program = unittest.main(exit=False)
    print(f"self test of the stand-in: {program.result.testsRun} tests, {Asking.refused} wrong requests")
    sys.exit(not program.result.wasSuccessful())
