"""Whether measures fit the rest of a scenario: whom they name, and when they hold."""

from collections.abc import Iterator, Sequence
from typing import Any

from sim.config.actors import Government, Provider
from sim.config.policies import TARGETS, BreakUp, ExportControl, Measure, TargetedRule


def misfits(
    policies: Sequence[Any], governments: Sequence[Government], providers: Sequence[Provider]
) -> Iterator[str]:
    """One sentence for each thing that does not fit."""
    states = {government.name for government in governments}
    firms = {provider.name: provider for provider in providers}
    for policy in policies:
        place = f"policies.{policy.name}"
        if policy.end < policy.start:
            yield f"{place}.end: is {policy.end}, before its start in {policy.start}."
        yield from _unknown_states(policy, place, states)
        yield from _unknown_targets(policy, place, firms)
        if isinstance(policy, TargetedRule | BreakUp):
            yield from _beyond_the_law(policy, place, firms)
        if isinstance(policy, ExportControl):
            yield from _one_sided(policy, place)
        if isinstance(policy, BreakUp):
            yield from _unfit_successor(policy, place, firms)


def _unknown_states(policy: Measure, place: str, states: set[str]) -> Iterator[str]:
    """Governments that nobody has heard of."""
    for key in ("payer", "jurisdictions", "sellers", "buyers"):
        said = getattr(policy, key, None)
        if said is None:
            continue
        named = (said,) if isinstance(said, str) else said
        if not named:
            yield f"{place}.{key}: is empty; expected one or more of {', '.join(sorted(states))}."
        for name in sorted(set(named) - states):
            yield f"{place}.{key}: '{name}' is not among the governments ({', '.join(sorted(states))})."


def _unknown_targets(policy: Measure, place: str, firms: dict[str, Provider]) -> Iterator[str]:
    """Providers that nobody has heard of; a break-up needs a name."""
    words = () if isinstance(policy, BreakUp) else TARGETS
    for key in ("target", "successor"):
        said = getattr(policy, key, None)
        if said is not None and said not in firms and said not in words:
            expected = ", ".join((*words, *sorted(firms)))
            yield f"{place}.{key}: '{said}' is not among the providers; expected one of {expected}."


def _beyond_the_law(policy: TargetedRule | BreakUp, place: str, firms: dict[str, Provider]) -> Iterator[str]:
    """A rule reaches only providers under its law."""
    target = firms.get(policy.target)
    if target is not None and policy.jurisdictions and target.jurisdiction not in policy.jurisdictions:
        yield f"{place}.target: '{target.name}' is not under the law of {', '.join(policy.jurisdictions)}."


def _one_sided(policy: ExportControl, place: str) -> Iterator[str]:
    """Jurisdictions cannot be cut off from themselves."""
    for name in sorted(set(policy.sellers) & set(policy.buyers)):
        yield f"{place}: '{name}' is among sellers and buyers; sales at home cannot be cut."


def _unfit_successor(policy: BreakUp, place: str, firms: dict[str, Provider]) -> Iterator[str]:
    """Customers must find their tier again, and a provider is not its own successor."""
    target, successor = firms.get(policy.target), firms.get(policy.successor)
    if target is None or successor is None:
        return
    if target is successor:
        yield f"{place}.successor: is the target itself; name another provider, such as a table of its own."
    elif not set(target.tiers) <= set(successor.tiers):
        yield f"{place}.successor: '{successor.name}' does not sell all tiers of '{target.name}'."
