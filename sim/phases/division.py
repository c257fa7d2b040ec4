"""A provider is divided: the successor takes a part of money and customers, and a copy of the model."""

from sim.agents.provider import Provider, VintageAccount
from sim.config.policies import BreakUp
from sim.phases.money import transfer
from sim.world import World


def divide(world: World, policy: BreakUp, because: int) -> None:
    """Divide a provider once; nothing happens where either of the two is gone.

    Both books carry the model's cost, and the run in training stays where it is.
    """
    target, successor = world.provider(policy.target), world.provider(policy.successor)
    if not (target.alive and successor.alive):
        return
    _share_money(world, target, successor, policy.share)
    _share_customers(world, target, successor, policy.share)
    text = f"gives {policy.share:.0%} of money and customers to {successor.name}"
    world.tell("break_up", target.name, text, policy.share, because)


def _share_money(world: World, target: Provider, successor: Provider, share: float) -> None:
    """Cash or debt in the ledger; credit, backing and overhead as terms."""
    part = share * target.cash
    payer, payee = (target, successor) if part > 0 else (successor, target)
    transfer(world, payer, payee, "division", abs(part))
    for term in ("credit_line", "backing", "overhead"):
        taken = share * getattr(target, term)
        setattr(target, term, getattr(target, term) - taken)
        setattr(successor, term, getattr(successor, term) + taken)


def _share_customers(world: World, target: Provider, successor: Provider, share: float) -> None:
    """A copy of the model, unless the successor has a better one, and customers drawn by lot."""
    model, own = target.model, successor.model
    if model is None:
        return
    if own is None or own.capability < model.capability:
        successor.adopt(VintageAccount(model, audit_effort=target.vintages[-1].audit_effort))
    successor.largest_budget = max(successor.largest_budget, target.largest_budget)
    tiers, product = len(world.config.tiers), world.workloads.product
    old, new = (world.providers.index(p) for p in (target, successor))
    moved = (product >= 0) & (product // tiers == old) & (world.uniforms("break_up") < share)
    product[moved] += (new - old) * tiers
    world.users = world.workloads.users(len(world.hold.host))
