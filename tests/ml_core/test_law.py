"""The value law: a planted one is found again, intervals cover it, the bridge is monotone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core.base_law import CURVATURE, BaseLaw, floors, free_exponents
from ml_core.bridge import CAP, TIERS, Finetuning, compute_gain, noise_sd, realised_share, removed_share
from ml_core.findings import parity
from ml_core.gains import Gains, gains
from ml_core.law import SHAPE, ValueLaw, domain_levels, fit_value_law
from ml_core.noise import noise_intervals, noise_law, seed_noise
from ml_core.uncertainty import bootstrap, interval, law_intervals, left_out_error

PLANTED = ValueLaw(
    level=0.74,
    gap=0.67,
    spread=0.0,
    size=0.05,
    head=0.65,
    external=0.76,
    blocks=0.94,
    depth=0.59,
    half_data=5200,
    data_by_depth=0.36,
)
GAPS = (0.15, 0.3, 0.5, 0.6, 0.75, 1.1, 1.3, 1.5)  # bit/byte
SIZES = {"S": (44e3, 2), "M": (110e3, 3), "L": (234e3, 4)}  # parameters, layers
HILL = ["level", "gap", *[name for name in SHAPE if name != "tail"]]


def design() -> Gains:
    """Columns of a grid as the full preset measures it, without gains."""
    columns: dict[str, list] = {name: [] for name in Gains.__dataclass_fields__}
    for d, gap in enumerate(GAPS):
        for size, (parameters, layers) in SIZES.items():
            ways = [("head", 0.0, "head"), ("external", 1 / layers, "external"), ("full", 1.0, "full")]
            ways += [("last", k / layers, f"last{k}") for k in (1, 2)]
            for tokens in (2048.0, 8192.0, 32768.0):
                for seed in (0, 1):
                    for mode, share, variant in ways:
                        row = {"gain": 0.0, "gap": gap, "parameters": parameters, "tokens": tokens}
                        row |= {"tuned_share": share, "mode": mode, "variant": variant}
                        row |= {"domain": f"d{d}", "size": size, "seed": seed}
                        for name, value in row.items():
                            columns[name].append(value)
    return Gains(**{name: np.array(values) for name, values in columns.items()})


def planted(seed: int, of_domains: float = 0.12, of_rows: float = 0.06, law: ValueLaw = PLANTED) -> Gains:
    """Gains by a known law with lognormal noise that a domain's rows share, and some of their own."""
    rows, rng = design(), np.random.default_rng(seed)
    shared = np.exp(rng.normal(0, of_domains, len(GAPS)))[np.unique(rows.domain, return_inverse=True)[1]]
    return replace(rows, gain=law.predict(rows) * shared * np.exp(rng.normal(0, of_rows, len(rows))))


def test_a_planted_law_without_noise_is_recovered():
    law = fit_value_law(planted(0, 0, 0))
    for name in HILL:
        assert getattr(law, name) == pytest.approx(getattr(PLANTED, name), rel=1e-3, abs=1e-3)


def test_a_planted_tail_is_recovered():
    heavy = replace(PLANTED, tail=0.4)
    rows = planted(0, 0, 0, heavy)
    assert fit_value_law(rows, free_tail=True).tail == pytest.approx(0.4, rel=0.02)
    assert left_out_error(rows, rows.tokens, free_tail=True) < left_out_error(rows, rows.tokens)


def test_a_domain_with_its_own_level_does_not_bend_the_rest():
    rows = planted(0, 0, 0)
    rows = replace(rows, gain=rows.gain * np.where(rows.domain == "d7", 5.0, 1.0))
    law = fit_value_law(rows)
    for name in SHAPE:
        assert getattr(law, name) == pytest.approx(getattr(PLANTED, name), rel=1e-3, abs=1e-3)
    assert domain_levels(law, rows)["d7"] == pytest.approx(5 * 0.74 * 1.5**0.67, rel=1e-3)
    assert law.spread > 0.3


def test_intervals_cover_a_planted_law():
    covered, total = 0, 0
    for seed in range(6):
        rows = planted(seed)
        law = fit_value_law(rows)
        bounds = law_intervals(law, bootstrap(rows, law, 20, seed), len(GAPS))
        covered += sum(bounds[name][0] <= getattr(PLANTED, name) <= bounds[name][1] for name in HILL)
        total += len(HILL)
    assert covered / total > 0.85


def test_intervals_are_no_wider_than_they_need_to_be():
    rows = planted(1)
    law = fit_value_law(rows)
    bounds = law_intervals(law, bootstrap(rows, law, 30), len(GAPS))
    assert bounds["gap"][1] - bounds["gap"][0] < 0.5
    assert bounds["head"][1] / bounds["head"][0] < 1.15
    assert bounds["tail"] == (1.0, 1.0)


def test_the_spread_between_domains_is_recovered():
    spreads = [fit_value_law(planted(seed, of_domains=0.4)).spread for seed in range(12)]
    assert np.sqrt(np.mean(np.square(spreads))) == pytest.approx(0.4, rel=0.3)


def test_an_interval_widens_with_few_domains():
    draws = np.linspace(0.5, 1.5, 101)
    assert interval(1.0, draws, 1) == pytest.approx((0.55, 1.45))
    wide, wider = interval(1.0, draws, 8), interval(1.0, draws, 3)
    assert wider[0] < wide[0] < 0.55
    assert wider[1] > wide[1] > 1.45


def test_left_out_errors_tell_a_law_that_holds_from_one_that_does_not():
    holds = planted(2, 0, 0.05)
    assert left_out_error(holds, holds.size) < 0.08
    broken = replace(holds, gain=holds.gain * np.where(holds.size == "L", 2.0, 1.0))
    assert left_out_error(broken, broken.size) > 0.2
    strange = planted(2, of_domains=0.5, of_rows=0.05)
    assert left_out_error(strange, strange.domain) > 2 * left_out_error(strange, strange.size)


def test_the_law_is_monotone():
    rows = design()
    base = PLANTED.predict(rows)
    assert (PLANTED.predict(replace(rows, tokens=2 * rows.tokens)) > base).all()
    assert (PLANTED.predict(replace(rows, gap=2 * rows.gap)) > base).all()
    ladder = PLANTED.tier_factor(np.array(["head", "last", "last", "full"]), np.array([0, 0.25, 0.5, 1.0]))
    assert (np.diff(ladder) > 0).all()


def test_noise_between_like_customers_is_recovered():
    rows = planted(3, of_domains=0.3, of_rows=0.08)
    noise = seed_noise(rows, PLANTED)
    assert list(noise) == [2048, 8192, 32768]
    for level, relative in noise.values():
        assert relative == pytest.approx(0.08, rel=0.15)
        assert level > 0
    (low, high), (flat_low, flat_high) = noise_intervals(rows, PLANTED)
    assert low < 0.08 < high
    assert flat_low < 0 < flat_high
    one_seed = rows.where(rows.seed == 0)
    assert seed_noise(one_seed, PLANTED) == {}


def test_parity_counts_every_domain_alike():
    rows = planted(0, 0, 0)
    odd = replace(rows, gain=rows.gain * np.where((rows.domain == "d7") & (rows.mode == "head"), 0.5, 1.0))
    loud = replace(odd, gain=odd.gain * np.where(rows.domain == "d7", 50.0, 1.0))
    for quiet, noisy in zip(parity(odd, 20), parity(loud, 20), strict=True):
        assert noisy.ratio == pytest.approx(quiet.ratio)
    found = {(p.tokens, p.variant): p.ratio for p in parity(rows, 20)}
    by_hand = 0.65 * (5200 * np.exp(0.36) + 32768) / (5200 + 32768)
    assert found[32768, "head"] == pytest.approx(by_hand)
    assert found[2048, "head"] > found[8192, "head"] > found[32768, "head"]


def test_noise_law():
    planted_noise = {n: (0.0, 0.2 * (n / 4000) ** -0.3) for n in (2000, 8000, 32000)}
    assert noise_law(planted_noise, 4000) == pytest.approx((0.2, 0.3))
    assert noise_law({2000: (0.0, 0.1)}, 4000) == (pytest.approx(0.1), 0.0)


def base_rows(law: BaseLaw) -> list[dict]:
    return [
        {"kind": "base", "size": size, "parameters": n, "layers": layers, "tokens": d,
         "losses": {"standard_library": float(law.loss(n, d)), "far": float(law.loss(n, d)) + 1}}
        for size, (n, layers) in SIZES.items() for d in (2.5e5, 5e5, 1e6, 2e6)
    ]  # fmt: skip


def test_floors_and_exponents_of_the_untuned_networks_are_recovered():
    rows = base_rows(BaseLaw(0.8, 0.4, 1.0))
    found = floors(rows)
    assert found["standard_library"].floor == pytest.approx(0.8)
    assert found["far"].floor == pytest.approx(1.8)
    free = free_exponents(base_rows(BaseLaw(0.8, 0.4, 1.0, 0.5, 0.6)), "standard_library")
    assert (free.size_exponent, free.data_exponent) == (
        pytest.approx(0.5, rel=0.05),
        pytest.approx(0.6, rel=0.05),
    )


def test_rows_become_columns():
    rows = base_rows(BaseLaw(0.8, 0.4, 1.0))
    common = {"kind": "gain", "size": "L", "parameters": 234e3, "domain": "far", "tokens": 2048, "seed": 0}
    common |= {"loss_before": 3.0}
    rows += [
        dict(common, mode="last2", gain=0.3, tuned_share=0.5),
        dict(common, mode="external", gain=0.2, tuned_share=0),
    ]
    columns, shares = gains(rows), gains(rows, share=True)
    assert columns.mode.tolist() == ["last", "external"]
    assert columns.tuned_share.tolist() == [0.5, 0.25]
    assert columns.gap == pytest.approx([1.0, 1.0])
    assert shares.gain == pytest.approx(columns.gain / (3.0 - 1.8))


MARKET = Finetuning(
    removable_share=0.4,
    gap_elasticity=0.6,
    factors=dict(zip(TIERS, (0.7, 0.85, 0.8, 1.0), strict=True)),
    half_data=dict(zip(TIERS, (1.0, 1.1, 1.1, 1.5), strict=True)),
    domain_spread=0.5,
    noise_sd=0.1,
    noise_exponent=0.4,
)


def test_share_and_compute_gain_by_hand():
    share = removed_share(MARKET, "full", np.array(1.5), np.array(1.0))
    assert share == pytest.approx(0.2)
    assert compute_gain(share, 0.2) == pytest.approx(-np.log(0.8) / 0.2)
    assert compute_gain(np.array(0.9), CURVATURE) == CAP
    assert noise_sd(MARKET, np.array(4.0)) == pytest.approx(0.1 * 4**-0.4)
    realised = realised_share(MARKET, np.array(0.2), np.array(1.0), np.array(2.0), np.array(-1.0))
    assert realised == pytest.approx(0.2 * np.exp(0.2 - 0.5))


positive = st.floats(1e-3, 1e3)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(TIERS), positive, positive, st.floats(1.01, 10))
def test_more_data_and_a_wider_gap_never_hurt(tier, data, gap, factor):
    share = removed_share(MARKET, tier, np.array(data), np.array(gap))
    assert 0 <= share < 1
    assert removed_share(MARKET, tier, np.array(data * factor), np.array(gap)) >= share
    assert removed_share(MARKET, tier, np.array(data), np.array(gap * factor)) >= share
    assert 0 <= compute_gain(share, CURVATURE) <= CAP


def test_no_data_and_no_gap_are_worth_nothing():
    assert removed_share(MARKET, "head", np.array(0.0), np.array(1.0)) == 0
    assert removed_share(MARKET, "head", np.array(1.0), np.array(0.0)) == 0
