-- Whether a kind of delivery is still counted: asked when retention takes counts away. A count is changed without it.
CREATE INDEX delivery_count_series ON delivery_count (series_id) WHERE hours = 24;
