"""Trust: bounds, asymmetry, rest point, contagion, spill."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from sim.config.trust import Trust
from sim.economics import trust
from sim.economics.utility import Goods
from sim.networks import matrix, peers
from tests.economics.keys import keys

RULE = Trust(
    rise=0.1,
    fall=1.0,
    failure_odds=0.8,
    failure_slope=0.2,
    contagion=0.5,
    spill=0.2,
    peer_domain_share=0.7,
    adoption_pull=1.0,
)


def with_(**changes: float) -> Trust:
    return RULE.model_copy(update=changes)


def outcomes(good: float, bad: float) -> trust.Outcomes:
    return trust.Outcomes(np.array([[good]]), np.array([[bad]]))


def test_learning_solves_its_equation() -> None:
    start, good, bad = 0.46, 0.6, 0.2
    slope = lambda _, t: RULE.rise * good * (1 - t) - RULE.fall * bad * t  # noqa: E731
    exact = solve_ivp(slope, (0, 1), [start], rtol=1e-10, atol=1e-12).y[0, -1]
    assert trust.learn(RULE, np.array([[start]]), outcomes(good, bad))[0, 0] == pytest.approx(exact, rel=1e-8)


@given(
    start=st.floats(1e-6, 1 - 1e-6),
    good=st.floats(0, 20),
    bad=st.floats(0, 20),
    rise=st.floats(0, 10),
    fall=st.floats(0, 100),
)
def test_trust_stays_between_zero_and_one(
    start: float, good: float, bad: float, rise: float, fall: float
) -> None:
    rule = with_(rise=rise, fall=fall)
    learnt = trust.learn(rule, np.array([[start]]), outcomes(good, bad))
    assert 0 < learnt[0, 0] <= 1
    if fall * bad > 1e-9:
        assert learnt[0, 0] < 1
    assert np.isfinite(np.log(learnt)).all()


def test_bad_outcomes_weigh_more_than_good_ones_and_trust_recovers() -> None:
    start = np.array([[0.5]])
    up = trust.learn(RULE, start, outcomes(0.1, 0.0)) - start
    down = start - trust.learn(RULE, start, outcomes(0.0, 0.1))
    assert down > 5 * up > 0
    path = [trust.learn(RULE, start, outcomes(0.5, 1.0))]
    for _ in range(200):
        path.append(trust.learn(RULE, path[-1], outcomes(0.5, 0.0)))
    assert path[0] < 0.3
    assert (np.diff(np.ravel(path)) > 0).all()
    assert path[-1] > 0.99


def test_at_rest_the_odds_of_distrust_are_those_of_failure_times_the_asymmetry() -> None:
    value = np.array([[0.3]])
    for _ in range(3000):
        value = trust.learn(RULE, value, outcomes(0.9, 0.1))
    assert (1 - value) / value == pytest.approx(10 * 0.1 / 0.9)


def test_without_outcomes_trust_rests() -> None:
    assert trust.learn(RULE, np.array([[0.46]]), outcomes(0, 0))[0, 0] == 0.46


def test_reliability_rises_with_capability_and_falls_with_depth() -> None:
    goods = Goods(np.array([0.0, 10.0]), np.zeros(2, dtype=np.intp), *np.zeros((3, 2)))
    depth, gain = np.array([0.7, 1.4]), np.zeros((2, 1))
    r = trust.experience(RULE, np.ones((2, 2)), depth, gain, goods, np.arange(2), 2).good
    assert r[0, 0] == pytest.approx(1 / (1 + 0.8 * 0.7))
    assert (r[:, 1] > r[:, 0]).all()
    assert (r[0] > r[1]).all()
    assert (1 - r[0, 1]) / r[0, 1] == pytest.approx(0.8 * 0.7 * np.exp(-2))


def test_experience_adds_up_products_of_a_line() -> None:
    draw = np.random.default_rng(1)
    segments, products, lines = 5, 7, 3
    use = draw.random((segments, products)) * (draw.random((segments, products)) > 0.5)
    depth, gain, line = draw.random(segments), draw.random((segments, 4)), draw.integers(0, lines, products)
    capability, engineering, privacy, shallow = draw.random((4, products))
    goods = Goods(capability, draw.integers(0, 4, products), engineering, privacy, shallow)
    quality = capability + gain[:, goods.mode] - np.outer(depth, shallow)
    good = 1 / (1 + RULE.failure_odds * depth[:, None] * np.exp(-RULE.failure_slope * quality))
    seen = trust.experience(RULE, use, depth, gain, goods, line, lines)
    member = np.equal.outer(line, np.arange(lines))
    np.testing.assert_allclose(seen.good, (use * good) @ member, rtol=1e-12)
    np.testing.assert_allclose(seen.bad, (use * (1 - good)) @ member, rtol=1e-12)


def test_what_is_heard_and_learnt_of_many_lines_is_that_of_the_formulas() -> None:
    draw, known = np.random.default_rng(2), keys(["a", "b", "c"], ["law", "science"])
    network = matrix(peers(known, 0.7), [key.name for key in known])
    own, start = trust.Outcomes(*draw.random((2, 6, 4))), draw.random((6, 4))
    own.good[:, 2] = own.bad[:, 2] = 0.0
    for rule in (RULE, with_(spill=0.0, contagion=0.0)):
        heard = trust.heard(rule, own, network, np.zeros(4))
        for table, given_ in zip(heard, own, strict=True):
            known_too = given_ + rule.contagion * (network.toarray() @ given_)
            total = known_too.sum(axis=1, keepdims=True)
            np.testing.assert_allclose(table, (1 - rule.spill) * known_too + rule.spill * total, rtol=1e-12)
        up, down = rule.rise * heard.good, rule.fall * heard.bad
        idle = up + down == 0
        rest = np.where(idle, start, up / np.where(idle, 1.0, up + down))
        expected = rest + (start - rest) * np.exp(-(up + down))
        np.testing.assert_allclose(trust.learn(rule, start, heard), expected, rtol=1e-12)


def test_contagion_carries_outcomes_to_peers_and_zero_carries_none() -> None:
    known = keys(["a", "b"], ["law", "science"])
    network = matrix(peers(known, 0.7), [key.name for key in known])
    own = np.zeros((4, 2))
    own[0, 0] = 1.0  # a:law with the first line
    calm = np.zeros(2)
    alone = trust.heard(with_(contagion=0.0, spill=0.0), trust.Outcomes(own, own), network, calm)
    assert (alone.good == own).all()
    heard = trust.heard(with_(spill=0.0), trust.Outcomes(own, own), network, calm)
    names = [key.name for key in known]
    assert heard.good[names.index("b:law"), 0] == pytest.approx(0.5 * 0.7)
    assert heard.good[names.index("a:science"), 0] == pytest.approx(0.5 * 0.3)
    assert heard.good[names.index("b:science"), 0] == 0
    assert (heard.good[:, 1] == 0).all()


def test_spill_carries_outcomes_to_other_lines() -> None:
    own, calm = np.array([[1.0, 0.0]]), np.zeros(2)
    network = matrix(peers(keys(["a"], ["law"]), 0.7), ["a:law"])
    heard = trust.heard(with_(spill=0.2), trust.Outcomes(own, 2 * own), network, calm)
    assert heard.good == pytest.approx(np.array([[1.0, 0.2]]))
    assert heard.bad == pytest.approx(np.array([[2.0, 0.4]]))


def test_all_hear_of_common_failures_once() -> None:
    known = keys(["a", "b"], ["law", "science"])
    network = matrix(peers(known, 0.7), [key.name for key in known])
    own, struck = trust.Outcomes(*np.random.default_rng(4).random((2, 4, 2))), np.array([0.5, 0.0])
    calm, told = (trust.heard(RULE, own, network, what) for what in (np.zeros(2), struck))
    assert (told.good == calm.good).all()
    assert told.bad - calm.bad == pytest.approx(np.tile([0.5, 0.1], (4, 1)))


def test_means_of_trust_are_those_of_the_formulas() -> None:
    table, good, bad = np.random.default_rng(3).random((3, 5, 4))
    good[2] = bad[2] = 0.0  # a segment that uses nothing
    weight, use = np.array([0.1, 0.2, 0.3, 0.15, 0.25]), good + bad
    seen = trust.standing(table, trust.Outcomes(good, bad), weight)
    assert seen.of_lines == pytest.approx(weight @ table, rel=1e-12)
    assert seen.in_use == pytest.approx(table @ (weight @ use) / (weight @ use).sum(), rel=1e-12)
    assert seen.mean == pytest.approx((weight @ (table * use)).sum() / (weight @ use).sum(), rel=1e-12)
    each = [(table[i] @ use[i]) / use[i].sum() for i in (0, 1, 3, 4)]
    assert seen.lowest == pytest.approx(min(each), rel=1e-12)
    idle = trust.standing(table, trust.Outcomes(0 * good, 0 * bad), weight)
    assert idle.of_lines == pytest.approx(seen.of_lines)
    assert np.isnan([*idle.in_use, idle.mean, idle.lowest]).all()


def test_trust_is_worth_more_where_correctness_is_needed() -> None:
    worth = trust.worth(np.array([0.2, 2.5]), np.full((2, 1), 0.46))
    assert worth == pytest.approx(np.log(0.46) * np.array([[0.2], [2.5]]))


def test_trust_pulls_adoption() -> None:
    table, use, all_ = np.array([[0.23, 0.92]]), np.array([[0.1, 0.3]]), np.ones(1)
    seen, idle = (trust.standing(table, trust.Outcomes(used, 0 * used), all_) for used in (use, 0 * use))
    assert trust.eagerness(RULE, seen, 0.46) == pytest.approx([0.25 * 0.5 + 0.75 * 2])
    assert trust.eagerness(with_(adoption_pull=0.0), seen, 0.46) == pytest.approx([1.0])
    assert trust.eagerness(RULE, idle, 0.46) == pytest.approx([1.0])
