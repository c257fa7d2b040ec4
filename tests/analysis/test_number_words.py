import pytest

from analysis.units import amount, amounts, banded, banded_share, plain, scale_of, share, span

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (3.46e9, "USD", "3.5 bn USD"),
        (3.201e10, "USD/month", "32.0 bn USD/month"),
        (3.2e10, "USD/month", "32 bn USD/month"),
        (0.00033, "1", "0.00033"),
        (999_999, "USD", "999,999 USD"),
        (-2.5e6, "USD", "-2.5 mn USD"),
        (1.2e12, "USD/yr", "1.2 tn USD/yr"),
        (12, "USD/Mtoken", "12 USD/Mtoken"),
        (2e6, "USD/Mtoken", "2.0 × 10⁶ USD/Mtoken"),
        (0.07043, "USD/Mtoken", "0.070 USD/Mtoken"),
        (0.456, "1", "0.46"),
        (1457.5, "0-10,000", "1,458"),
        (25.93, "nat", "25.9 nat"),
        (1.38e28, "FLOP", "1.4 × 10²⁸ FLOP"),
        (2.8e-16, "1", "2.8 × 10⁻¹⁶"),
        (0.0, "USD/month", "0 USD/month"),
        (NAN, "USD", "none"),
    ],
)
def test_amounts_are_short_and_keep_their_unit(value, unit, words):
    assert amount(value, unit) == words


def test_rounding_up_never_shows_a_wrong_power():
    assert plain(9.96e-7) == "1.0 × 10⁻⁶"
    assert plain(9.99e6) == "1.0 × 10⁷"


def test_bands_share_one_scale():
    assert banded(3.5e9, 2.1e9, 4.5e9, "USD") == "3.5 (2.1–4.5) bn USD"
    assert banded(3.5e9, 2.1e8, 4.5e9, "USD") == "3.5 (0.21–4.5) bn USD"
    assert amounts(2.1e8, 4.5e9, "USD") == "0.21–4.5 bn USD"
    assert banded_share(0.18, 0.15, 0.21) == "18% (15–21%)"


def test_a_minus_sign_is_not_mistaken_for_a_dash():
    assert span(-2, 3) == "-2 to 3"


def test_nothing_known_is_said_so():
    assert banded(NAN, NAN, NAN, "USD") == banded_share(NAN, NAN, NAN) == amounts(NAN, NAN, "1") == "none"
    assert share(NAN) == "none"


def test_only_money_is_scaled():
    assert scale_of([1e9, NAN], "USD").factor == 1e9
    assert scale_of([1e9], "FLOP").factor == 1
    assert scale_of([NAN], "USD").factor == 1
