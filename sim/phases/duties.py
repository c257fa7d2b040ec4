"""What the law asks of a model when it is released: audits and licences."""

from sim.agents.provider import BaseModel, Provider
from sim.ledger import AUDITORS, WORLD
from sim.phases.money import note_public_money, pay
from sim.world import World


def duties_are_met(world: World, provider: Provider, model: BaseModel) -> None:
    """Audits and licences of a new model are paid for, by its provider or its government; audits find."""
    state = provider.config.jurisdiction
    for duty in world.rules.duties:
        if duty.provider != provider.name or model.flop < duty.threshold:
            continue
        if duty.public:
            world.ledger.book(state, AUDITORS, duty.kind, duty.cost)
            note_public_money(world, state, provider, duty.cost)
        else:
            payee = AUDITORS if duty.kind == "audit" else state
            pay(world, provider, duty.kind, -duty.cost, payee)
        if duty.kind == "audit":
            world.ledger.book(AUDITORS, WORLD, "auditing", duty.cost)
            provider.vintages[-1].audit_effort += duty.effort
