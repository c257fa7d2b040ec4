"""Utilities, choices and reviews: compiled passes against plain numpy, row by row."""

from typing import NamedTuple

import numpy as np
import pytest

from sim import streams
from sim.config.demand import LinearValue, SaturatingValue, ThresholdValue, ValueMap
from sim.config.extension import OwnRule
from sim.economics import reviews, utility
from sim.economics import value as values
from sim.economics.choice import choose, nests_of
from sim.economics.scaling import Array

MAPS: dict[str, ValueMap] = {
    "linear": LinearValue(kind="linear"),
    "saturating": SaturatingValue(kind="saturating", plateau=9.0),
    "threshold": ThresholdValue(kind="threshold", midpoint=5.0, width=1.5, height=12.0),
    "an extension's": OwnRule(kind="extension", rule="root"),
}
TIERS, PROVIDERS, SEGMENTS, LINES = 3, 4, 5, 6
CODES = np.array([0, 1, 2, 4, 5, 9, 10, 3, -2, -3])  # provider 1 comes twice, not side by side
WORKLOADS = 700
KEY = np.uint64(streams.key(1, 0, "choice", 7))


class Case(NamedTuple):
    """Customers before products."""

    who: utility.Traits
    ties: utility.Ties
    what: utility.Offers
    rows: np.ndarray
    terms: Array
    luck: reviews.Lottery


@pytest.fixture(autouse=True)
def own_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the extension says."""
    monkeypatch.setattr(values, "_own", lambda what, kind, q: np.sqrt(1 + q * q))


@pytest.fixture
def case() -> Case:
    """Random customers, half of them at home in the market, some with tuned models under a ceiling."""
    draw, n, codes = np.random.default_rng(8), WORKLOADS, TIERS * PROVIDERS
    multiple = np.tile([0.0, 1.0, 2.5], PROVIDERS)
    present = np.where(draw.random(n) < 0.3, -1, draw.integers(-3, codes, n))
    sold = CODES >= 0
    return Case(
        who=utility.Traits(
            base=draw.normal(-2, 1, n), taste=draw.uniform(0.1, 0.6, n), depth=draw.uniform(0, 2, n),
            gain=draw.uniform(0, 3, (n, 4)), engineering=draw.exponential(1, n), privacy=draw.exponential(1, n),
            sensitivity=draw.uniform(0.2, 2, n),
        ),
        ties=utility.Ties(
            segment=np.sort(draw.integers(0, SEGMENTS, n)), taste=draw.normal(0, 1, (n, LINES)),
            trust=draw.normal(-1, 0.5, (SEGMENTS, LINES)), present=present,
            host=np.repeat(np.arange(PROVIDERS), TIERS), leaving=0.7 + multiple, asked=0.8 * multiple,
            room=np.where(draw.random(codes) < 0.5, draw.uniform(0, 1, codes), np.inf),
        ),
        what=utility.Offers(
            code=CODES, provider=np.where(sold, CODES // TIERS, -1), line=np.where(sold, CODES // TIERS, 2 - CODES),
            goods=utility.Goods(
                capability=draw.uniform(2, 9, len(CODES)), mode=draw.integers(0, 4, len(CODES)),
                engineering=draw.uniform(0, 1, len(CODES)), privacy=draw.uniform(0, 1, len(CODES)),
                shallow=np.where(CODES == -2, 0.8, 0.0),
            ),
        ),
        rows=np.flatnonzero(draw.random(n) < 0.6),
        terms=-np.log(draw.uniform(0.5, 20, len(CODES))),
        luck=reviews.Lottery(KEY, draw.integers(0, 2**63, n).astype(np.uint64)),
    )  # fmt: skip


def held_up(case: Case) -> Array:
    """What hosts take of those who stay, util [row]."""
    ties, now = case.ties, case.ties.present[case.rows]
    most = np.minimum(ties.asked[now], case.who.sensitivity[case.rows] * ties.room[now])
    return np.where(now >= 0, most, 0.0)


def plain_utilities(kind: ValueMap, case: Case) -> Array:
    """The formula of `utility.with_ties`, term by term, [row, product]."""
    who, ties, what, rows, terms, _ = case
    goods, now = what.goods, ties.present[rows, None]
    quality = goods.capability + who.gain[rows][:, goods.mode] - np.outer(who.depth[rows], goods.shallow)
    found = who.base[rows, None] + who.taste[rows, None] * values.value(kind, quality)
    found += np.outer(who.privacy[rows], goods.privacy) - np.outer(who.engineering[rows], goods.engineering)
    found += ties.taste[rows][:, what.line] + ties.trust[ties.segment[rows]][:, what.line]
    found += np.outer(who.sensitivity[rows], terms)
    away = (now >= 0) & (what.provider != np.where(now >= 0, ties.host[now], -9))
    return found - away * ties.leaving[now] - ((what.code == now) & (now >= 0)) * held_up(case)[:, None]


@pytest.mark.parametrize("kind", MAPS.values(), ids=MAPS)
def test_utilities_are_the_sum_of_their_terms(kind: ValueMap, case: Case) -> None:
    found = utility.with_ties(kind, case.rows, case.who.table, case.ties, case.what, case.terms)
    np.testing.assert_allclose(found, plain_utilities(kind, case), rtol=1e-12, atol=1e-12)
    assert len(set((held_up(case) > 0).tolist())) == 2


@pytest.mark.parametrize("kind", MAPS.values(), ids=MAPS)
def test_utility_without_ties_is_that_of_newcomers_without_tastes(kind: ValueMap, case: Case) -> None:
    free = case.ties._replace(taste=0 * case.ties.taste, present=np.full(WORKLOADS, -1))
    trust = case.ties.trust[case.ties.segment[case.rows]]
    plain = plain_utilities(kind, case._replace(ties=free))
    found = utility.without_ties(kind, case.rows, case.who.table, trust, case.what, case.terms)
    np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-12)
    some = np.array([7, 2, 9])
    few = utility.without_ties(
        kind, case.rows, case.who.table, trust, case.what.among(some), case.terms[some]
    )
    np.testing.assert_allclose(few, plain[:, some], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("middle", [-2e3, 2e3])
def test_values_far_from_the_middle_are_finite(middle: float, case: Case) -> None:
    far = ThresholdValue.model_construct(kind="threshold", midpoint=middle, width=0.5, height=3.0)
    trust = np.zeros((len(case.rows), LINES))
    found, none, all_ = (
        utility.without_ties(
            far, case.rows, case.who._replace(taste=taste).table, trust, case.what, case.terms
        )
        for taste in (case.who.taste, np.zeros(WORKLOADS), np.full(WORKLOADS, 1.0))
    )
    assert np.isfinite(found).all()
    np.testing.assert_allclose(all_ - none, 3.0 if middle < 0 else 0.0, atol=1e-9)


@pytest.mark.parametrize("kind", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize("nesting", ["aaaaaaaaaa", "aaaaaaaabb", "abacbababc"])
def test_choices_are_the_inverse_of_cumulated_shares(kind: ValueMap, nesting: str, case: Case) -> None:
    rho = {1: 0.0, 2: 0.6, 3: [0.6, 0.0, 0.3]}[len(set(nesting))]
    nests, rows, before = nests_of(nesting, rho), case.rows, case.ties.present.copy()
    case.ties.trust[0, 1:3] = case.ties.trust[3] = -np.inf
    shares = choose(plain_utilities(kind, case), nests).shares
    numbers = streams.uniforms(int(KEY), case.luck.ids[rows])
    place = (np.cumsum(shares, axis=1) < numbers[:, None]).sum(axis=1)
    wanted, taken = np.append(CODES, -1)[place], np.full(WORKLOADS, 9.0)
    held, host = held_up(case), np.append(case.ties.host, [-1, -1, -1])
    moved = reviews.choose(
        kind, rows, case.who.table, case.ties, case.what, case.terms, nests, taken, case.luck
    )
    now = case.ties.present
    np.testing.assert_array_equal(now[rows], wanted)
    np.testing.assert_allclose(taken[rows], np.where(wanted == before[rows], held, 0.0), rtol=1e-12)
    others = np.setdiff1d(np.arange(WORKLOADS), rows)
    assert (now[others] == before[others]).all()
    assert (taken[others] == 9.0).all()
    assert moved == ((wanted >= 0) & (before[rows] >= 0) & (host[wanted] != host[before[rows]])).sum() > 0
    assert len({*wanted}) > 6
    assert (taken[rows] > 0).any()


def test_whoever_is_barred_from_all_takes_nothing(case: Case) -> None:
    case.ties.trust[:] = -np.inf
    taken = np.ones(WORKLOADS)
    reviews.choose(
        MAPS["linear"], case.rows, case.who.table, case.ties, case.what, case.terms,
        nests_of(CODES >= 0, 0.5), taken, case.luck,
    )  # fmt: skip
    assert (case.ties.present[case.rows] == -1).all()


@pytest.mark.parametrize("law", [False, True])
def test_those_with_a_reason_choose_and_new_considerers_are_marked(law: bool, case: Case) -> None:
    draw, ties, ids = np.random.default_rng(5), case.ties, case.luck.ids
    before, begins = draw.random(WORKLOADS) < 0.7, np.linspace(0, 0.6, SEGMENTS)
    released = draw.random(TIERS * PROVIDERS + 3) < 0.2
    barred = draw.random((SEGMENTS, PROVIDERS)) < 0.3 if law else None
    review, considering = reviews.Lottery(KEY + np.uint64(1), ids), before.copy()
    found = reviews.due(
        considering, ties.segment, ties.present, ties.host, released, barred, begins, case.luck, 0.15, review
    )
    new = ~before & (streams.uniforms(int(KEY), ids) < begins[ties.segment])
    reason = released[ties.present + 3] | (streams.uniforms(int(KEY) + 1, ids) < 0.15)
    if barred is not None:
        reason |= (ties.present >= 0) & barred[ties.segment, np.append(ties.host, [0, 0, 0])[ties.present]]
    np.testing.assert_array_equal(found, np.flatnonzero(new | (before & reason)))
    np.testing.assert_array_equal(considering, before | new)
    assert new.sum() > 30


def test_use_is_counted_by_product_and_by_firm(case: Case) -> None:
    product, host = case.ties.present, case.ties.host
    firm = np.sort(np.random.default_rng(2).integers(0, WORKLOADS // 3, WORKLOADS))
    used: dict[int, set[int]] = {}
    for one, code in zip(firm.tolist(), product.tolist(), strict=True):
        if code >= 0:
            used.setdefault(one, set()).add(code // TIERS)
    several = sum(len(providers) > 1 for providers in used.values())
    found = reviews.hosts(firm, product, host)
    assert (found.firms, found.several) == (len(used), several)
    assert found.users.tolist() == [(product == code).sum() for code in range(-3, TIERS * PROVIDERS)]
