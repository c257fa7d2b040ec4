"""Parameters of trust: how customers learn from what models do to them and to others."""

from sim.config.base import Group, quantity


class Trust(Group):
    """Learning from outcomes; see `sim.economics.trust`."""

    rise: float = quantity(
        "1/month", "Rate at which good outcomes build trust where all workloads use a line.", ge=0, le=10
    )
    fall: float = quantity(
        "1/month", "Rate at which bad outcomes destroy it; also what one common failure does.", ge=0, le=100
    )
    failure_odds: float = quantity(
        "1", "Odds that a task of depth one goes wrong with a model of Q = 0.", ge=0, le=100
    )
    failure_slope: float = quantity("1/nat", "Fall of the log of those odds in capability.", ge=0, le=5)
    contagion: float = quantity("1", "Weight of peers' outcomes beside one's own.", ge=0, le=10)
    spill: float = quantity("1", "Weight of outcomes with other lines beside those with a line.", ge=0, le=1)
    peer_domain_share: float = quantity(
        "1",
        "Share of attention to peers that goes to the same field abroad; the rest to other fields at home.",
        ge=0,
        le=1,
    )
    adoption_pull: float = quantity("1", "Elasticity of the hazard of adoption in trust.", ge=0, le=10)
