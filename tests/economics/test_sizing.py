"""The size of models that will be served, against a numerical search and Sardana's published example."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

import sim
from sim.config.technology import ComputeOptimal, InferenceAware, ScalingLaw, Sizing
from sim.economics import scaling, sizing
from sim.economics.training import Known, Means, choices, plain_bought

LAW = sim.load("baseline").config.scaling
SARDANA = ScalingLaw(floor=1.69, size_coef=406.4, data_coef=410.7, size_exp=0.336, data_exp=0.283)
LAWS = [LAW, SARDANA]


def lifetime_flop(law: ScalingLaw, loss: float, served: float, params: float, weight: float = 1.0) -> float:
    """6ND + 2NTw with the tokens D that reach the loss."""
    data = (loss - law.floor - law.size_coef * params**-law.size_exp) / law.data_coef
    return 6 * params * data ** (-1 / law.data_exp) + 2 * params * served * weight


def chosen(law: ScalingLaw, flop: float, served: float, weight: float = 1.0) -> float:
    return float(
        sizing.size_ratio(law, sizing.service_weight(scaling.optimal_tokens(law, flop), served, weight))
    )


def test_published_example_of_thirteen_billion_parameters_and_two_trillion_tokens() -> None:
    """A 13B-quality model that serves 2e12 tokens: 7B trained longer saves 1.7e22 FLOP, 17 per cent."""
    start = np.exp(brentq(lambda c: np.log(scaling.optimal_params(SARDANA, np.exp(c)) / 13e9), 40, 70))
    quality = scaling.optimal_loss(SARDANA, start)

    def missing(log_flop: float) -> float:
        flop = np.exp(log_flop)
        ratio = chosen(SARDANA, flop, 2e12)
        return float(np.log(sizing.equivalent_flop(SARDANA, flop, ratio) / start))

    flop = np.exp(brentq(missing, np.log(start), np.log(start * 100)))
    params = chosen(SARDANA, flop, 2e12) * scaling.optimal_params(SARDANA, flop)
    before = start + 2 * 13e9 * 2e12
    after = flop + 2 * params * 2e12
    assert params == pytest.approx(7e9, rel=0.01)
    assert 1 - after / before == pytest.approx(0.17, abs=0.005)
    assert before - after == pytest.approx(1.7e22, rel=0.01)
    assert scaling.loss(SARDANA, params, flop / 6 / params) == pytest.approx(quality, rel=1e-9)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("flop", [1e23, 1e27])
@pytest.mark.parametrize(("served", "weight"), [(1e10, 1.0), (1e13, 0.3), (1e16, 1.0)])
def test_no_other_size_with_the_same_loss_costs_less(
    law: ScalingLaw, flop: float, served: float, weight: float
) -> None:
    ratio = chosen(law, flop, served, weight)
    params = ratio * scaling.optimal_params(law, flop)
    loss = scaling.loss(law, params, flop / 6 / params)
    smallest = (law.size_coef / (loss - law.floor)) ** (1 / law.size_exp)
    found = minimize_scalar(
        lambda p: np.log(lifetime_flop(law, loss, served, np.exp(p), weight)),
        bounds=(np.log(smallest * 1.0001), np.log(params * 10)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert np.log(params) == pytest.approx(found.x, abs=1e-5)


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=20))
def test_the_root_holds_for_every_candidate_at_once(service: list[float]) -> None:
    tau = np.array(service)
    x = sizing.size_ratio(LAW, tau)
    assert ((x > 0) & (x <= 1)).all()
    assert x ** -(LAW.size_exp + LAW.data_exp) == pytest.approx(1 + tau * x, rel=1e-10)


def test_without_service_the_optimum_stays() -> None:
    assert chosen(LAW, 1e25, 0.0) == 1
    assert sizing.equivalent_flop(LAW, 1e25, 1.0) == pytest.approx(1e25, rel=1e-15)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.9, 1.0])
def test_equivalent_compute_has_the_same_loss(law: ScalingLaw, ratio: float) -> None:
    params = ratio * scaling.optimal_params(law, 1e25)
    loss = scaling.loss(law, params, 1e25 / 6 / params)
    equivalent = sizing.equivalent_flop(law, 1e25, ratio)
    assert equivalent <= 1e25 * (1 + 1e-12)
    assert scaling.optimal_loss(law, equivalent) == pytest.approx(loss, rel=1e-12)


def tokens_per_param(flop: float | np.ndarray) -> float | np.ndarray:
    return scaling.optimal_tokens(LAW, flop) / scaling.optimal_params(LAW, flop)


def test_no_run_takes_more_tokens_a_parameter_than_has_been_tried() -> None:
    flop = np.array([1e22, 1e26])
    ratio = sizing.bounded_ratio(tokens_per_param(flop), np.full(2, 1e-6), 10_000)
    params = ratio * scaling.optimal_params(LAW, flop)
    assert flop / 6 / params**2 == pytest.approx([10_000, 10_000])
    assert sizing.bounded_ratio(tokens_per_param(1e25), 0.5, 10_000) == 0.5
    assert sizing.bounded_ratio(tokens_per_param(1e25), 1.0, 1.0) == 1.0


@pytest.mark.parametrize("served", [0.0, 1e12, 1e15])
def test_elasticities_are_the_slopes(served: float) -> None:
    def at(log_flop: float) -> np.ndarray:
        flop = np.exp(log_flop)
        ratio = chosen(LAW, flop, served)
        params = ratio * scaling.optimal_params(LAW, flop)
        return np.log([params, sizing.equivalent_flop(LAW, flop, ratio)])

    middle = np.log(1e25)
    slopes = (at(middle + 1e-4) - at(middle - 1e-4)) / 2e-4
    assert sizing.elasticities(LAW, chosen(LAW, 1e25, served)) == pytest.approx(slopes, rel=1e-6)


def test_a_model_above_the_optimal_size_counts_as_optimal() -> None:
    assert sizing.elasticities(LAW, 3.0) == (scaling.size_elasticity(LAW), 1.0)


@pytest.mark.parametrize(
    "kind",
    [
        ComputeOptimal(kind="compute_optimal"),
        InferenceAware(kind="inference_aware", most_tokens_per_param=300.0),
    ],
)
@pytest.mark.parametrize("law", LAWS)
def test_the_compiled_road_buys_what_the_formulas_buy(law: ScalingLaw, kind: Sizing) -> None:
    training = sim.load("baseline").config.training.model_copy(update={"sizing": kind})
    least, largest, served = 1e5, np.array([1e6, 1e9, 1e12]), np.array([1e12, 1e17, 1e13])
    stretch, most = np.array([1e-24, 2e-23, 1e-22]), np.array([1e4, 1e7, 1e12])
    known = Known(
        np.array([True, False, False, True]),
        np.full(4, 3e9),
        np.full(4, 7.0),
        np.array([1e11, 1e15, 0, 1e10]),
    )
    own = Means(np.array([3, 1, 0]), most, largest, stretch)
    prices = training, law, 2e17, 3e17
    budgets = np.geomspace(least, np.maximum(most, least), 10, axis=1)
    found = choices(*prices, own, known, 100.0, least, 10)
    np.testing.assert_allclose(found[0, 1:, :-1], budgets[1:], rtol=1e-12)
    np.testing.assert_allclose(
        found[1:, :, :-1], plain_bought(*prices, budgets, largest, served, stretch), rtol=1e-12
    )
    assert np.isinf(found[0, 0, :-1]).all()  # its means are below the least
    assert found[:, :, -1].T.tolist() == [[0.0, 0.0, 3e9, 7.0], [np.inf, 0.0, 1.0, 0.0], [0.0, 0.0, 3e9, 7.0]]
