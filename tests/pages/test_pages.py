"""Every page opens, and says in a sentence what is wrong."""

import pytest
from streamlit.testing.v1 import AppTest

from analysis.pages.parts.doors import PAGES
from tests.pages.conftest import SCRIPT, Opener, sound


@pytest.mark.parametrize("name", PAGES)
def test_page_opens(name: str, open_page: Opener) -> None:
    app = sound(open_page(name))
    assert app.title[0].value


def test_first_picture_is_stored(open_page: Opener) -> None:
    app = sound(open_page("start"))
    assert len(app.metric) == 6
    assert app.get("plotly_chart")


def test_spoilt_link_is_told(open_page: Opener) -> None:
    app = open_page("start", settings=["demand.price_sensitivty=2.0"])
    assert not app.exception
    assert "Did you mean" in app.error[0].value
    assert app.session_state["applied"].settings == ()


def test_failure_of_a_page_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("analysis.pages.book.page", broken)
    app = AppTest.from_string(SCRIPT.format("book"), default_timeout=60).run()
    assert not app.exception
    assert "could not be drawn" in app.error[0].value
    assert "secret" not in app.error[0].value
