"""The self test's own stand-in, and what a client does there."""
import http.client
import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from test_requests import Ask, Reply
from test_tables import BACK, Person, Table, error_of

PATIENCE = 300  # seconds after which it hangs
STATE = "state-of-the-login"


class Instance:
    """A stand-in of its own, with two clients and two persons at each provider."""

    def __init__(self) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="scanlogin-stand-in.")
        port_file = Path(self.directory.name, "port")
        serve = Path(__file__).with_name("serve.py")
        self.process = subprocess.Popen([sys.executable, "-B", str(serve), "--port-file", str(port_file)])
        end = time.monotonic() + PATIENCE
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the stand-in does not start")
            time.sleep(0.02)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port_file.read_text()), timeout=PATIENCE)
        for name in self.control("GET", "switches"):
            self.control("POST", f"{name}/redirect_uri", uri=BACK)
            self.control("POST", f"{name}/redirect_uri", uri="http://localhost/other/")
            other = {"client_id": "other-client", "client_secret": "other-secret", "redirect_uris": [BACK]}
            self.control("POST", f"{name}/client", **other)
            for person in ("ann", "bob"):
                self.control("POST", f"{name}/person", person=person)

    def control(self, method: str, path: str, **values: Any) -> Any:
        body = json.dumps(values).encode() if values or method == "POST" else None
        reply = Ask(method, path, "nowhere", [], body=body).send(self.connection, "/control/")
        assert reply.status == 200, f"control says to {path}: {reply.text}"
        return json.loads(reply.text)

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.directory.cleanup()


class Asking(unittest.TestCase):
    """A login at the provider of `table`, step by step, at an instance of the class's own."""

    table: Table
    instance: Instance
    refused: ClassVar[int] = 0  # how many requests were to be

    @classmethod
    def setUpClass(cls) -> None:
        cls.instance = Instance()
        cls.addClassCleanup(cls.instance.stop)

    def setUp(self) -> None:
        self.client, self.secret = f"{self.table.name}-client", f"{self.table.name}-secret"

    def send(self, ask: Ask) -> Reply:
        return ask.send(self.instance.connection, f"/{self.table.name}")

    def assert_refused(self, call: str, ask: Ask, expected: tuple[int, int | str]) -> None:
        Asking.refused += 1
        reply = self.send(ask)
        try:
            found = error_of(self.table.name, call, reply)
        except (AssertionError, ValueError) as error:
            self.fail(f"no error of {self.table.name}'s at {call}: {reply.status} {reply.text[:200]} ({error!r})")
        self.assertEqual(expected, found, reply.text[:300])

    # ---- what is right ----

    def page_ask(self) -> Ask:
        pairs = [("response_type", "code"), ("client_id", self.client), ("redirect_uri", BACK), ("state", STATE)]
        return Ask("GET", self.table.page, "query", [*pairs, *self.table.page_more], [("X-Decide", "allow:ann")])

    def new_code(self, ask: Ask | None = None) -> str:
        reply = self.send(ask or self.page_ask())
        self.assertEqual(302, reply.status, reply.text)
        location = reply.header("Location")
        self.assertTrue(location.startswith(f"{BACK}?"), location)
        pairs = parse_qsl(urlsplit(location).query, strict_parsing=True)
        self.assertEqual([self.table.code_name, "state"], [name for name, _ in pairs])
        self.assertEqual(STATE, pairs[1][1])
        return pairs[0][1]

    def token_ask(self, code: str) -> Ask:
        filled = {"client_id": self.client, "client_secret": self.secret, "code": code}
        pairs = [(name, value.format(**filled)) for name, value in self.table.token_pairs]
        return Ask(self.table.token_method, self.table.token, self.table.token_place, pairs, self.table.token_headers)

    def code_parameter(self, kind: str) -> str:
        """The provider's name for one of the token call's parameters."""
        names = [name for name, value in self.table.token_pairs if value == f"{{{kind}}}" or name == kind]
        return names[0] if names else "grantType"

    def granted(self, ask: Ask) -> dict[str, Any]:
        reply = self.send(ask)
        self.assertEqual(200, reply.status, reply.text)
        members = json.loads(reply.text)
        self.assertLessEqual(self.table.token_members, set(members))
        self.assertNotIn("error", members)
        return {**members, "access_token": members.get("access_token", members.get("accessToken"))}

    def person_ask(self, person: Person, known: dict[str, Any]) -> Ask:
        filled = {**known, "client_id": self.client}
        pairs = [(name, value.format(**filled)) for name, value in person.pairs]
        return Ask("GET", person.path, "query" if pairs else "nowhere", pairs,
                   [(name, value.format(**filled)) for name, value in person.headers])  # fmt: skip

    def told(self, person: Person, known: dict[str, Any]) -> dict[str, Any]:
        reply = self.send(self.person_ask(person, known))
        self.assertEqual(200, reply.status, reply.text)
        members = json.loads(reply.text)
        members = members[0] if isinstance(members, list) else members.get("data", members)
        self.assertLessEqual(person.members, set(members))
        return dict(members)

    def all_told(self, decision: str = "allow:ann") -> dict[str, Any]:
        """Of a whole login: the token, and all that the persons' calls tell."""
        code = self.new_code(self.page_ask().header("X-Decide", decision))
        known = self.granted(self.token_ask(code))
        for person in self.table.persons:
            known = {**known, **self.told(person, known)}
        return known
