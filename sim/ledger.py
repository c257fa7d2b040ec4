"""The double-entry book: every payment has a payer, a payee, a kind and an amount."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.compiled import kernels

Array = NDArray[np.float64]
Names = str | tuple[str, ...] | tuple[tuple[str], ...]  # one, a row or a column

KERNEL = "sim.economics.kernels.sums"
YEAR = 12  # months

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
    payers: "array[int]" = field(default_factory=lambda: array("i"))
    payees: "array[int]" = field(default_factory=lambda: array("i"))
    kinds: "array[int]" = field(default_factory=lambda: array("i"))
    amounts: "array[float]" = field(default_factory=lambda: array("d"))  # USD, never negative
    openings: list[int] = field(default_factory=list)  # number of entries before each month
    spread: dict[tuple[Names, tuple[int, ...]], bytes] = field(default_factory=dict)  # see `_each`

    def book(self, payer: str, payee: str, kind: str, amount: float) -> None:
        """Enter a payment; nothing is entered for zero. Raises ValueError for a negative amount."""
        if amount < 0:
            raise ValueError(f"{kind} from {payer} to {payee} is {amount:g} USD; payments are not negative")
        if amount > 0:
            self.payers.append(self.numbers[payer])
            self.payees.append(self.numbers[payee])
            self.kinds.append(self.numbers[kind])
            self.amounts.append(amount)

    def book_all(self, payers: Names, payees: Names, kinds: Names, amounts: Array) -> None:
        """Enter many payments as `book` does, in one go; names are spread over the amounts as arrays are."""
        if amounts.min(initial=0.0) < 0:
            raise ValueError(f"{kinds} has negative payments, {amounts.min():g} USD")
        self.payers.frombytes(self._each(payers, amounts.shape))
        self.payees.frombytes(self._each(payees, amounts.shape))
        self.kinds.frombytes(self._each(kinds, amounts.shape))
        self.amounts.frombytes(amounts.tobytes())

    def _each(self, names: Names, shape: tuple[int, ...]) -> bytes:
        """The number of an account or a kind for each payment, remembered for the next of the same names."""
        found = self.spread.get((names, shape))
        if found is None:
            numbers = np.vectorize(self.numbers.__getitem__, otypes=["i"])(np.array(names, dtype=object))
            found = self.spread[names, shape] = np.broadcast_to(numbers, shape).tobytes()
        return found

    def columns(self) -> dict[str, Any]:
        """Of a table with one row a payment."""
        names, amounts = pd.array(list(self.numbers), dtype="str"), np.array(self.amounts)
        paid = np.flatnonzero(amounts)
        months = np.repeat(np.arange(len(self.openings)), np.diff([*self.openings, len(amounts)]))

        def named(numbers: "array[int]") -> pd.api.extensions.ExtensionArray:
            return names.take(np.array(numbers)[paid])

        return {
            "month": months[paid],
            "payer": named(self.payers),
            "payee": named(self.payees),
            "kind": named(self.kinds),
            "amount": amounts[paid],
        }

    def table(self) -> pd.DataFrame:
        """One row a payment."""
        return pd.DataFrame(self.columns())

    def yearly(self) -> pd.DataFrame:
        """Payments summed by year of the run: year, payer, payee, kind, amount (USD), in this order."""
        ranked = sorted(self.numbers)
        names, ranks = pd.array(ranked, dtype="str"), np.argsort(np.argsort(list(self.numbers)))
        years = np.repeat(np.arange(len(self.openings)) // YEAR, np.diff([*self.openings, len(self.amounts)]))
        sizes = (len(self.openings), *3 * [len(ranked)])
        said = (years, *(ranks[np.array(column)] for column in (self.payers, self.payees, self.kinds)))
        amounts = pd.Series(np.array(self.amounts)).groupby(np.ravel_multi_index(said, sizes)).sum()
        paid = amounts[amounts > 0]
        year, *accounts = np.unravel_index(paid.index, sizes)
        columns = zip(("payer", "payee", "kind"), map(names.take, accounts), strict=True)
        return pd.DataFrame({"year": year, **dict(columns), "amount": paid.to_numpy()})

    def open_month(self) -> None:
        """Begin a month, the first or the next one."""
        self.openings.append(len(self.amounts))

    def received(self, kind: str, names: Sequence[str]) -> Array:
        """What accounts received in this month in payments of a kind, USD [name]."""
        if kind not in self.numbers:
            return np.zeros(len(names))
        payees, kinds, amounts = self._of_month(self.payees), self._of_month(self.kinds), self._paid()
        places = [self.numbers[name] for name in names]
        return self._sums(payees, amounts * (kinds == self.numbers[kind])).take(places)

    def net(self, names: Sequence[str]) -> Array:
        """Receipts less payments of accounts in this month, USD [name]."""
        payers, payees, amounts = self._of_month(self.payers), self._of_month(self.payees), self._paid()
        places = [self.numbers[name] for name in names]
        return (self._sums(payees, amounts) - self._sums(payers, amounts)).take(places)

    def _of_month(self, numbers: "array[int]") -> NDArray[np.int32]:
        """Of a column of accounts or kinds the entries of this month."""
        return np.frombuffer(numbers[self.openings[-1] :], np.int32)

    def _paid(self) -> Array:
        """Amounts of this month's payments, USD."""
        return np.frombuffer(self.amounts[self.openings[-1] :])

    def _sums(self, accounts: NDArray[np.int32], amounts: Array) -> Array:
        """Sum of amounts by account, USD."""
        sums: Array = kernels(KERNEL).summed(accounts, amounts, len(self.numbers))
        return sums
