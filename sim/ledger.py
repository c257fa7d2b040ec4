"""The double-entry book: every payment has a payer, a payee, a kind and an amount."""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    """Payments of a run, in the order in which they were made; accounts and kinds are kept as numbers."""

    numbers: dict[str, int] = field(default_factory=dict)  # of accounts and kinds, by name
    months: list[int] = field(default_factory=list)
    payers: list[int] = field(default_factory=list)
    payees: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)  # USD, never negative
    opened: int = 0  # number of entries before this month
    groups: dict[tuple[str, ...], NDArray[np.intp]] = field(default_factory=dict)  # that pay together

    def _number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def _numbers(self, names: tuple[str, ...]) -> NDArray[np.intp]:
        """Numbers of many accounts, remembered for the next time that the same ones pay."""
        if names not in self.groups:
            self.groups[names] = np.array([self._number(name) for name in names], dtype=np.intp)
        return self.groups[names]

    def book(self, month: int, payer: str, payee: str, kind: str, amount: float) -> None:
        """Enter a payment; nothing is entered for zero. Raises ValueError for a negative amount."""
        if amount < 0:
            raise ValueError(f"{kind} from {payer} to {payee} is {amount:g} USD; payments are not negative")
        if amount > 0:
            self.months.append(month)
            self.payers.append(self._number(payer))
            self.payees.append(self._number(payee))
            self.kinds.append(self._number(kind))
            self.amounts.append(amount)

    def book_all(
        self, month: int, payers: Sequence[str], payees: Sequence[str], kind: str, amounts: Array
    ) -> None:
        """Enter a payment by each payer to each payee, [payee, payer]; as `book`, in one go."""
        if (amounts < 0).any():
            raise ValueError(f"{kind} has negative payments, USD {amounts.min():g}")
        payee, payer = np.nonzero(amounts)
        self.months += [month] * len(payer)
        self.payers += self._numbers(tuple(payers))[payer].tolist()
        self.payees += self._numbers(tuple(payees))[payee].tolist()
        self.kinds += [self._number(kind)] * len(payer)
        self.amounts += amounts[payee, payer].tolist()

    def table(self) -> pd.DataFrame:
        """One row a payment."""
        names = np.array(list(self.numbers), dtype=object)
        return pd.DataFrame(
            {
                "month": self.months,
                "payer": names[self.payers],
                "payee": names[self.payees],
                "kind": names[self.kinds],
                "amount": self.amounts,
            }
        )

    def open_month(self) -> None:
        """Begin a month: `net` counts from here."""
        self.opened = len(self.amounts)

    def received(self, kind: str) -> dict[str, float]:
        """What each account that was paid something of a kind in this month received of it, USD."""
        names, wanted = list(self.numbers), self.numbers.get(kind)
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
        accounts = len(self.numbers)
        amounts = np.array(self.amounts[self.opened :])
        payers, payees = (np.array(side[self.opened :], dtype=np.intp) for side in (self.payers, self.payees))
        balance = np.bincount(payees, amounts, accounts) - np.bincount(payers, amounts, accounts)
        return dict(zip(self.numbers, balance.tolist(), strict=True))
