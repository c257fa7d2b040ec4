"""Pure formulas of the market, one topic each."""
