"""What people note beside the figures: saved views, comments on a figure, and what is new since the last visit.

All of it stays in the reporting of the one who wrote it: nothing here is part of an event, a log or a metric.
"""
