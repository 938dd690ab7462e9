"""What pages of the coordination show beside figures: services that speak, cohorts, transfers with public titles."""
