"""How enrolment works, from environment variables `IQ_ENROLMENT_*`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EnrolmentSettings(BaseSettings):
    """`poll_seconds`: how often a run is looked at whose instant may have come; `offer_days` a free place is kept."""

    model_config = SettingsConfigDict(env_prefix="IQ_ENROLMENT_", hide_input_in_errors=True)

    poll_seconds: float = Field(default=5.0, gt=0)
    offer_days: int = Field(default=3, ge=1, le=60)
