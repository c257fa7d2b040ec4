"""Token streams of corpora, random windows of them, and losses in bits per byte."""

from dataclasses import dataclass

import numpy as np

from ml_core.bpe import Tokenizer
from ml_core.config import Array, Shape
from ml_core.corpora import Corpus
from ml_core.gradient import activations, token_losses

EVALUATED_AT_ONCE = 32  # windows


@dataclass(frozen=True)
class Stream:
    """A corpus in tokens; train and test never share a document."""

    name: str
    train: Array  # uint16 [tokens]
    test: Array  # uint16 [tokens]


@dataclass(frozen=True)
class Customer:
    """A customer's own data: windows to tune on and windows to choose by."""

    train: Array  # [windows, t + 1]
    validation: Array  # [windows, t + 1]


def stream(corpus: Corpus, tokenizer: Tokenizer) -> Stream:
    """Encode the documents of each split one after the other."""
    return Stream(
        corpus.name, tokenizer.encode(b"\n".join(corpus.train)), tokenizer.encode(b"\n".join(corpus.test))
    )


def random_windows(tokens: Array, count: int, context: int, rng: np.random.Generator) -> Array:
    """Windows at random places: tokens [n] -> int64 [count, context + 1]."""
    starts = rng.integers(0, len(tokens) - context, count)
    return tokens[starts[:, None] + np.arange(context + 1)].astype(np.int64)


def even_windows(tokens: Array, most: int, context: int) -> Array:
    """At most `most` windows spread evenly without overlap: tokens [n] -> int64 [windows, context + 1]."""
    count = min(most, len(tokens) // (context + 1))
    starts = np.linspace(0, len(tokens) - context - 1, count).astype(np.int64)
    return tokens[starts[:, None] + np.arange(context + 1)].astype(np.int64)


def customer(tokens: Array, size: int, context: int, share: float, seed: int) -> Customer:
    """A customer with `size` tokens of a domain, a `share` of them kept to choose by.

    The windows are drawn without overlap from all over the domain: one contiguous chunk would be
    one file, and windows that overlap would let a customer choose by what was trained on.
    """
    cells, count = len(tokens) // (context + 1), max(2, size // context)
    if cells < count:
        raise ValueError(
            f"a customer with {size} tokens needs more text than a domain of {len(tokens)} tokens"
        )
    picked = np.random.default_rng([seed, 2]).choice(cells, count, replace=False)
    windows = tokens[picked[:, None] * (context + 1) + np.arange(context + 1)].astype(np.int64)
    kept = max(1, round(share * count))
    return Customer(windows[kept:], windows[:kept])


def bits_per_byte(shape: Shape, params: Array, windows: Array, lengths: Array) -> float:
    r"""Loss of the windows' predicted tokens, bit/byte: $\sum \ell / (\ln 2 \sum \mathrm{bytes})$.

    windows [w, t + 1], lengths [vocab] bytes of each token.
    """
    total = 0.0
    for start in range(0, len(windows), EVALUATED_AT_ONCE):
        part = windows[start : start + EVALUATED_AT_ONCE]
        kept = activations(shape, params, part[:, :-1], 0)
        total += float(token_losses(shape, params, kept, part[:, 1:], 0).sum(dtype=np.float64))
    return total / np.log(2) / float(lengths[windows[:, 1:]].sum())
