"""The list of sources that quantities may name."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from sim.errors import UserError
from sim.scenario.files import parse, shipped_folder

SET_BY_USER = "set-by-user"
SOURCES_FILE = "shared/sources.toml"


@dataclass(frozen=True)
class Source:
    """Where a number comes from."""

    citation: str
    kind: Literal["published", "dataset", "measured", "assumption", "user"]
    verified: bool
    note: str = ""


@cache
def sources() -> dict[str, Source]:
    """Key -> source, as `scenarios/shared/sources.toml` lists them."""
    data = parse(shipped_folder() / "shared" / "sources.toml")
    try:
        return TypeAdapter(dict[str, Source]).validate_python(data)
    except ValidationError as error:
        raise UserError(
            f"{SOURCES_FILE}: {'.'.join(str(part) for part in e['loc'])}: {e['msg']}." for e in error.errors()
        ) from None
