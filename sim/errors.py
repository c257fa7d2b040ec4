"""The one way to tell a user what is wrong: whole sentences, all at once, no traceback."""

from collections.abc import Iterable


class UserError(Exception):
    """Mistakes of the user's, each one sentence: the place, the value, what was expected, what to do."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))
