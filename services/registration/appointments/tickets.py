"""The link with which a person sees and cancels her appointment, without an account."""

from uuid import UUID

from services.registration.mailing import tickets

hash_of = tickets.hash_of


def token_of(appointment_id: UUID, key: str) -> str:
    """The token of an appointment."""
    return tickets.token_of("appointment", appointment_id, key)
