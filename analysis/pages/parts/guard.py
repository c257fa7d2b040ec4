"""Nothing that goes wrong on a page reaches the user as a traceback."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from sim.errors import UserError

P = ParamSpec("P")
LOG = logging.getLogger("megamarket.app")
SORRY = (
    "This page could not be drawn. Reset the values on the page Explore, or reload; what went wrong is told "
    "in the terminal in which the app was started."
)


def guarded(body: Callable[P, None]) -> Callable[P, None]:
    """The same page or part of one, with sentences in place of errors."""

    @wraps(body)
    def safe(*args: P.args, **more: P.kwargs) -> None:
        try:
            body(*args, **more)
        except UserError as error:
            tell(error.problems)
        except Exception:
            LOG.exception("A page failed")
            st.error(SORRY)

    return safe


def piece(body: Callable[P, None]) -> Callable[P, None]:
    """A part of a page that is drawn anew alone when one of its controls moves."""
    return st.fragment(guarded(body))


def tell(problems: list[str]) -> None:
    """Mistakes as sentences."""
    for problem in problems:
        st.error(escaped(problem))


def escaped(text: str) -> str:
    """Text from files and users, which must not be read as Markdown."""
    return "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in text)


SPECIAL = set("\\`*_{}[]()#+-.!$|<>~:")
