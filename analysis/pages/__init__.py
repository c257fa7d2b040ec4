"""The pages of the app, one file each; only here and in `app.py` is streamlit known."""
