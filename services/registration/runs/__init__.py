"""Runs of training programmes (Durchgänge): what they are, their meetings, who registered, who takes part."""
