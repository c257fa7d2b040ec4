"""Places in a scenario where a rule of a user's own may stand; see `sim.extending`."""

from typing import Literal

from sim.config.base import Group, Name, setting

WHERE = "Name of the rule, as the extension gives it."


class OwnRule(Group):
    """A rule that an extension brings."""

    kind: Literal["extension"] = setting("A rule that an extension brings.")
    rule: Name = setting(WHERE)
