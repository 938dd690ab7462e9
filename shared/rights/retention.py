"""Retention rules (Aufbewahrung): how long what is kept, counted from which day; one declared table per network.

The defaults are `retention.toml` beside this module. An operator's own file (`IQ_RETENTION`) changes periods of rules
that the retention run applies, and their legal basis; what it must not change is refused, never ignored.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.rights.periods import Period, first_kept

TABLE = Path(__file__).with_name("retention.toml")
MAY_CHANGE = {"keep", "basis"}
Length = Annotated[Period, BeforeValidator(lambda value: value if isinstance(value, Period) else Period.parse(value))]


class Rule(BaseModel):
    """One rule; its texts are German. `by` are the services that apply it, `tables` and `along` as `service.table`."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    data_class: str = Field(alias="class")
    title: str
    keep: Length | None = None
    least: Length | None = None
    since: str
    then: str
    basis: str
    applied: Literal["run", "always", "never"]
    by: tuple[str, ...] = ()
    tables: tuple[str, ...]
    along: tuple[str, ...] = ()

    @property
    def period(self) -> str:
        """How long, in German."""
        return self.keep.german if self.keep else "ohne Frist"

    def first_kept(self, today: date) -> date:
        """The first day whose records the rule still keeps. Raises ValueError for a rule without a period."""
        if self.keep is None:
            raise ValueError("a rule without a period keeps everything")
        return first_kept(today, self.keep)


Rules = Mapping[str, Rule]


def load_rules() -> Rules:
    """The rules in force, read once. Raises ValueError that names the operator's file, the rule and the remedy."""
    return _loaded(os.environ.get("IQ_RETENTION") or "")


@cache
def _loaded(path: str) -> Rules:
    rules = {name: Rule.model_validate(entry) for name, entry in _read(TABLE).items()}
    if not path:
        return rules
    try:
        return rules | {name: changed(rules, name, entry) for name, entry in _read(Path(path)).items()}
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error


def changed(rules: Rules, name: str, entry: Any) -> Rule:
    """A rule with what an operator changes of it. Raises ValueError."""
    rule = rules.get(name)
    if rule is None:
        raise ValueError(f"Die Regel „{name}“ gibt es nicht; bitte eine von diesen: {', '.join(rules)}.")
    if not isinstance(entry, dict) or not entry.keys() <= MAY_CHANGE:
        raise ValueError(f"Regel „{name}“: Ändern lassen sich nur „keep“ und „basis“; bitte alles andere entfernen.")
    if "keep" in entry and rule.applied != "run":
        raise ValueError(f"Regel „{name}“: Diese Frist hält das Programm selbst ein; bitte „keep“ entfernen.")
    made = rule.model_copy(update=entry | ({"keep": Period.parse(entry["keep"])} if "keep" in entry else {}))
    if made.keep and rule.least and made.keep.days < rule.least.days:
        raise ValueError(f"Regel „{name}“: {made.keep.german} ist zu kurz; mindestens {rule.least.german}.")
    if made.keep and made.keep.unit == "hours" and made.applied == "run":
        raise ValueError(f"Regel „{name}“: Bitte Tage, Monate oder Jahre angeben.")
    return made


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
