"""Outreach (aufsuchende Arbeit): contacts counted per channel, nobody recorded (CNS-17, FI-05)."""
