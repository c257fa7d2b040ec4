"""What the schema says of a value by its path: the words to choose from, and whether it can be edited."""

from typing import Annotated, Any, get_args, get_origin

from sim.config import Config
from sim.config.base import Group
from sim.errors import UserError
from sim.scenario import Leaf, Scenario

DESCRIPTIVE = ("description",)  # words for people, which change no value


def group_of(path: str) -> str:
    """The table that a path lies in."""
    return path.rpartition(".")[0]


def options(config: Config, path: str) -> tuple[Any, ...]:
    """The words that may stand at a path; empty for numbers, names and free text."""
    *groups, name = path.split(".")
    above: Any = None
    place: Any = config
    for part in groups:
        above = place
        place = _below(place, part)
    if name == "kind" and above is not None and not isinstance(above, tuple):
        return _kinds(type(above).model_fields[groups[-1]].annotation)
    return _words(type(place).model_fields[name].annotation)


def _below(place: Any, part: str) -> Any:
    if isinstance(place, tuple):
        return next(one for one in place if one.name == part)
    return getattr(place, part)


def _words(annotation: Any) -> tuple[Any, ...]:
    return tuple(word for word in get_args(annotation) if isinstance(word, str))


def _kinds(annotation: Any) -> tuple[str, ...]:
    """The kinds of a union of groups."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    found = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, Group)]
    return tuple(get_args(one.model_fields["kind"].annotation)[0] for one in found)


def choices(scenario: Scenario, leaf: Leaf) -> list[Any]:
    """The words of a leaf that the scenario could change to as it stands, its own among them."""
    return [
        word
        for word in options(scenario.config, leaf.path)
        if word == leaf.value or _fits(scenario, leaf, word)
    ]


def _fits(scenario: Scenario, leaf: Leaf, word: Any) -> bool:
    try:
        scenario.amend({leaf.path: word})
    except UserError:
        return False
    return True


def editable(leaf: Leaf) -> bool:
    """Whether a value can be changed by a control: numbers, switches and words with alternatives."""
    return not isinstance(leaf.value, tuple) and leaf.path.rpartition(".")[2] not in DESCRIPTIVE
