"""Wars are reviewed at their interval; a guarantee covers what a provider's own credit does not."""

import pandas as pd
import pytest

import sim
from sim import model
from sim.economics.game import PriceGame
from sim.economics.search import Candidate, verified
from sim.model import Market
from sim.phases import market, rivalry
from sim.phases.exits import insolvent_providers_go
from sim.phases.market import providers_price
from sim.rules import Guarantee, Rules
from sim.world import World


@pytest.mark.parametrize(("interval", "months"), [(1, [0, 1, 2, 3, 4, 5]), (3, [0, 3])])
def test_wars_are_reviewed_at_their_interval(
    small: sim.Scenario, monkeypatch: pytest.MonkeyPatch, interval: int, months: list[int]
) -> None:
    market = Market(small.amend({"rivalry.review_every": interval}).config, 6, 3)
    reviewed: list[int] = []

    def planned(world: Market) -> tuple[tuple[()], float]:
        reviewed.append(world.month)
        return (), 0.0

    monkeypatch.setattr(rivalry, "_plans", planned)
    for _ in range(6):
        market.step()
    assert reviewed == months


def test_prices_found_for_a_review_are_those_found_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = {"demand.workloads": 600, "pricing.panel_per_segment": 2, "pricing.check_every": 1}
    calm = sim.load("price_war", settings=small | {"providers.funded_startup.cash": 3e9})
    researched: list[bool] = []
    checked: list[float] = []

    def told(game: PriceGame, candidate: Candidate, tol: float) -> Candidate:
        checked.append(candidate.gain)
        return verified(game, candidate, tol)

    def anew(world: World) -> None:
        researched.append(world.peace is not None and not world.wars)
        world.peace = None
        providers_price(world)

    monkeypatch.setattr(market, "verified", told)
    going_on = sim.run(calm, months=8, seed=3)
    monkeypatch.setattr(model, "providers_price", anew)
    begun_anew = sim.run(calm, months=8, seed=3)
    assert any(researched)
    assert len(checked) == 2 * 8
    pd.testing.assert_frame_equal(going_on.months, begun_anew.months, check_exact=True)
    pd.testing.assert_frame_equal(going_on.products, begun_anew.products, check_exact=True)


def test_a_guarantee_leaves_to_lenders_what_the_own_credit_line_covered(small: sim.Scenario) -> None:
    market = Market(small.amend({"merger_control.rescue": False, "capital.scrap": 0.0}).config, 3, 3)
    market.step()
    provider = market.provider("china_champion")
    provider.credit_line, provider.guaranteed, provider.cash = 1e6, 2.5e6, -4e6
    market.rules = Rules(guarantees=(Guarantee(provider.name, "china", 5e6),))
    insolvent_providers_go(market)
    book = market.ledger.table().tail(2)
    assert dict(zip(book.kind, book.amount, strict=True)) == {"guarantee": 3e6, "write_off": 1e6}
