"""Self-financing and payback by hand."""

import numpy as np
import pytest

from sim.economics import accounts


def test_riches_of_one_do_not_pay_the_runs_of_another() -> None:
    gross, outlay = np.array([100.0, 5.0, -3.0, 9.0]), np.array([10.0, 20.0, 10.0, 0.0])
    assert accounts.self_financed_share(gross, outlay) == pytest.approx(15 / 40)
    assert np.isnan(accounts.self_financed_share(gross, np.zeros(4)))
    assert accounts.self_financed_share(gross[:1], outlay[:1]) == 1


def test_a_model_pays_back_when_its_cost_is_covered() -> None:
    assert accounts.has_paid_back(10.0, 10.0)
    assert not accounts.has_paid_back(9.99, 10.0)


def test_the_share_that_paid_back_is_of_those_replaced() -> None:
    assert accounts.paid_back_share([True, False, False, False]) == 0.25
    assert np.isnan(accounts.paid_back_share([]))
