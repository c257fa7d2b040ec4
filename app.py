"""The web door: opens the pages; see `megamarket app`."""

if __name__ == "app":  # the server imports this file once
    from streamlit.starlette import App

    from analysis.pages.parts.address import routes

    app = App(__file__, routes=routes())
elif __name__ == "__main__":  # it runs once for each look at a page; worker processes import it again
    from analysis.pages.parts.doors import open_pages

    open_pages()
