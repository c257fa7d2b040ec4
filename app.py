"""The web door: opens the pages; see `megamarket app`."""

if __name__ == "__main__":  # worker processes import this file again
    from analysis.pages.parts.doors import open_pages

    open_pages()
