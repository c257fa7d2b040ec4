"""Whether a value fits what its field declares, and how to say what was expected."""

from collections.abc import Hashable
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from sim.config.base import MONTH_PATTERN, NAME_PATTERN

PATTERNS = {
    MONTH_PATTERN: "a month written like 2020-07",
    NAME_PATTERN: "a name of lower-case letters, digits and underscores, at most 40",
}


def unit_of(info: FieldInfo) -> str:
    """The unit of a quantity; empty for a setting."""
    extra = info.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def mistake(info: FieldInfo, value: Any) -> str:
    """A sentence about a value that does not fit the declared type and bounds; empty if it does."""
    try:
        _adapter(cast(Hashable, info.annotation), tuple(info.metadata)).validate_python(value, strict=True)
    except ValidationError:
        shown = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "..."
        return f"is {shown}; expected {expected(info)}."
    return ""


@cache
def _adapter(annotation: Hashable, metadata: tuple[Any, ...]) -> TypeAdapter[Any]:
    kind: Any = Annotated[(annotation, *metadata)] if metadata else annotation
    return TypeAdapter(kind, config={"allow_inf_nan": False, "strict": True})


def expected(info: FieldInfo) -> str:
    """A field's type, bounds and unit in words."""
    options = get_args(info.annotation)
    if get_origin(info.annotation) is tuple:
        return "a list of names in lower case"
    if options:
        return "one of " + ", ".join(str(option) for option in options)
    pattern = next((m.pattern for m in info.metadata if getattr(m, "pattern", None)), None)
    if info.annotation is str:
        return "text" if pattern is None else PATTERNS.get(pattern, f"text that matches {pattern}")
    words = {"ge": "at least {}", "gt": "above {}", "le": "at most {}", "lt": "below {}"}
    bounds = [
        phrase.format(f"{getattr(m, key):g}")
        for m in info.metadata
        for key, phrase in words.items()
        if hasattr(m, key)
    ]
    noun = "a whole number" if info.annotation is int else "a number"
    unit = f" in {unit_of(info)}" if unit_of(info) not in ("", "1") else ""
    return f"{noun} {' and '.join(bounds)}{unit}".replace("  ", " ").strip()
