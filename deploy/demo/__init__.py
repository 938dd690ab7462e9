"""Demo records: synthetic, seeded, entered through the networks' own import API."""
