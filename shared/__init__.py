"""What every service may lean on; knows no service."""
