"""Those who act: they own state and verbs; phases own the order."""
