"""Recognition procedures (Anerkennungsverfahren): states, stages, deadlines, and who decides on them (domain §5)."""
