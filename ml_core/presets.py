"""The measurements to be made: sizes, domains, data, ways of adapting, effort; its hash names a run."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from ml_core.adapt import Effort
from ml_core.config import Shape
from ml_core.corpora import DOMAINS
from ml_core.modes import External, Full, Head, LastK, Mode

MARKS = 8  # equal stretches of pretraining, each followed by an evaluation and a saved state


@dataclass(frozen=True)
class Size:
    """A network to pretrain and its constant learning rate."""

    shape: Shape
    rate: float


@dataclass(frozen=True)
class Preset:
    """Everything that decides what is measured."""

    name: str
    sizes: dict[str, Size]
    domains: tuple[str, ...]
    data_sizes: tuple[int, ...]  # tokens of a customer
    seeds: tuple[int, ...]
    pretraining: int  # tokens
    base_bytes: int  # text of the base corpus
    domain_bytes: int  # text of a domain
    tokenizer_bytes: int  # text that the tokenizer is learnt from
    base_test_windows: int  # evaluated at each mark of pretraining, per corpus
    test_windows: int  # unseen text on which a gain is measured
    batch: int = 16  # windows a step of pretraining
    rates_of_end: tuple[float, ...] = (1e-3, 3e-3, 1e-2, 3e-2)  # learning rates where only the end is tuned
    rates_of_all: tuple[float, ...] = (3e-4, 1e-3, 3e-3, 1e-2)  # where all is tuned
    validation_share: float = 0.2  # of a customer's data
    effort: Effort = field(default_factory=Effort)
    draws: int = 200  # of the bootstrap

    def modes(self, size: str) -> tuple[Mode, ...]:
        """The ways of adapting a network of this size; two last blocks only where more are above them."""
        several = (LastK(2),) if self.sizes[size].shape.layers > 2 else ()
        return Head(), LastK(1), *several, External(), Full()

    def rates(self, mode: Mode) -> tuple[float, ...]:
        """The learning rates that a customer tries."""
        return self.rates_of_all if isinstance(mode, Full) else self.rates_of_end

    def marks(self) -> tuple[int, ...]:
        """Token counts of pretraining at which losses are measured."""
        return tuple(self.pretraining * (i + 1) // MARKS for i in range(MARKS))

    def run_id(self, digests: dict[str, str]) -> str:
        """Name of a run: a hash of this preset and of the corpora's content."""
        content = json.dumps([asdict(self), sorted(digests.items())], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]


FULL = Preset(
    name="full",
    sizes={
        "S": Size(Shape(layers=2, width=32, heads=2), rate=5e-3),
        "M": Size(Shape(layers=3, width=48, heads=3), rate=4e-3),
        "L": Size(Shape(layers=4, width=64, heads=4), rate=3e-3),
    },
    domains=tuple(DOMAINS),
    data_sizes=(2_048, 8_192, 32_768),
    seeds=(0, 1),
    pretraining=2_000_000,
    base_bytes=6_000_000,
    domain_bytes=2_000_000,
    tokenizer_bytes=500_000,
    base_test_windows=256,
    test_windows=256,
)

SMOKE = Preset(
    name="smoke",
    sizes={"S": Size(Shape(layers=2, width=32, heads=2), rate=8e-3)},
    domains=("graphs", "language_reference"),
    data_sizes=(2_048, 8_192),
    seeds=(0, 1),
    pretraining=160_000,
    base_bytes=800_000,
    domain_bytes=300_000,
    tokenizer_bytes=100_000,
    base_test_windows=16,
    test_windows=64,
    rates_of_end=(3e-3, 1e-2),
    rates_of_all=(1e-3, 3e-3),
    effort=Effort(patience=2, most_epochs=6, rung_steps=8),
    draws=10,
)

PRESETS = {preset.name: preset for preset in (SMOKE, FULL)}
