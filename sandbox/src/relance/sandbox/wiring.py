"""How the practice world is put together: who listens where, and the environment of each process."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from relance.contracts.deployment import Deployment, Ledger, Number
from relance.sandbox import samples
from relance.sandbox.google import access, control
from relance.sandbox.servers import chromium, ports
from relance.sandbox.servers.postgres import Postgres
from relance.sandbox.servers.rabbitmq import RabbitMQ

NUMBER = Number(alias="agence-1", phone="+33639980001")
FIRM = "Agence Démo"
FOLDER = "dossier-des-documents-de-la-demo"

SANDBOXES = ("whatsapp", "google")
SERVICES = ("ledger-sync", "scheduler", "sender", "inbox")
MODULES = {
    "whatsapp": "relance.sandbox.whatsapp",
    "google": "relance.sandbox.google",
    "ledger-sync": "relance.ledger_sync",
    "scheduler": "relance.scheduler",
    "sender": "relance.sender",
    "inbox": "relance.inbox",
}
# Tried first, so that a bookmark survives the next demo.
_PREFERRED = {"whatsapp": 8801, "google": 8802, "ledger-sync": 8811, "scheduler": 8812, "sender": 8813, "inbox": 8814}


class Backend(StrEnum):
    GOOGLE = "google"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the practice world lives; a real deployment keeps the services' own defaults."""

    poll_s: float = 0.5
    tick_s: float = 0.5
    gap_min_s: float = 0.1
    gap_max_s: float = 0.3
    reconcile_gap_s: float = 3.0
    listen_s: float = 0.5
    janitor_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Addresses:
    ports: dict[str, int]

    @classmethod
    def choose(cls) -> Addresses:
        return cls({name: ports.free(preferred) for name, preferred in _PREFERRED.items()})

    def url(self, name: str) -> str:
        return f"http://{ports.LOOPBACK}:{self.ports[name]}"


@dataclass(frozen=True, slots=True)
class Files:
    """Secrets and working files of this world."""

    xlsx: Path
    credentials: Path
    profiles: Path
    vault: Path
    spool_key: str
    vault_key: str
    attachment_key: str

    @classmethod
    def prepare(cls, root: Path, addresses: Addresses) -> Files:
        credentials = root / "service-account.json"
        credentials.write_text(json.dumps(access.service_account_info(addresses.url("google") + "/token")))
        credentials.chmod(0o600)
        key = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(3)]
        return cls(
            xlsx=root / "classeur.xlsx",
            credentials=credentials,
            profiles=root / "profiles",
            vault=root / "vault",
            spool_key=key[0],
            vault_key=key[1],
            attachment_key=key[2],
        )


def deployment(backend: Backend, files: Files) -> Deployment:
    where = samples.WORKBOOK if backend is Backend.GOOGLE else str(files.xlsx)
    shared = {"backend": backend.value, "workbook": where, "firm": FIRM, "number": NUMBER.alias}
    return Deployment(
        number=(NUMBER,),
        ledger=(
            Ledger.model_validate({"name": "voyages", "kind": "voyage", "tab": samples.VOYAGE_TAB, **shared}),
            Ledger.model_validate({"name": "factures", "kind": "facture", "tab": samples.FACTURE_TAB, **shared}),
        ),
    )


def sandbox_environment(name: str, addresses: Addresses, root: Path, clock_dsn: str) -> dict[str, str]:
    prefix = f"RELANCE_{name.upper()}_SANDBOX_"
    common = {f"{prefix}PORT": str(addresses.ports[name]), f"{prefix}STATE": str(root / name)}
    if name == "google":
        common |= {f"{prefix}CLOCK_DSN": clock_dsn}
    if name == "whatsapp":
        common |= {f"{prefix}NUMBERS": f"{NUMBER.phone}={FIRM}", "RELANCE_CLOCK_DSN": clock_dsn}
    return common


@dataclass(frozen=True, slots=True)
class Wires:
    """Everything a service of this world must be told."""

    pg: Postgres
    mq: RabbitMQ
    database: str
    addresses: Addresses
    files: Files
    backend: Backend
    pace: Pace

    def of(self, name: str) -> dict[str, str]:
        role = name.replace("-", "_")
        common = {
            "RELANCE_DATABASE_URL": self.pg.dsn(role, self.database),
            "RELANCE_BROKER_URL": self.mq.url(role),
            "RELANCE_CLOCK": "movable",
            "RELANCE_HTTP_PORT": str(self.addresses.ports[name]),
        }
        own = {
            "ledger-sync": self._ledger_sync,
            "scheduler": self._scheduler,
            "sender": self._sender,
            "inbox": self._inbox,
        }
        return common | own[name]()

    def _ledger_sync(self) -> dict[str, str]:
        return {
            "RELANCE_POLL_S": str(self.pace.poll_s),
            "RELANCE_POLL_NIGHT_S": str(self.pace.poll_s),
            "RELANCE_SETTLE_POLLS": "1",
            "RELANCE_WAKE_GAP_S": "0.1",
            "RELANCE_GOOGLE_BASE_URL": self.addresses.url("google"),
            "RELANCE_GOOGLE_CREDENTIALS_FILE": str(self.files.credentials),
            "RELANCE_GOOGLE_CALLS_PER_MINUTE": "0",
            "RELANCE_GOOGLE_PROJECT_CALLS_PER_MINUTE": "0",
        }

    def _scheduler(self) -> dict[str, str]:
        return {
            "RELANCE_SCHEDULER_TICK_S": str(self.pace.tick_s),
            "RELANCE_SCHEDULER_RELEASE_S": str(self.pace.tick_s / 2),
            "RELANCE_SCHEDULER_GAP_MIN_S": str(self.pace.gap_min_s),
            "RELANCE_SCHEDULER_GAP_MAX_S": str(self.pace.gap_max_s),
            # A practice world has no past: its number is not new, nor are its customers strangers.
            "RELANCE_SCHEDULER_RAMP": "",
            "RELANCE_SCHEDULER_HOURLY_CAP": "1000",
            "RELANCE_SCHEDULER_FIRST_CONTACTS": "1000",
            "RELANCE_SCHEDULER_PAID_GRACE_S": "0",
            "RELANCE_SCHEDULER_JANITOR_S": str(self.pace.janitor_s),
            "RELANCE_ATTACHMENT_KEY": self.files.attachment_key,
        }

    def _sender(self) -> dict[str, str]:
        return {
            "RELANCE_PROFILES": str(self.files.profiles),
            "RELANCE_SPOOL_KEY": self.files.spool_key,
            "RELANCE_ATTACHMENT_KEY": self.files.attachment_key,
            "RELANCE_WHATSAPP_URL": self.addresses.url("whatsapp"),
            "RELANCE_SENDER_CHROMIUM": chromium.executable(),
            "RELANCE_SENDER_CHROMIUM_SANDBOX": str(chromium.can_sandbox()).lower(),
            "RELANCE_RECONCILE_GAP_S": str(self.pace.reconcile_gap_s),
            "RELANCE_LISTEN_S": str(self.pace.listen_s),
            "RELANCE_LEASE_POLL_S": "0.5",
        }

    def _inbox(self) -> dict[str, str]:
        # Nobody practises with albums: an answer is seen at once.
        return self._vault() | {"RELANCE_INBOX_ALBUM_S": "1", "RELANCE_INBOX_SWEEP_S": "2"}

    def _vault(self) -> dict[str, str]:
        if self.backend is Backend.XLSX:
            return {
                "RELANCE_SPOOL_KEY": self.files.spool_key,
                "RELANCE_VAULT": "local",
                "RELANCE_VAULT_DIR": str(self.files.vault),
                "RELANCE_VAULT_KEY": self.files.vault_key,
            }
        return {
            "RELANCE_SPOOL_KEY": self.files.spool_key,
            "RELANCE_VAULT": "drive",
            "RELANCE_DRIVE_FOLDER": FOLDER,
            "RELANCE_DRIVE_READERS": f"{control.HUMAN},{access.SERVICE_ACCOUNT}",
            "RELANCE_GOOGLE_CREDENTIALS_FILE": str(self.files.credentials),
            "RELANCE_GOOGLE_BASE_URL": self.addresses.url("google"),
        }
