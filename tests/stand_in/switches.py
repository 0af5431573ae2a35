"""Switches: one for each point on which what is known of a provider is unsure, or its servers differ."""
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Switch:
    default: bool | int | str
    decides: str
    choices: tuple[int | str, ...] = ()

    def checked(self, value: Any) -> bool | int | str:
        """`value`, if this switch can be set to it; else ValueError."""
        if type(value) is not type(self.default):  # isinstance would take true for 1
            raise ValueError(f"is {type(self.default).__name__}, not {type(value).__name__}")
        if self.choices and value not in self.choices:
            raise ValueError(f"is one of {', '.join(map(str, self.choices))}")
        if type(value) is int and value < 0:
            raise ValueError("is not negative")
        return value

    def parsed(self, text: str) -> bool | int | str:
        """The same, of the command line's text."""
        if isinstance(self.default, bool):
            return self.checked({"true": True, "false": False}.get(text, text))
        if isinstance(self.default, int):
            return self.checked(int(text) if text.isascii() and text.isdigit() else text)
        return self.checked(text)


class Settings:
    """The switches of one provider, as they are set now."""

    def __init__(self, table: dict[str, Switch]) -> None:
        self.table = table
        self._values: dict[str, Any] = {name: switch.default for name, switch in table.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def _switch(self, name: str) -> Switch:
        if name not in self.table:
            raise ValueError(f"there is no such switch; there are {', '.join(sorted(self.table))}")
        return self.table[name]

    def set(self, name: str, value: Any) -> None:
        self._values[name] = self._switch(name).checked(value)

    def set_text(self, name: str, text: str) -> None:
        self._values[name] = self._switch(name).parsed(text)

    def described(self) -> dict[str, Any]:
        return {
            name: {
                "value": self._values[name],
                "default": switch.default,
                "choices": list(switch.choices),
                "decides": switch.decides,
            }
            for name, switch in self.table.items()
        }


def common(code_seconds: int, token_seconds: int, code_chars: int, token_chars: int, missing: str) -> dict[str, Switch]:
    """The switches that every provider has."""
    return {
        "unknown_params": Switch(
            "refuse", "whether a parameter that the provider does not know is an error", ("refuse", "ignore")
        ),
        "code_seconds": Switch(code_seconds, "how long a code lives, by the stand-in's clock"),
        "token_seconds": Switch(token_seconds, "how long an access token lives, by that clock; 0: for ever"),
        "code_chars": Switch(code_chars, "how long a code is"),
        "token_chars": Switch(token_chars, "how long an access token is"),
        "missing": Switch(
            missing, "how a field that the person does not have shows in the reply", ("absent", "null", "empty")
        ),
    }
