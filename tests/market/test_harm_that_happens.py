"""Harm that happens holds both single incidents and common failures, worse with more capable models."""

import sim

CROWD = {"adoption.considering_at_start": 0.5, "demand.intercept": 1.0, "oversight.failure_interval": 1.0}


def test_harm_of_common_failures_is_part_of_the_harm_that_happens(small: sim.Scenario) -> None:
    rare = {"oversight.common_share": 0.9, "oversight.misuse_share": 0.0, "oversight.tuned_hazard": 0.0}
    run = sim.run(small.amend(CROWD | rare), months=24, seed=3)
    failures = run.events.query("kind == 'common_failure'").groupby("month").amount.sum()
    assert len(failures) > 10
    harm = run.months.set_index("month").harm
    assert (harm[failures.index] >= failures * (1 - 1e-9)).all()
    assert failures.sum() > 0.5 * harm.sum()


def test_incidents_of_more_capable_models_are_worse(small: sim.Scenario) -> None:
    harms = [
        sim.run(
            small.amend(CROWD | {"oversight.severity_slope": slope}), months=12, seed=3
        ).months.expected_harm
        for slope in (0.0, 0.4)
    ]
    capable = sim.run(small.amend(CROWD), months=12, seed=3).months.frontier.iloc[-1] > 0
    assert (harms[1].iloc[-1] > harms[0].iloc[-1]) == capable
