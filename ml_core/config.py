"""The shape of a network: what is drawn, tuned and hashed is told by these few numbers."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Shape:
    """Shape of a causal decoder with pre-norm blocks.

    `width` must be a multiple of `heads`. A tied network reads out with its embedding matrix,
    an untied one has an output matrix of its own.
    """

    layers: int  # blocks
    width: int  # activations per position
    heads: int
    vocab: int = 512  # tokens
    context: int = 64  # positions
    tied: bool = True

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ValueError(
                f"width {self.width} is not a multiple of heads {self.heads}: choose one that is"
            )
        if min(self.width, self.heads, self.vocab, self.context) < 1 or self.layers < 0:
            raise ValueError(f"a network needs positive sizes, not {self}")
