"""Tables, charts and reports of finished runs."""
