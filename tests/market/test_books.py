"""Books that balance every month, and mutants that do not get through."""

import pytest

import sim
from sim.agents.provider import Books, Provider
from sim.columns import NOBODY
from sim.economics.spending import Spending
from sim.ledger import Ledger
from sim.model import Market
from sim.phases import money
from sim.phases.money import DUES, flow
from sim.phases.reconcile import BooksDoNotBalanceError, books_balance
from sim.phases.technology import technology_advances

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


def test_books_hold_what_flowed_and_nothing_else() -> None:
    market = Market(sim.load("baseline").config, 1, seed=1)
    one, before = market.providers[1], [provider.cash for provider in market.providers]
    for kind, amount in (("overhead", -2.0), ("revenue", 5.0), ("overhead", -1.0)):
        flow(market, one, kind, amount)
    assert (market.books.overhead[1], market.books.revenue[1]) == (3.0, 5.0)
    assert market.flows.sum(axis=0).tolist() == [8.0 * (provider is one) for provider in market.providers]
    gained = [provider.cash - cash for provider, cash in zip(market.providers, before, strict=True)]
    assert gained == [2.0 * (provider is one) for provider in market.providers]
    with pytest.raises(AttributeError):
        flow(market, one, "gifts", 1.0)
    technology_advances(market)
    assert not market.flows.any()


def test_dues_come_first_in_the_books() -> None:
    assert Books._fields[: len(DUES)] == tuple(DUES)
