"""Books that balance every month, and mutants that do not get through."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.provider import Provider
from sim.columns import NOBODY
from sim.economics.spending import Spending
from sim.ledger import Ledger
from sim.model import Market
from sim.phases import money
from sim.phases.reconcile import BooksDoNotBalanceError, books_balance

MONTHS = 40


def play(scenario: sim.Scenario, months: int = MONTHS, seed: int = 8) -> Market:
    market = Market(scenario.config, months, seed)
    for _ in range(months):
        market.step()
    return market


@pytest.mark.parametrize("form", ["constant_expenditure", "unit_demand"])
def test_the_ledger_explains_cash_and_sales_in_every_month(small: sim.Scenario, form: str) -> None:
    market = play(small.amend({"demand.form": form, "demand.price_unit": 20.0}))
    start = {p.name: p.cash for p in small.config.providers}  # entrants bring theirs through the ledger
    table = market.ledger.table()
    for provider in market.providers:
        received = table.amount[table.payee == provider.name].sum()
        paid = table.amount[table.payer == provider.name].sum()
        assert provider.cash == pytest.approx(start.get(provider.name, 0.0) + received - paid, rel=1e-9)


def test_customers_pay_what_they_chose_to_spend(small: sim.Scenario) -> None:
    market = Market(small.config, 30, seed=8)
    for month in range(30):
        market.step()
        work = market.workloads
        growth = market.config.demand.spend_growth ** (month / 12)
        spent = -market.ledger.net(market.segment_names)
        for segment, using, paid in zip(market.segments, market.using, spent, strict=True):
            uses = work.product[segment.rows] != NOBODY
            assert using == uses.sum()
            budget = (work.budget[segment.rows] * uses).sum() * growth
            assert paid == pytest.approx(budget, rel=1e-12)
        assert not (work.product[~work.considering] != NOBODY).any()


def test_a_market_that_doubles_revenue_is_caught(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = money._spent
    monkeypatch.setattr(money, "_spent", lambda world: Spending(*(2 * part for part in honest(world))))
    with pytest.raises(BooksDoNotBalanceError, match="sales of"):
        play(small)


def test_a_payment_that_forgets_cash_is_caught(small: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = money.flow

    def forgetful(world: Market, provider: Provider, kind: str, amount: float) -> None:
        before = provider.cash
        honest(world, provider, kind, amount)
        if kind == "backing":
            provider.cash = before

    monkeypatch.setattr(money, "flow", forgetful)
    with pytest.raises(BooksDoNotBalanceError, match="cash of"):
        play(small)


def test_cash_that_is_no_number_is_caught(small: sim.Scenario) -> None:
    market = play(small, 3)
    books_balance(market)
    market.providers[0].cash = float("nan")
    with pytest.raises(BooksDoNotBalanceError, match="cash of"):
        books_balance(market)


@pytest.mark.parametrize(
    ("parts", "caught"),
    [(("sales", "earned"), "sales of"), (("sales",), "cash of"), (("earned",), "sales of")],
    ids=["sold and earned", "sold", "earned"],
)
def test_sales_without_customers_are_caught(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch, parts: tuple[str, ...], caught: str
) -> None:
    honest = money._spent

    def invented(world: Market) -> Spending:
        found = honest(world)
        for part in parts:
            getattr(found, part).flat[0] += 1.0
        return found

    monkeypatch.setattr(money, "_spent", invented)
    with pytest.raises(BooksDoNotBalanceError, match=caught):
        play(small)


@pytest.mark.parametrize("due", range(len(money.DUES)), ids=money.DUES)
@pytest.mark.parametrize("side", ["cash", "ledger"])
def test_a_due_that_is_not_paid_or_not_booked_is_caught(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch, due: int, side: str
) -> None:
    honest = money._due

    def forgetful(provider: Provider, *terms: float) -> tuple[float, ...]:
        paid = [*honest(provider, *terms)]
        if side == "cash":
            provider.cash += paid[due]
        else:
            paid[due] = 0.0
        return tuple(paid)

    monkeypatch.setattr(money, "_due", forgetful)
    indebted = {"providers.first_mover.cash": 0.0, "providers.first_mover.credit_line": 1e12}
    with pytest.raises(BooksDoNotBalanceError, match="cash of"):
        play(small.amend(indebted))


def test_a_payment_that_is_not_booked_is_caught(small: sim.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "book", lambda self, payer, payee, kind, amount: None)
    with pytest.raises(BooksDoNotBalanceError, match="cash of"):
        play(small)


def test_interest_is_paid_on_what_other_dues_leave_drawn(small: sim.Scenario) -> None:
    market = play(small, 2)
    one, rich = market.providers[:2]
    rate = market.config.finance.interest_rate / 12
    one.alive, one.cash, one.overhead, one.run = True, -100.0, 24.0, None
    assert money._due(one, 7.0, 1.0, rate) == (7.0, 1.0, 2.0, 0.0, pytest.approx(110 * rate))
    assert one.cash == pytest.approx(-110 * (1 + rate))
    rich.alive, rich.cash, rich.overhead, rich.run = True, 100.0, 24.0, None
    assert money._due(rich, 7.0, 1.0, rate) == (7.0, 1.0, 2.0, 0.0, 0.0)
    rich.alive = False
    assert money._due(rich, 7.0, 1.0, rate) == (0.0,) * 5
    assert rich.cash == 90.0


def test_every_payment_has_two_sides_and_no_amount_is_negative(small_run: sim.Run) -> None:
    ledger = small_run.ledger
    assert (ledger.amount > 0).all()
    assert (ledger.payer != ledger.payee).all()
    assert set(ledger.kind) <= {
        "revenue",
        "own_machines",
        "serving",
        "training",
        "overhead",
        "backing",
        "interest",
        "write_off",
        "equity",
        "dividend",
        "setup",
        "data",
        "specialists",
        "scrap",
        "liquidation",
        "acquisition",
        "audits",
        "public_audits",
        "auditing",
    }


def test_events_name_their_causes(small_run: sim.Run) -> None:
    events = small_run.events.set_index("event")
    held = events.query("kind == 'release' and text.str.startswith('sells')")
    assert (events.loc[held.because, "kind"] == "entry").all()
    releases = events.query("kind == 'release'").drop(held.index)
    assert len(releases) > 5
    for row in releases.itertuples():
        cause = events.loc[row.because]
        assert (cause.kind, cause.who) == ("training", row.who)
        assert row.month - cause.month == 6
    later = events.query("kind == 'training' and because >= 0")
    assert len(later) > 5
    for row in later.itertuples():
        assert events.loc[row.because].kind == "release"
        assert events.loc[row.because].month <= row.month


def test_years_sum_the_payments_of_their_months(small: sim.Scenario) -> None:
    ledger = play(small, 30).ledger
    table = ledger.table()
    sums = table.groupby([table["month"].rename("year") // 12, "payer", "payee", "kind"])["amount"].sum()
    found = ledger.yearly()
    assert found["year"].unique().tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(found, sums.reset_index(), check_exact=False, rtol=1e-12)


def test_many_payers_are_booked_as_one_by_one() -> None:
    one, all_at_once = Ledger(), Ledger()
    names, amounts = ("a", "b", "c"), np.array([2.0, 0.0, 3.5])
    one.open_month()
    all_at_once.open_month()
    for name, amount in zip(names, amounts.tolist(), strict=True):
        one.book(name, "seller", "revenue", amount)
    all_at_once.book_all(names, "seller", "revenue", amounts)
    assert all_at_once.table().equals(one.table())
    with pytest.raises(ValueError, match="negative"):
        all_at_once.book_all(names, "seller", "revenue", -amounts)


def test_names_are_spread_over_amounts_as_rows_and_columns() -> None:
    ledger = Ledger()
    for month in range(2):
        ledger.open_month()
        ledger.book_all(
            (("a",), ("b",)), ("x", "y"), ("rent", "tax"), np.array([[1.0, 2.0], [0.0, 4.0]]) + month
        )
    assert ledger.table().to_numpy().tolist() == [
        [0, "a", "x", "rent", 1.0],
        [0, "a", "y", "tax", 2.0],
        [0, "b", "y", "tax", 4.0],
        [1, "a", "x", "rent", 2.0],
        [1, "a", "y", "tax", 3.0],
        [1, "b", "x", "rent", 1.0],
        [1, "b", "y", "tax", 5.0],
    ]
