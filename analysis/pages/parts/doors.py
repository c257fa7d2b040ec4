"""The pages by name, in the order of the menu, and how one leads to another."""

import gc
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.pages.parts.guard import guarded

PAGES = {
    "start": "Start",
    "explore": "Explore",
    "lab": "Your lab",
    "compare": "Compare",
    "phases": "Monopoly or oligopoly",
    "finetuning": "Fine-tuning",
    "book": "Parameters and glossary",
    "report": "Report",
}  # module -> title
ICON = Path(__file__).parent / "icon.svg"
STILL = Path(__file__).parent / "still.css"
ABOUT = "megamarket: who is left, at what price, how safe, for whom."


def open_pages(first: str = "start") -> None:
    """Set up the browser's window and show the page that was asked for, or the first."""
    st.set_page_config(
        page_title="megamarket", page_icon=ICON.read_text(encoding="utf-8"), layout="wide",
        menu_items={"Get help": None, "Report a bug": None, "About": ABOUT},
    )  # fmt: skip
    st.html(STILL)
    st.navigation([door(name, name == first) for name in PAGES], position="top").run()


def door(name: str, first: bool = False) -> Any:
    """The page of a name, for links and jumps."""
    return st.Page(guarded(_body(name)), title=PAGES[name], url_path=name, default=first)


def _body(name: str) -> Callable[[], None]:
    def show() -> None:
        import_module(f"analysis.pages.{name}").page()
        _settle(name)

    return show


@st.cache_resource(show_spinner=False)
def _settle(page: str) -> None:  # noqa: ARG001
    """What a page has loaded is no garbage; without this the server would search it after every look."""
    gc.collect()
    gc.freeze()
