"""Text: any bytes survive the tokenizer; corpora are real, cut by document, the same each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_core import corpora
from ml_core.bpe import Tokenizer, learn
from ml_core.corpora import DOMAINS, Corpus
from ml_core.streams import stream

TOKENIZER = learn(b"the cat sat on the mat; the cat ate the rat.    aaaaaaa " * 20, 300)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=200)
    | st.text(max_size=60).map(str.encode)
    | st.integers(0, 40).map(lambda n: b"a" * n)
)
def test_round_trip_of_any_bytes(text):
    tokens = TOKENIZER.encode(text)
    assert TOKENIZER.decode(tokens) == text
    assert TOKENIZER.lengths()[tokens].sum() == len(text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet="abc ", max_size=40))
def test_encoding_equals_merging_one_by_one(text):
    slow = list(text.encode())
    for i, pair in enumerate(TOKENIZER.merges):
        at = 0
        while at < len(slow) - 1:
            if (slow[at], slow[at + 1]) == pair:
                slow[at : at + 2] = [256 + i]
            at += 1
    assert TOKENIZER.encode(text.encode()).tolist() == slow


def test_merges_are_the_most_frequent_pairs_and_compress():
    assert learn(b"at at hat cat th th", 257).merges == ((ord("a"), ord("t")),)
    assert learn(b"bab aba", 257).merges == ((ord("a"), ord("b")),)  # as frequent as "ba", and lower
    assert len(TOKENIZER.encode(b"the cat sat on the mat")) < 12


def test_learning_stops_where_nothing_repeats():
    assert learn(b"abcd", 400) == Tokenizer(())
    with pytest.raises(ValueError, match="256 to 32767"):
        learn(b"abcd", 100)


@pytest.fixture(scope="module")
def base() -> Corpus:
    return corpora.standard_library(400_000)


def test_train_and_test_share_no_document(base):
    assert base.train
    assert base.test
    assert not set(base.train) & set(base.test)
    assert 350_000 < base.size < 900_000


def test_corpora_are_the_same_each_time_and_their_hash_tells(base):
    again = corpora.standard_library(400_000)
    assert again == base
    assert again.digest == base.digest
    assert Corpus(base.name, base.version, base.train[1:], base.test).digest != base.digest


@pytest.mark.parametrize("name", ["graphs", "type_stubs", "cpp_headers", "language_reference"])
def test_domains_are_found(name):
    found = corpora.domain(name, 300_000)
    assert found.size > 200_000
    assert any(character.isdigit() for character in found.version)


def test_docstrings_are_read_without_code(tmp_path):
    (tmp_path / "a.py").write_text('"""Top."""\n\ndef f():\n    """Inner."""\n    return 12345\n')
    assert corpora._docstrings(tmp_path) == [b"Top.\n\nInner."]


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(DOMAINS, "none", corpora.Source("no_such_package_here", "code"))
    with pytest.raises(LookupError, match="domain none needs the package no_such_package_here"):
        corpora.domain("none", 1000)


def test_a_users_folder_takes_text_and_leaves_the_rest(tmp_path):
    for i in range(40):
        (tmp_path / f"{i}.txt").write_text(f"text number {i}\n" * 10)
        (tmp_path / f"copy{i}.md").write_text(f"text number {i}\n" * 10)
    (tmp_path / "picture.bin").write_bytes(b"\x00\xff" * 50)
    (tmp_path / "latin.txt").write_bytes(b"\xe9\xe8" * 50)
    found = corpora.folder("mine", tmp_path, 10**6)
    assert len(found.train) + len(found.test) == 40
    assert 2 <= len(found.test) <= 16


def test_a_users_mistake_is_told_in_one_sentence(tmp_path):
    with pytest.raises(LookupError, match="is not a folder"):
        corpora.folder("mine", tmp_path / "nowhere", 1000)
    with pytest.raises(LookupError, match="too few"):
        corpora.folder("mine", tmp_path, 1000)


def test_streams_are_the_text(base):
    tokens = stream(base, TOKENIZER)
    assert TOKENIZER.decode(tokens.test) == b"\n".join(base.test)
    assert tokens.train.dtype == np.uint16
