"""Where the sandbox Google listens and keeps its state; flags of the command line win over the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RELANCE_GOOGLE_SANDBOX_")

    host: str = "127.0.0.1"  # loopback only: there is no login in front of the control API
    port: int = 8790
    state: Path = Path(".relance/google")
    clock_dsn: str = ""  # the database whose clock dates the files; empty for real time
