"""One file per figure, found by its name: a `CASE` to time, or a `run` of its own."""
