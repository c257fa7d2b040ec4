"""Measures that governments may take: values in a list; an empty list is laissez-faire.

Payments have a payer and a target; rules hold for providers under the law of some jurisdictions.
A target is a provider's name or a word: `domestic` (all of the jurisdiction), `best_domestic` (the most
capable on sale of it), `champions` and `commons` (those of it with that ownership).
"""

from typing import Annotated, Literal

from pydantic import Field

from sim.config.base import Group, Name, Named, YearMonth, quantity, setting
from sim.config.extension import WHERE

TARGETS = ("domestic", "best_domestic", "champions", "commons")  # words for a target


class Measure(Named):
    """What all measures have."""

    description: str = setting("What the measure stands for.")
    start: YearMonth = setting("First month in force, written like 2024-01.")
    end: YearMonth = setting("Last month in force, written like 2026-12.")


class Payment(Measure):
    """A measure that costs its payer money."""

    payer: Name = setting("The government that pays.")


class Rule(Measure):
    """A measure that holds for providers under the law of some jurisdictions."""

    jurisdictions: tuple[Name, ...] = setting("Governments that make it law.")


class TargetedRule(Rule):
    """A rule for some of the providers under that law."""

    target: Name = setting("A provider's name, domestic, best_domestic, champions or commons.")


class FixedAmount(Group):
    """A sum that the law fixes."""

    kind: Literal["fixed"] = setting("A sum that the law fixes.")
    size: float = quantity("USD/yr", "Money a year.", ge=0, le=1e13)


class ByMotives(Group):
    """What the payer's motives ask for within its budget; see `sim.economics.motives`."""

    kind: Literal["motives"] = setting("What the payer's motives ask for within its budget.")


Amount = Annotated[FixedAmount | ByMotives, Field(discriminator="kind")]


class Grant(Payment):
    """Money for providers, in equal parts for those that the target names."""

    kind: Literal["grant"] = setting("Money for providers.")
    target: Name = setting("A provider's name, domestic, best_domestic, champions or commons.")
    amount: Amount = setting("How much.")


class CommonsGrant(Payment):
    """Money for member-owned consortia, wherever they are, in equal parts."""

    kind: Literal["commons_grant"] = setting("Money for member-owned consortia.")
    size: float = quantity("USD/yr", "Money a year.", ge=0, le=1e13)


class CreditLine(Payment):
    """Credit that the payer guarantees, in equal parts for those that the target names."""

    kind: Literal["credit_line"] = setting("Credit that a government guarantees.")
    target: Name = setting("A provider's name, domestic, best_domestic, champions or commons.")
    size: float = quantity("USD", "Guaranteed credit.", ge=0, le=1e14)


class Procurement(Payment):
    """A government buys tokens at market prices, from its own providers rather than from others."""

    kind: Literal["procurement"] = setting("A government buys tokens at market prices.")
    size: float = quantity("USD/yr", "Money a year.", ge=0, le=1e13)
    home_bias: float = quantity("util", "Utility added to products of the own jurisdiction.", ge=0, le=100)


class MergerBlock(Rule):
    """Mergers above both screens are forbidden."""

    kind: Literal["merger_block"] = setting("Mergers above two screens are forbidden.")
    concentration: float = quantity("1", "HHI (0-10,000, inside sales) after the merger.", ge=0, le=10_000)
    rise: float = quantity("1", "Rise of the HHI by the merger.", ge=0, le=10_000)


class BreakUp(Rule):
    """A provider is divided once, in the first month in force; its successor gets a copy of the flagship."""

    kind: Literal["break_up"] = setting("A provider is divided once.")
    target: Name = setting("The provider to divide, by its name.")
    successor: Name = setting(
        "The provider that takes over a part, by its name; it must sell the same tiers."
    )
    share: float = quantity("1", "Part of money and customers that the successor takes.", gt=0, lt=1)


class BelowCostBan(TargetedRule):
    """Nobody may sell below unit cost."""

    kind: Literal["below_cost_ban"] = setting("Nobody may sell below unit cost.")


class PriceCap(TargetedRule):
    """Prices may not exceed a multiple of unit cost."""

    kind: Literal["price_cap"] = setting("Prices may not exceed a multiple of unit cost.")
    ratio: float = quantity("1", "Highest price over unit cost.", ge=1, le=1e6)


class ExportControl(Measure):
    """Providers of some jurisdictions may not sell to customers in others."""

    kind: Literal["export_control"] = setting("Sales between jurisdictions are forbidden.")
    sellers: tuple[Name, ...] = setting("Jurisdictions whose providers may not sell.")
    buyers: tuple[Name, ...] = setting("Jurisdictions whose customers may not buy from them.")


class AuditMandate(TargetedRule):
    """Models above a size must be audited when they are released."""

    kind: Literal["audit_mandate"] = setting("Large models must be audited.")
    threshold: float = quantity("FLOP", "Training compute from which it holds.", ge=0, le=1e40)
    effort: float = quantity("auditor-month", "Audit of a model.", ge=0, le=1e6)
    cost: float = quantity("USD/auditor-month", "What an auditor costs.", ge=0, le=1e8)
    paid_by: Literal["provider", "government"] = setting("Who pays the auditors.")


class Licence(TargetedRule):
    """Models above a size need a licence when they are released."""

    kind: Literal["licence"] = setting("Large models need a licence.")
    threshold: float = quantity("FLOP", "Training compute from which it holds.", ge=0, le=1e40)
    fee: float = quantity("USD", "Fee for a model, paid to the government.", ge=0, le=1e12)


class ComputeCap(TargetedRule):
    """Training runs may not begin above a size."""

    kind: Literal["compute_cap"] = setting("Training runs may not begin above a size.")
    most: float = quantity("FLOP", "Largest training run.", gt=0, le=1e40)


class OpenWeightsMandate(TargetedRule):
    """Weights must be published some time after release."""

    kind: Literal["open_weights_mandate"] = setting("Weights must be published.")
    delay: int = quantity("month", "Time from release to publication.", ge=0, le=1200)


class OwnMeasure(TargetedRule):
    """A law that an extension brings."""

    kind: Literal["extension"] = setting("A law that an extension brings.")
    rule: Name = setting(WHERE)


Policy = Annotated[
    Grant
    | CommonsGrant
    | CreditLine
    | Procurement
    | MergerBlock
    | BreakUp
    | BelowCostBan
    | PriceCap
    | ExportControl
    | AuditMandate
    | Licence
    | ComputeCap
    | OpenWeightsMandate
    | OwnMeasure,
    Field(discriminator="kind"),
]


class Motives(Group):
    """Why a government pays, when its law does not fix how much; see `sim.economics.motives`."""

    budget: float = quantity("USD/yr", "Most that its motives may cost in a year.", ge=0, le=1e13)
    security_value: float = quantity(
        "USD/yr/nat",
        "Money a year for each nat by which its best model trails the frontier beyond what it tolerates.",
        ge=0,
        le=1e13,
    )
    tolerated_lag: float = quantity("nat", "Distance from the frontier that it tolerates.", ge=0, le=100)
    second_source: float = quantity(
        "USD/yr", "Money a year for each domestic seller that is missing to two.", ge=0, le=1e13
    )
    rents: float = quantity(
        "1", "Share of the profit on its customers' spending abroad that it would pay to bring home.",
        ge=0, le=10,
    )  # fmt: skip
    rivalry: float = quantity(
        "1", "Money for each dollar that the most generous other government paid in the last year.",
        ge=0, le=10,
    )  # fmt: skip
