"""The double-entry book: every payment has a payer, a payee, a kind and an amount."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

AUDITORS = "auditors"
WORLD = "world"  # suppliers, staff and all else outside the market
LENDERS = "lenders"  # those who give credit, take interest and bear what is not repaid
OWNERS = {
    "corporate": "parent",
    "startup": "investors",
    "champion": "treasury",
    "commons": "members",
}  # ownership -> account of those who give equity and take what is left


@dataclass
class Ledger:
    """Payments of a run, in the order in which they were made; accounts and kinds are kept as numbers.

    Entries made in one go may be of zero; the table leaves them out.
    """

    numbers: defaultdict[str, int] = field(default_factory=lambda: defaultdict(count().__next__))
    months: "array[int]" = field(default_factory=lambda: array("i"))
    payers: "array[int]" = field(default_factory=lambda: array("i"))
    payees: "array[int]" = field(default_factory=lambda: array("i"))
    kinds: "array[int]" = field(default_factory=lambda: array("i"))
    amounts: "array[float]" = field(default_factory=lambda: array("d"))  # USD, never negative
    opened: int = 0  # number of entries before this month
    groups: dict[tuple[str, ...], NDArray[np.int32]] = field(default_factory=dict)  # that pay together

    def book(self, month: int, payer: str, payee: str, kind: str, amount: float) -> None:
        """Enter a payment; nothing is entered for zero. Raises ValueError for a negative amount."""
        if amount < 0:
            raise ValueError(f"{kind} from {payer} to {payee} is {amount:g} USD; payments are not negative")
        if amount > 0:
            self.months.append(month)
            self.payers.append(self.numbers[payer])
            self.payees.append(self.numbers[payee])
            self.kinds.append(self.numbers[kind])
            self.amounts.append(amount)

    def book_all(
        self, month: int, payers: Sequence[str], payees: Sequence[str], kind: str, amounts: Array
    ) -> None:
        """Enter a payment by each payer to each payee, [payee, payer]; as `book`, in one go."""
        if amounts.min(initial=0.0) < 0:
            raise ValueError(f"{kind} has negative payments, USD {amounts.min():g}")
        givers, takers = self._numbers(tuple(payers)), self._numbers(tuple(payees))
        self.months.extend(array("i", [month]) * amounts.size)
        self.payers.frombytes(givers.tobytes() * len(takers))
        self.payees.frombytes(takers.repeat(len(givers)).tobytes())
        self.kinds.extend(array("i", [self.numbers[kind]]) * amounts.size)
        self.amounts.frombytes(amounts.tobytes())

    def _numbers(self, names: tuple[str, ...]) -> NDArray[np.int32]:
        """Numbers of many accounts, remembered for the next time that the same ones pay."""
        if names not in self.groups:
            self.groups[names] = np.array([self.numbers[name] for name in names], dtype=np.int32)
        return self.groups[names]

    def table(self) -> pd.DataFrame:
        """One row a payment."""
        names, amounts = pd.array(list(self.numbers), dtype="str"), np.array(self.amounts)
        paid = np.flatnonzero(amounts)

        def named(numbers: "array[int]") -> pd.api.extensions.ExtensionArray:
            return names.take(np.array(numbers)[paid])

        return pd.DataFrame(
            {
                "month": np.array(self.months)[paid].astype(np.int64),
                "payer": named(self.payers),
                "payee": named(self.payees),
                "kind": named(self.kinds),
                "amount": amounts[paid],
            }
        )

    def open_month(self) -> None:
        """Begin a month: `net` counts from here."""
        self.opened = len(self.amounts)

    def received(self, kind: str) -> dict[str, float]:
        """What each account that was paid something of a kind in this month received of it, USD."""
        if kind not in self.numbers:
            return {}
        names, wanted = list(self.numbers), self.numbers[kind]
        found: dict[str, float] = {}
        entries = slice(self.opened, None)
        for payee, what, amount in zip(
            self.payees[entries], self.kinds[entries], self.amounts[entries], strict=True
        ):
            if what == wanted:
                found[names[payee]] = found.get(names[payee], 0.0) + amount
        return found

    def net(self) -> dict[str, float]:
        """Receipts less payments of every account in this month, USD."""
        accounts, amounts = len(self.numbers), np.frombuffer(self.amounts[self.opened :])
        payers, payees = (np.frombuffer(side[self.opened :], "i") for side in (self.payers, self.payees))
        balance = np.bincount(payees, amounts, accounts) - np.bincount(payers, amounts, accounts)
        return dict(zip(self.numbers, balance.tolist(), strict=True))
