"""Hazards, audits, lineage, misuse and incidents."""

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

import sim
from sim import streams
from sim.config.oversight import Oversight
from sim.economics import oversight
from sim.economics.scaling import Array
from sim.safety import Bases, Descent

Q = np.array([8.0, 10.0, 5.0])
USE = np.array([0.3, 0.1, 0.0])


@cache
def baseline() -> Oversight:
    return sim.load("baseline").config.oversight


@pytest.fixture(name="rule")
def _rule() -> Oversight:
    return baseline()


def with_(rule: Oversight, **changes: object) -> Oversight:
    return rule.model_copy(update=changes)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("use", [0.75, 0.25, 0.0]),
        ("equal", [1 / 3, 1 / 3, 1 / 3]),
        ("frontier", [0.0, 1.0, 0.0]),
        ("unfound", [0.9, 0.1, 0.0]),
    ],
)
def test_auditors_are_spread_as_the_rule_says(rule: Oversight, kind: str, expected: list[float]) -> None:
    found = np.array([0.25, 0.75, 0.0])
    effort = -np.log1p(-found) * rule.effort_scale * np.exp(rule.effort_slope * Q)
    live = Bases(np.ones(3, dtype=bool), Q, np.zeros(3), effort)
    shares = oversight.allocation(with_(rule, allocation=kind), USE, live)
    assert shares == pytest.approx(expected)
    idle = oversight.allocation(with_(rule, allocation="use"), np.zeros(3), live)
    assert idle == pytest.approx(1 / 3)


@pytest.mark.parametrize("kind", ["use", "equal", "frontier", "unfound"])
def test_what_lives_no_more_gets_no_auditors(rule: Oversight, kind: str) -> None:
    rule, nothing = with_(rule, allocation=kind), np.full(3, -np.inf)
    some = Bases(np.array([True, False, True]), np.array([8.0, -np.inf, 5.0]), np.zeros(3), USE)
    shares = oversight.allocation(rule, np.array([0.2, 0.5, 0.0]), some)
    assert (shares[1], shares.sum()) == (0.0, pytest.approx(1.0))
    assert oversight.allocation(rule, np.zeros(3), some)[1] == 0
    none = Bases(np.zeros(3, dtype=bool), nothing, np.zeros(3), np.zeros(3))
    assert (oversight.allocation(rule, USE, none) == 0).all()


def test_what_audits_find(rule: Oversight) -> None:
    steep = with_(rule, effort_scale=30.0, effort_slope=0.3)
    assert oversight.found_share(steep, 30.0, 0.0) == pytest.approx(1 - 1 / np.e)
    assert oversight.found_share(steep, 30.0 * np.exp(3.0), 10.0) == pytest.approx(1 - 1 / np.e)
    assert oversight.found_share(steep, 0.0, 10.0) == 0
    assert oversight.found_share(steep, 1e12, 10.0) == 1
    assert oversight.found_share(steep, 30 * np.log(2) * np.exp(1.5), 5.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("slope", "efforts", "expected"),
    [
        (0.3, [30 * np.log(2) * np.exp(1.5), 0.0, 0.0], 5.0),
        (0.3, [30 * np.log(2) * np.exp(0.6), 1.0, 30 * np.log(2) * np.exp(1.2)], 4.0),  # the best of all
        (0.3, [0.0, 1e9, 0.0], 10.0),  # no model is understood beyond its own
        (0.3, [0.0, 0.0, 0.0], -np.inf),
        (0.0, [20.0, 0.0, 21.0], 5.0),
        (0.0, [20.0, 0.0, 20.0], -np.inf),
    ],
)
def test_what_audits_understand(rule: Oversight, slope: float, efforts: list[float], expected: float) -> None:
    steep = with_(rule, effort_scale=30.0, effort_slope=slope)
    lines = descent(np.ones(3), np.ones(3), np.zeros(3))
    live = Bases(np.ones(3, dtype=bool), Q, np.ones(3), np.array(efforts))
    assert oversight.risks(steep, lines, Q, USE, live).understood == pytest.approx(expected)


def test_what_is_left_and_the_depth_at_the_frontier(rule: Oversight) -> None:
    found, lines = np.array([0.2, 0.7, 0.9]), descent(np.ones(3), np.ones(3), np.zeros(3))
    live = audited(rule, np.array([8.0, 10.0, -np.inf]), np.array([100.0, 200.0, 0.0]), found)
    live = live._replace(effort=np.where(np.isfinite(live.effort), live.effort, 0.0))
    risks = oversight.risks(rule, lines, Q, np.array([0.3, 0.1, 0.2]), live)
    assert risks.left == pytest.approx([80.0, 60.0, np.nan], nan_ok=True)
    assert risks.found == pytest.approx([0.2, 0.7, np.nan], nan_ok=True)
    assert risks.frontier_depth == pytest.approx(0.7)
    assert risks.depth == pytest.approx((0.3 * 0.2 + 0.1 * 0.7) / 0.6)
    nobody = live._replace(capability=np.full(3, -np.inf))
    assert np.isnan(oversight.risks(rule, lines, Q, USE, nobody).frontier_depth)


def test_public_capacity_grows_by_the_year(rule: Oversight) -> None:
    grown = with_(rule, public_capacity=40.0, public_growth=1.5)
    assert oversight.public_capacity(grown, 24) == pytest.approx(40 * 2.25)


def test_latent_hazards_have_the_mean_of_their_capability_and_correlate(rule: Oversight) -> None:
    rng = np.random.default_rng(1)
    z = rng.standard_normal((3, 20_000))
    one, two = (
        np.array([oversight.latent_hazard(rule, 4.0, c, e) for c, e in zip(z[0], own, strict=True)])
        for own in (z[1], z[2])
    )
    average = rule.hazard * np.exp(4.0 * rule.hazard_slope)
    assert oversight.average_hazard(rule, 4.0) == pytest.approx(average)
    assert one.mean() == pytest.approx(average, rel=0.03)
    assert np.corrcoef(np.log(one), np.log(two))[0, 1] == pytest.approx(rule.hazard_correlation, abs=0.03)
    assert np.log(one).std() == pytest.approx(rule.hazard_spread, rel=0.03)


def test_what_models_have_in_common_fades_and_keeps_its_variance(rule: Oversight) -> None:
    news = np.random.default_rng(2).standard_normal(60_000)
    path = [0.0]
    for number in news:
        path.append(oversight.drift(rule, path[-1], number))
    seen = np.array(path[1000:])
    assert seen.var() == pytest.approx(1.0, rel=0.15)
    later = int(rule.hazard_memory)
    assert np.corrcoef(seen[:-later], seen[later:])[0, 1] == pytest.approx(np.exp(-1), abs=0.06)


def descent(visible: Array, repaired: Array, screening: Array, base: list[int] | None = None) -> Descent:
    """Products on bases of their own, unless said otherwise."""
    products = len(visible)
    rests = np.arange(products) if base is None else np.array(base)
    return Descent(np.arange(products), -1, rests, visible, repaired, screening)


def audited(rule: Oversight, capability: Array, hazard: Array, found: Array) -> Bases:
    """Live bases of some hazard, of which audits have found some share."""
    effort = -np.log1p(-found) * rule.effort_scale * np.exp(rule.effort_slope * capability)
    return Bases(np.ones(len(hazard), dtype=bool), capability, hazard, effort)


def misused(rule: Oversight, use: Array, screening: Array) -> tuple[Array, float, float]:
    """Use meant to harm of products on a base each, what is kept out, and what nobody screens."""
    lines, nothing = descent(np.ones(len(use)), np.ones(len(use)), screening), np.zeros(len(use))
    risks = oversight.risks(rule, lines, nothing, use, audited(rule, nothing, nothing, nothing))
    return risks.misuse, risks.kept_out, risks.unwatched


def test_a_derivative_inherits_what_is_visible_less_what_is_repaired(rule: Oversight) -> None:
    hazard, one, flat = np.full(2, 100.0), np.ones(2), np.zeros(2)
    plain = with_(rule, common_share=0.0, tuned_hazard=0.0, severity_slope=0.0, misuse_share=0.0)
    lines = descent(np.array([1.0, 0.6]), np.array([1.0, 0.5]), np.array([0.0, 0.25]))
    for found, expected in ((0.0, [100.0, 60.0]), (0.999, [0.1, 30.03]), (0.5, [50.0, 45.0])):
        left = oversight.risks(plain, lines, flat, one, audited(plain, flat, hazard, np.full(2, found)))
        assert left.expected[0] == pytest.approx(expected)
        assert left.found == pytest.approx(found)
    average = with_(plain, tuned_hazard=2.0, hazard=100.0)
    own = oversight.risks(average, lines, flat, one, audited(average, flat, flat, flat))
    assert own.expected[0] == pytest.approx([0.0, 0.4 * 200 * 0.75])


def test_risks_of_many_products_are_those_of_the_formulas(rule: Oversight) -> None:
    draw = np.random.default_rng(6)
    base, count = [0, 0, 1, 3, 1, 0], 4
    use, visible, repaired, screening = draw.random((4, 6))
    hazard, found, q = draw.random(count) * 900, draw.random(count), draw.normal(5, 2, 6)
    steep = with_(rule, severity_slope=0.3, hazard_slope=-0.2, effort_slope=0.1)
    lines, live = descent(visible, repaired, screening, base), audited(steep, q[:count], hazard, found)
    risks = oversight.risks(steep, lines, q, use, live)
    assert risks.found == pytest.approx(found, rel=1e-12)
    caught, missed = use @ screening, use @ (1 - screening)
    bad = steep.misuse_share * (1 - screening) * use * (1 + steep.migration * caught / missed)
    assert risks.misuse == pytest.approx(bad, rel=1e-12)
    exposed = np.bincount(base, use * visible, count)
    whole = (risks.use, risks.depth, risks.exposure, risks.feared)
    feared = (risks.expected * risks.harm).sum()
    assert whole == pytest.approx(
        (use.sum(), found[base] @ use / use.sum(), exposed.max() / use.sum(), feared), rel=1e-12
    )
    average = steep.hazard * np.exp(-0.2 * q)
    inherited = use * visible * hazard[base] * (1 - found[base] * repaired)
    added = use * (1 - visible) * steep.tuned_hazard * average * (1 - screening)
    single = (1 - steep.common_share) * inherited + added + bad * steep.misuse_hazard * average
    for b in range(count):
        own = np.array(base) == b
        if not own.any():
            assert (risks.expected[:, b] == 0).all()
            assert (risks.harm[:, b] == 0).all()
            continue
        usual = steep.hazard * steep.failure_interval
        assert risks.exposed[b] == pytest.approx(exposed[b])
        assert risks.expected[0, b] == pytest.approx(single[own].sum(), rel=1e-12)
        assert risks.expected[1, b] == pytest.approx(inherited[own].sum() / exposed[b] / usual, rel=1e-12)
        worse = np.exp(0.3 * q)
        for kind, events in enumerate((single, steep.common_share * inherited)):
            harm = (risks.expected * risks.harm)[kind, b]
            assert harm == pytest.approx((events * worse)[own].sum(), rel=1e-12)


@given(
    use=st.lists(st.floats(0, 1, allow_subnormal=False), min_size=3, max_size=3),
    screening=st.lists(st.floats(0, 1), min_size=3, max_size=3),
    migration=st.floats(0, 1),
)
@example(use=[0.0, 5e-324, 1.0], screening=[0.0, 0.0, 1.0], migration=1.0)
@settings(deadline=None)
def test_bad_users_move_and_none_is_made(use: list[float], screening: list[float], migration: float) -> None:
    rule = with_(baseline(), migration=migration, misuse_share=0.01)
    bad, kept_out, unwatched = misused(rule, np.array(use), np.array(screening))
    total = sum(use)
    assert (bad >= 0).all()
    assert 0 <= kept_out <= 1
    assert bad.sum() == pytest.approx(0.01 * total * (1 - kept_out), abs=1e-12)
    if bad.sum() > 0:
        assert unwatched == pytest.approx(bad[np.array(screening) == 0].sum() / bad.sum())
    else:
        assert np.isnan(unwatched)


def test_screening_moves_bad_users_to_where_nobody_looks(rule: Oversight) -> None:
    use = np.array([0.5, 0.5])
    none, _, _ = misused(rule, use, np.zeros(2))
    assert none == pytest.approx(rule.misuse_share * use)
    some, out, unwatched = misused(with_(rule, migration=0.6), use, np.array([0.8, 0.0]))
    assert some[0] < none[0]
    assert some[1] > none[1]
    assert unwatched == pytest.approx(some[1] / some.sum())
    assert out == pytest.approx(0.4 * 0.4)  # half of use at 0.8, of which 0.4 do not come back
    stay, out, _ = misused(with_(rule, migration=0.0), use, np.array([0.8, 0.0]))
    assert (stay[1], out) == (pytest.approx(none[1]), pytest.approx(0.4))


def test_common_failures_carry_their_share_of_what_is_expected(rule: Oversight) -> None:
    hazard, use, nothing = np.array([700.0, 0.0]), np.array([0.3, 0.2]), np.zeros(2)
    rule = with_(rule, misuse_share=0.0)
    lines, live = descent(np.ones(2), np.ones(2), nothing), audited(rule, nothing, hazard, nothing)
    risks = oversight.risks(rule, lines, nothing, use, live)
    common = risks.expected[1] * risks.harm[1]
    assert common == pytest.approx(rule.common_share * hazard * use)
    assert common == pytest.approx(rule.common_share / (1 - rule.common_share) * risks.expected[0])
    assert risks.expected[1] == pytest.approx(hazard / (rule.hazard * rule.failure_interval))
    safe = oversight.risks(with_(rule, hazard=0.0), lines, nothing, use, live)
    assert (safe.expected[1] == 0).all()


def test_what_happens_is_what_luck_lets_happen(rule: Oversight) -> None:
    expected, harms = np.random.default_rng(7).random((2, 2, 40))
    lines, one = descent(np.ones(1), np.ones(1), np.zeros(1)), np.ones(1)
    risks = oversight.risks(rule, lines, one, one, audited(rule, one, one, np.zeros(1)))
    risks = risks._replace(expected=expected, harm=harms)
    keys = np.array([streams.key(name) for name in "abcd"], dtype=np.uint64)
    names = streams.name_keys(tuple(str(b) for b in range(40)))
    luck = streams.uniforms(keys[:, None], names)
    number = poisson.ppf(luck[:2], expected)
    seen = oversight.happening(risks, keys, names)
    assert np.array_equal((seen.kind, seen.base), np.nonzero(number))
    assert 0 < np.count_nonzero(seen.kind) < len(seen.kind) < 80
    there = number > 0
    assert seen.luck.tolist() == luck[:2][there].tolist()
    assert seen.harm_luck.tolist() == luck[2:][there].tolist()
    assert seen.expected.tolist() == expected[there].tolist()
    assert seen.harm.tolist() == harms[there].tolist()
