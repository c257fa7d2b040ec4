"""Wars are reviewed at their interval; a guarantee covers what a provider's own credit does not."""

import pytest

import sim
from sim.model import Market
from sim.phases import rivalry
from sim.phases.exits import insolvent_providers_go
from sim.rules import Guarantee, Rules


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


def test_a_guarantee_leaves_to_lenders_what_the_own_credit_line_covered(small: sim.Scenario) -> None:
    market = Market(small.amend({"merger_control.rescue": False, "capital.scrap": 0.0}).config, 3, 3)
    market.step()
    provider = market.provider("china_champion")
    provider.credit_line, provider.guaranteed, provider.cash = 1e6, 2.5e6, -4e6
    market.rules = Rules(guarantees=(Guarantee(provider.name, "china", 5e6),))
    insolvent_providers_go(market)
    book = market.ledger.table().tail(2)
    assert dict(zip(book.kind, book.amount, strict=True)) == {"guarantee": 3e6, "write_off": 1e6}
