"""Pages at addresses of their own, such as /explore, told where their server is.

Streamlit's client, opened below the root, first looks for its server below that address and logs two errors
(https://github.com/streamlit/streamlit/issues/7074). It does not search where the page names the server.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from analysis.pages.parts.doors import PAGES

SERVER = "<script>window.__streamlit = { BACKEND_BASE_URL: window.location.origin }</script>"


def routes() -> list[Route]:
    """A route for each page that answers with Streamlit's own document and the address of the server."""
    document = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    told = document.replace("<head>", f"<head>{SERVER}", 1)

    def page(_: Request) -> HTMLResponse:
        return HTMLResponse(told, headers={"Cache-Control": "no-cache"})

    return [Route(f"/{name}", page) for name in PAGES]
