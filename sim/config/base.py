"""How a quantity is declared: type, unit, meaning and bounds in code, its value only in scenario files."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Group(BaseModel):
    """Parameters of one part of the market: frozen, strict, without defaults."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class NamedTables:
    """Marks a field that scenario files write as tables with names, such as `[providers.first_mover]`."""

    singular: str


NAME_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"
MONTH_PATTERN = r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
YearMonth = Annotated[str, StringConstraints(pattern=MONTH_PATTERN)]


class Named(Group):
    """A group that has a name of its own: the key of its table."""

    name: Name

    @property
    def label(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ")


def quantity(unit: str, meaning: str, **bounds: Any) -> Any:
    """Declare a number with its unit, its meaning and its hard bounds (`ge`, `gt`, `le`, `lt`)."""
    return Field(description=meaning, json_schema_extra={"unit": unit}, **bounds)


def setting(meaning: str, **more: Any) -> Any:
    """Declare a word, a name or a switch: something without a unit and without a source."""
    return Field(description=meaning, **more)
