"""Statistical disclosure control of editions: what published tables give away together (contracts §6, ADR 0008).

`audit` judges tables, `suppression` hides what `minimum3` has to; both are pure and take tables as `published`
describes them. Below them, from the outside in: `witnesses` search, in the program of what `readers` know, about the
`numbers` of the parts that `space` cuts all records into.
"""
