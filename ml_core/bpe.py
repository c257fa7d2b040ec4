"""Byte-pair encoding on raw bytes: any file can be encoded and comes back unchanged."""

from dataclasses import dataclass

import numpy as np

from ml_core.config import Array

BYTES = 256  # the first tokens are the bytes themselves


@dataclass(frozen=True)
class Tokenizer:
    """Merges in the order learnt: token 256 + i stands for the pair `merges[i]`."""

    merges: tuple[tuple[int, int], ...]

    @property
    def vocab(self) -> int:
        """Number of tokens."""
        return BYTES + len(self.merges)

    def pieces(self) -> list[bytes]:
        """The bytes that each token stands for."""
        pieces = [bytes([i]) for i in range(BYTES)]
        for left, right in self.merges:
            pieces.append(pieces[left] + pieces[right])
        return pieces

    def lengths(self) -> Array:
        """Bytes of each token, [vocab]."""
        return np.array([len(piece) for piece in self.pieces()])

    def encode(self, text: bytes) -> Array:
        """Tokens of a text, uint16 [tokens]."""
        tokens = np.frombuffer(text, np.uint8).astype(np.uint16)
        for i, pair in enumerate(self.merges):
            tokens = _merge(tokens, pair, BYTES + i)
        return tokens

    def decode(self, tokens: Array) -> bytes:
        """The text again."""
        pieces = self.pieces()
        return b"".join([pieces[token] for token in tokens])


def learn(text: bytes, vocab: int) -> Tokenizer:
    """Merge the most frequent pair again and again; of equally frequent ones the lowest pair of numbers.

    Source: Sennrich, Haddow & Birch (2016), on bytes.
    """
    if not BYTES <= vocab < 2**15:
        raise ValueError(f"a vocabulary has 256 to 32767 tokens, not {vocab}")
    tokens = np.frombuffer(text, np.uint8).astype(np.uint16)
    merges: list[tuple[int, int]] = []
    while BYTES + len(merges) < vocab and len(tokens) > 1:
        pairs, counts = np.unique(tokens[:-1].astype(np.int64) * vocab + tokens[1:], return_counts=True)
        best = int(counts.argmax())
        if counts[best] < 2:
            break
        merges.append(divmod(int(pairs[best]), vocab))
        tokens = _merge(tokens, merges[-1], BYTES + len(merges) - 1)
    return Tokenizer(tuple(merges))


def _merge(tokens: Array, pair: tuple[int, int], new: int) -> Array:
    """Replace each pair by the new token, from left to right, [tokens] -> [fewer tokens]."""
    left, right = pair
    places = np.flatnonzero((tokens[:-1] == left) & (tokens[1:] == right))
    if left == right:
        places = _every_other(places)
    if not len(places):
        return tokens
    tokens = tokens.copy()
    tokens[places] = new
    return np.delete(tokens, places + 1)


def _every_other(places: Array) -> Array:
    """Of each run of adjacent places the first, third, fifth, ...: pairs may not overlap."""
    if not len(places):
        return places
    order = np.arange(len(places))
    begins = np.diff(places, prepend=places[0] - 2) > 1
    since = order - np.maximum.accumulate(np.where(begins, order, 0))
    return places[since % 2 == 0]
