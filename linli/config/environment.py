"""What a deployment may set, checked by name at start: nonsense is refused before anything runs."""

import os
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, PostgresDsn, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SecretsSettingsSource, SettingsConfigDict

HERE = (None, "", "localhost", "127.0.0.1", "[::1]", "::1")
DEVELOPMENT_SECRET = "linli-development-only-never-in-production"  # noqa: S105 — refused in production


class Environment(BaseSettings):
    """Settings from the environment; each is LINLI_<NAME> except DATABASE_URL.

    A secret may lie in a file of the folder CREDENTIALS_DIRECTORY instead (linli_secret_key, database_url, …): systemd
    puts its credentials there, an agent of a vault may. What stands in the environment wins.
    """

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="ignore")
    # settings.ENVIRONMENT asks for it each time, and pydantic is slow to say no
    _mask_wrapped: ClassVar[bool] = True

    database_url: PostgresDsn | None = Field(None, validation_alias="DATABASE_URL")
    production: bool = False
    test: bool = False
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    hosts: str = "localhost,127.0.0.1,[::1]"
    public_url: str = "http://localhost:8000"
    trusted_proxies: int = Field(0, ge=0, le=3)  # how many X-Forwarded-For entries our own proxies add
    state_dir: Path = Path(".state")
    packs_dir: Path | None = None
    demo_size: Literal["XS", "S", "M", "L"] = "S"  # of the city that `make run` makes in an empty database
    redis_url: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_to: str = Field(
        "", pattern=r"^(|tls://[\w.-]+:\d{1,5})$"
    )  # a log server; lines go there too (RFC 5425)
    log_ca: Path | None = None  # the certificate that signs the log server's, where it is a city's own
    staff_profile: Literal["standard", "djbh3"] = (
        "standard"  # djbh3: 等保三级 password and second-factor rules
    )
    # GB/T 22239 asks for change and for other passwords without a number; evaluators expect about these.
    password_days: int = Field(90, ge=1)  # under djbh3 a password of staff ends after so many days
    password_history: int = Field(5, ge=1)  # … and is none of so many before it
    cipher: Literal["aes", "sm4"] = "aes"
    # Looks at hidden fields: 个人信息保护法 第五十一条 asks for measures but names no number,
    # so each deployment sets its own.
    readings_per_day: int = Field(100, ge=1)  # of one reader
    readings_before_proof: int = Field(10, ge=1)  # within an hour; the next one asks for proof of identity
    factor_resets_per_day: int = Field(10, ge=1)  # second factors that one administrator takes off in a day
    purge_after_departure_days: int = Field(180, ge=0)  # 个人信息保护法 第十九条: no longer than needed
    idle_minutes: int = Field(60, ge=5, le=720)  # a session of whoever holds a post ends after so long unused
    metrics_token: SecretStr = SecretStr(
        ""
    )  # what a monitoring system shows at /metrics; empty: operators alone
    backups_dir: Path | None = (
        None  # where `linli backup` sets lie; the restore drill takes the newest of them
    )
    drill_key_file: Path | None = None  # the passphrase of those sets, if they were sealed with one
    keys_file: Path | None = None  # field and audit keys; outside the database and its backups
    sms_gateway_url: str | None = None
    sms_gateway_token: SecretStr = SecretStr("")
    webhook_url: str | None = None
    email_url: str = Field("folder://", pattern=r"^(console|folder|smtps?)://")
    oidc_server: str | None = None
    oidc_client: str = ""
    oidc_secret: SecretStr = SecretStr("")
    mqtt_url: str = Field("", pattern=r"^(|mqtts?://\S+)$")  # the broker whose devices `linli devices` hears
    tianditu_key: str = ""
    file_scanner: str = ""  # a command; the path of the file is added as its last word
    outbound_hosts: str = ""  # partners the platform may call, "host" or "host:port", by commas
    unscanned_files: Literal["hold", "serve"] | None = None  # without a scanner: production holds

    @field_validator(
        "database_url", "redis_url", "sms_gateway_url", "webhook_url", "oidc_server", mode="before"
    )
    @classmethod
    def empty_is_unset(cls, value: str | None) -> str | None:
        return value or None

    @property
    def serves_unscanned_files(self) -> bool:
        return self.unscanned_files == "serve" or (self.unscanned_files is None and not self.production)

    @property
    def host_list(self) -> list[str]:
        return [host.strip() for host in self.hosts.split(",") if host.strip()]

    @classmethod
    def settings_customise_sources(cls, settings_cls, init_settings, env_settings, **_others):
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        files = [SecretsSettingsSource(settings_cls, secrets_dir=folder)] if folder else []
        return init_settings, env_settings, *files

    @property
    def database_is_elsewhere(self) -> bool:
        """Whether the way to the database leaves the machine: not a socket, not its own loopback address."""
        if self.database_url is None:
            return False
        query = dict(self.database_url.query_params())
        host = query.get("host") or self.database_url.hosts()[0].get("host")
        return not (host in HERE or host.startswith("/"))

    @property
    def database_tls(self) -> dict[str, str]:
        """What the driver and pg_dump are told of encryption: sslmode, and the files of certificates."""
        query = dict(self.database_url.query_params()) if self.database_url else {}
        return {
            name: query[name] for name in ("sslmode", "sslrootcert", "sslcert", "sslkey") if query.get(name)
        }

    @model_validator(mode="after")
    def production_is_safe(self) -> "Environment":
        if self.production:
            wrong = [sentence for is_wrong, sentence in self._dangers() if is_wrong]
            if wrong:
                raise ValueError("; ".join(wrong))
        return self

    def _dangers(self) -> list[tuple[bool, str]]:
        """What must not be in production, each with the sentence that says what to set instead."""
        secret = self.secret_key.get_secret_value()
        return [
            (
                secret == DEVELOPMENT_SECRET or len(secret) < 50,
                "LINLI_SECRET_KEY must be a long random text (50 characters or more)",
            ),
            (self.database_url is None, "DATABASE_URL must name a PostgreSQL server"),
            (
                self.database_is_elsewhere and self.database_tls.get("sslmode") != "verify-full",
                "DATABASE_URL of another machine must end in ?sslmode=verify-full",
            ),
            ("*" in self.hosts or not self.host_list, "LINLI_HOSTS must list the host names, never *"),
            (not self.public_url.startswith("https://"), "LINLI_PUBLIC_URL must begin with https://"),
            (self.keys_file is None, "LINLI_KEYS_FILE must name the file of the field and audit keys"),
            (
                self.mqtt_url.startswith("mqtt://") and urlsplit(self.mqtt_url).hostname not in HERE,
                "LINLI_MQTT_URL of another machine must begin with mqtts://",
            ),
            (self.test, "LINLI_TEST and LINLI_PRODUCTION cannot both be set"),
        ]
