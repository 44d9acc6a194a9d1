"""Settings: the only reader of the environment. Every name is prefixed `JIZHI_`."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings with their defaults; see docs/operations.md for what each one does."""

    model_config = SettingsConfigDict(env_prefix="JIZHI_", env_file=".env", extra="ignore")

    environment: Literal["demo", "production"] = "demo"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    base_url: str = ""
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    seed_dir: Path = ROOT / "seed_data"
    model: str = str(ROOT / "matching" / "models" / "jizhi-static-zh")
    query_prompt: str = ""
    document_prompt: str = ""
    log_format: Literal["console", "json"] = "console"
    session_idle_minutes: int = Field(default=30, ge=1)
    session_absolute_hours: int = Field(default=12, ge=1)
    max_body_mib: int = Field(default=2, ge=1)
    max_upload_mib: int = Field(default=20, ge=1)

    @property
    def is_demo(self) -> bool:
        """Tell whether demo accounts and data may exist here."""
        return self.environment == "demo"

    @property
    def effective_database_url(self) -> str:
        """The database; SQLite in the data folder unless told otherwise."""
        return self.database_url or f"sqlite:///{self.data_dir / 'jizhi.db'}"

    @property
    def public_url(self) -> str:
        """Scheme and host under which people reach the site, without a trailing slash."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def serves_https(self) -> bool:
        """Tell whether people reach the site by HTTPS; cookies are then Secure."""
        return self.public_url.startswith("https://")

    def unsafe(self) -> list[str]:
        """Name every setting that production must not run with; empty means safe."""
        if self.is_demo:
            return []
        found = []
        if not self.base_url:
            found.append("JIZHI_BASE_URL is missing: give the public https:// address")
        elif not self.serves_https:
            found.append("JIZHI_BASE_URL must begin with https:// in production")
        if self.log_format != "json":
            found.append("JIZHI_LOG_FORMAT must be json in production")
        return found
