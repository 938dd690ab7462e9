"""How registration sends e-mail, from environment variables `IQ_MAIL_*`; without a host it sends none."""

from typing import Annotated, Literal, Self

from pydantic import SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class MailSettings(BaseSettings):
    """The mail server of the operator.

    `sender` is a function mailbox that takes answers and later bounces; `public_url` is where browsers reach the
    gateway, for the link in an e-mail. `security`: `none` is for a relay on the same host or in the same cluster.
    """

    model_config = SettingsConfigDict(env_prefix="IQ_MAIL_", hide_input_in_errors=True)

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretStr | None = None
    sender: str = ""
    public_url: Annotated[str, StringConstraints(pattern=r"^(https?://[!-~]{1,200})?$")] = ""
    poll_seconds: float = 5.0
    timeout_seconds: float = 20.0

    @property
    def configured(self) -> bool:
        """Whether e-mails are sent at all."""
        return bool(self.host)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.host and not ("@" in self.sender and self.public_url):
            raise ValueError("IQ_MAIL_HOST needs IQ_MAIL_SENDER and IQ_MAIL_PUBLIC_URL")
        return self
