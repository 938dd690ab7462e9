"""Appointments: offices with opening times, the intake list, bookings, and the e-mails about them (CNS-15, CNS-16)."""
