"""A segment of customers: the workloads of one domain in one jurisdiction, a block of the column store."""

import mesa

from sim.columns import SegmentKey


class CustomerSegment(mesa.Agent):
    """A block of rows; the columns are shared, the rows are its own."""

    def __init__(self, market: mesa.Model, key: SegmentKey, rows: slice) -> None:
        super().__init__(market)
        self.key = key
        self.name = key.name
        self.rows = rows
