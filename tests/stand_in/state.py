"""What one provider knows: clients, persons, codes, tokens, the calls it had, and the faults it is to show.

A provider does all its work under `lock`; only a hanging call waits outside of it.
"""
import hashlib
import secrets
import string
import threading
from dataclasses import dataclass, field, replace
from typing import Any

CALLS_KEPT = 10_000
FAULT_KINDS = ("status", "hang", "wait", "close", "garbage", "lost", "error")
_LETTERS = string.ascii_letters + string.digits


@dataclass
class Client:
    client_id: str
    client_secret: str
    redirect_uris: list[str]
    developer: str  # clients of one developer see the same union ids


@dataclass(frozen=True)
class Asked:
    """An authorize request that was in order."""

    client_id: str
    redirect_uri: str
    state: str
    scope: str
    challenge: str | None
    challenge_method: str


@dataclass
class Code:
    asked: Asked
    person: str
    expires: float
    used: bool = False


@dataclass(frozen=True)
class Token:
    client_id: str
    person: str
    scope: str
    expires: float | None


@dataclass
class Fault:
    call: str
    kind: str
    times: int
    status: int | None = None
    code: Any = None
    text: str | None = None
    freed: threading.Event = field(default_factory=threading.Event)


@dataclass
class Note:
    """One call in the list that control shows. No secret gets into it, and no more of a code than its head."""

    call: str
    method: str
    path: str
    client_id: str | None = None
    person: str | None = None
    code: str | None = None
    outcome: str = "begun"


class State:
    def __init__(self, provider: str) -> None:
        self.lock = threading.RLock()
        self.provider = provider
        first = Client(f"{provider}-client", f"{provider}-secret", [], "developer")
        self.clients: dict[str, Client] = {first.client_id: first}
        self.persons: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.waiting: dict[str, Asked] = {}  # authorize pages not decided yet, by request id
        self.calls: list[Note] = []
        self.faults: list[Fault] = []
        self._hanging: list[Fault] = []
        self.now = 0.0  # seconds; time passes only when control says so, hence no test depends on the machine's speed

    def note(self, call: str, method: str, path: str) -> Note:
        with self.lock:
            note = Note(call, method, path)
            self.calls.append(note)
            del self.calls[:-CALLS_KEPT]
            return note

    def take_fault(self, call: str) -> Fault | None:
        """The fault that the next such call shows, counted."""
        with self.lock:
            for fault in self.faults:
                if fault.call == call:
                    fault.times -= 1
                    if fault.times == 0:
                        self.faults.remove(fault)
                    if fault.kind in ("hang", "wait"):
                        self._hanging.append(fault)
                    return fault
            return None

    def release(self) -> int:
        """Frees the calls that hang and forgets all faults; returns how many calls hung."""
        with self.lock:
            freed = len(self._hanging)
            for fault in self._hanging:
                fault.freed.set()
            self._hanging.clear()
            self.faults.clear()
            return freed

    def expire_codes(self) -> int:
        with self.lock:
            for code in self.codes.values():
                code.expires = self.now
            return len(self.codes)

    def expire_tokens(self) -> int:
        with self.lock:
            self.tokens = {text: replace(token, expires=self.now) for text, token in self.tokens.items()}
            return len(self.tokens)

    def digest(self, *parts: str) -> str:
        """64 hex digits that are always the same for the same parts: a person keeps all ids."""
        return hashlib.sha256("\0".join((self.provider, *parts)).encode()).hexdigest()


def random_text(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
