"""The double-entry book: every payment has a payer, a payee, a kind and an amount."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

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
    """Payments of a run, in the order in which they were made."""

    months: list[int] = field(default_factory=list)
    payers: list[str] = field(default_factory=list)
    payees: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)  # USD, never negative
    opened: int = 0  # number of entries before this month

    def book(self, month: int, payer: str, payee: str, kind: str, amount: float) -> None:
        """Enter a payment; nothing is entered for zero. Raises ValueError for a negative amount."""
        if amount < 0:
            raise ValueError(f"{kind} from {payer} to {payee} is {amount:g} USD; payments are not negative")
        if amount > 0:
            self.months.append(month)
            self.payers.append(payer)
            self.payees.append(payee)
            self.kinds.append(kind)
            self.amounts.append(amount)

    def book_all(self, month: int, payers: Sequence[str], payee: str, kind: str, amounts: Array) -> None:
        """Enter one payment by each of many payers to one payee; as `book`, in one go."""
        if (amounts < 0).any():
            raise ValueError(f"{kind} to {payee} has negative payments, USD {amounts.min():g}")
        paid = [(payer, amount) for payer, amount in zip(payers, amounts.tolist(), strict=True) if amount > 0]
        self.months += [month] * len(paid)
        self.payers += [payer for payer, _ in paid]
        self.payees += [payee] * len(paid)
        self.kinds += [kind] * len(paid)
        self.amounts += [amount for _, amount in paid]

    def table(self) -> pd.DataFrame:
        """One row a payment."""
        return pd.DataFrame(
            {
                "month": self.months,
                "payer": self.payers,
                "payee": self.payees,
                "kind": self.kinds,
                "amount": self.amounts,
            }
        )

    def open_month(self) -> None:
        """Begin a month: `net` counts from here."""
        self.opened = len(self.amounts)

    def net(self) -> dict[str, float]:
        """Receipts less payments of every account in this month, USD."""
        balance: dict[str, float] = {}
        entries = slice(self.opened, None)
        for payer, payee, amount in zip(
            self.payers[entries], self.payees[entries], self.amounts[entries], strict=True
        ):
            balance[payer] = balance.get(payer, 0.0) - amount
            balance[payee] = balance.get(payee, 0.0) + amount
        return balance
