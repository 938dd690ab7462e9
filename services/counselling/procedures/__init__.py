"""Recognition procedures (Anerkennungsverfahren): states, steps, deadlines, and who decides on them (domain §5)."""
