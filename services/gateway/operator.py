"""Facts that only the operator knows (imprint, privacy, accessibility), from the TOML file of IQ_OPERATOR.

A fact that is missing is marked on its page, never invented. `operator.example.toml` names them all.
"""

import os
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Fact = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Closed(BaseModel):
    """A misspelt fact is refused, not silently missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Imprint(Closed):
    """Who runs this service (Impressum, § 5 DDG)."""

    name: Fact | None = None
    address: tuple[Fact, ...] = ()
    represented_by: Fact | None = None
    email: Fact | None = None
    telephone: Fact | None = None
    registered_in: Fact | None = None
    supervision: Fact | None = None


class Privacy(Closed):
    """Who answers for the data (Art. 13 GDPR)."""

    controller: Fact | None = None
    officer: Fact | None = None
    legal_basis: Fact | None = None
    retention: Fact | None = None
    authority: Fact | None = None


class Accessibility(Closed):
    """The way to tell of a barrier, and who decides when that did not help (§ 12b BGG)."""

    email: Fact | None = None
    telephone: Fact | None = None
    barriers: tuple[Fact, ...] = ()
    assessed_on: date | None = None
    enforcement: Fact | None = None


class Operator(Closed):
    """All facts of an operator."""

    imprint: Imprint = Imprint()
    privacy: Privacy = Privacy()
    accessibility: Accessibility = Accessibility()


@cache
def load_operator() -> Operator:
    """The facts; without IQ_OPERATOR none is known. Raises ValueError that names the file for one it cannot read."""
    path = os.environ.get("IQ_OPERATOR")
    if not path:
        return Operator()
    try:
        return Operator.model_validate(tomllib.loads(Path(path).read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
