"""Real text found on any machine: the standard library, the project's own dependencies, a user's folders.

Each corpus is a list of documents, split by document into train and test; the split goes by the
hash of the document's content, so no test document is ever trained on.
"""

import ast
import hashlib
import os
import sysconfig
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Literal

TEST_SHARE = 0.2  # of documents
SKIPPED = {
    "test",
    "tests",
    "idle_test",
    "site-packages",
    "dist-packages",
    "__pycache__",
    "lib2to3",
    "turtledemo",
}
SKIPPED |= {"pydoc_data", "encodings", "ensurepip"}


@dataclass(frozen=True)
class Corpus:
    """Documents for training and for testing, without duplicates, in the order of their hashes."""

    name: str
    version: str
    train: tuple[bytes, ...]
    test: tuple[bytes, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the hashes of all documents."""
        parts = [_sha(document) for document in (*self.train, b"|", *self.test)]
        return hashlib.sha256("".join(parts).encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of text."""
        return sum(map(len, self.train + self.test))


@dataclass(frozen=True)
class Source:
    """Where a corpus comes from: an importable package and what to read in it."""

    package: str
    read: Literal["code", "headers", "stubs", "docstrings", "topics"]


DOMAINS: dict[str, Source] = {
    "cpp_headers": Source("pyarrow", "headers"),
    "graphs": Source("networkx", "code"),
    "jit_compiler": Source("numba", "code"),
    "language_reference": Source("pydoc_data", "topics"),
    "science_prose": Source("scipy", "docstrings"),
    "statistics": Source("scipy.stats", "code"),
    "tables": Source("pandas", "code"),
    "type_stubs": Source("numpy", "stubs"),
}


def standard_library(most: int) -> Corpus:
    """Sources of the standard library without its tests, at most `most` bytes."""
    documents = _files(Path(sysconfig.get_paths()["stdlib"]), (".py",))
    return _corpus("standard_library", f"python {sysconfig.get_python_version()}", documents, most)


def domain(name: str, most: int) -> Corpus:
    """One of `DOMAINS`, at most `most` bytes; LookupError where its package is not installed."""
    source = DOMAINS[name]
    root = source.package.partition(".")[0]
    found = util.find_spec(root)
    if found is None or not found.submodule_search_locations:
        raise LookupError(f"domain {name} needs the package {root}, which is not installed")
    folder = Path(next(iter(found.submodule_search_locations))).joinpath(*source.package.split(".")[1:])
    version = f"python {sysconfig.get_python_version()}" if source.read == "topics" else _version(root)
    return _corpus(name, version, READERS[source.read](folder), most)


def folder(name: str, path: Path, most: int) -> Corpus:
    """All text files under a user's folder, at most `most` bytes."""
    if not path.is_dir():
        raise LookupError(
            f"corpus {name}: {path} is not a folder; give --corpus NAME=DIR with a folder of text files"
        )
    return _corpus(name, "user", _files(path, ()), most)


def _version(package: str) -> str:
    return f"{package} {metadata.version(package)}"


def _corpus(name: str, version: str, documents: Iterable[bytes], most: int) -> Corpus:
    """Order by hash (a shuffle that is the same everywhere), drop duplicates, cut to size, split."""
    unique = sorted({_sha(document): document for document in documents if document}.items())
    kept, total = [], 0
    for digest, document in unique:
        if total < most:
            kept.append((digest, document))
            total += len(document)
    test = tuple(document for digest, document in kept if is_test(digest))
    train = tuple(document for digest, document in kept if not is_test(digest))
    if not (train and test):
        raise LookupError(
            f"corpus {name} has {len(kept)} text documents: too few to split into train and test"
        )
    return Corpus(name, version, train, test)


def is_test(digest: str) -> bool:
    """Whether the document of this hash is kept for testing."""
    return int(digest[-8:], 16) < TEST_SHARE * 2**32


def _sha(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def _files(root: Path, endings: tuple[str, ...]) -> list[bytes]:
    """Contents of the text files under a folder, without tests and caches; no endings: of all text files."""
    contents = []
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name not in SKIPPED]
        chosen = [Path(folder, name) for name in names if not endings or name.endswith(endings)]
        contents += [path.read_bytes() for path in chosen if path.is_file()]
    return [content for content in contents if _is_text(content)]


def _is_text(content: bytes) -> bool:
    try:
        return b"\0" not in content and bool(content.decode().strip())
    except UnicodeDecodeError:
        return False


def _docstrings(root: Path) -> list[bytes]:
    """The docstrings of each source file, one document a file, read without importing."""
    return ["\n\n".join(_documented(content)).encode() for content in _files(root, (".py",))]


def _documented(source: bytes) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a doubtful escape in somebody's source is no concern of ours
        nodes = ast.walk(ast.parse(source))
    carriers = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [text for node in nodes if isinstance(node, carriers) and (text := ast.get_docstring(node))]


def _topics(_: Path) -> list[bytes]:
    """The language reference that comes with Python, one document a topic."""
    from pydoc_data.topics import topics

    return [text.encode() for text in topics.values()]


READERS: dict[str, Callable[[Path], list[bytes]]] = {
    "code": lambda root: _files(root, (".py",)),
    "headers": lambda root: _files(root, (".h", ".hpp")),
    "stubs": lambda root: _files(root, (".pyi",)),
    "docstrings": _docstrings,
    "topics": _topics,
}
