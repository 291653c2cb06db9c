"""The files of the real deployment say what the code knows. What needs a tool that is not here is skipped aloud."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from relance.cli.settings import Settings as CliSettings
from relance.contracts import deployment
from relance.inbox.settings import InboxSettings
from relance.ledger_sync.settings import Settings as LedgerSyncSettings
from relance.scheduler.settings import SchedulerSettings
from relance.sender.settings import SenderSettings
from relance.store import spool

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = CHECKOUT / "docker-compose.yml"
DOCKERFILE = CHECKOUT / "deploy/Dockerfile"
PROMETHEUS = CHECKOUT / "deploy/prometheus"
DASHBOARDS = tuple(sorted((CHECKOUT / "deploy/grafana/dashboards").glob("*.json")))
SETTINGS: tuple[type[BaseSettings], ...] = (
    LedgerSyncSettings,
    SchedulerSettings,
    SenderSettings,
    InboxSettings,
    CliSettings,
)

# The official entry points start as root to own their volumes: their root file system cannot be read-only.
WRITABLE_ROOT = {"db", "mq"}
PRIVATE = {"db", "mq", "migrate", "scheduler", "cli"}


def need(tool: str, *probe: str) -> None:
    if shutil.which(probe[0]) is None or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip(f"{tool} is not on this machine: what it checks was not checked")


@pytest.fixture
def rendered() -> dict[str, Any]:
    """The compose file as Compose 2 understands it, with the example environment and every profile."""
    need("Docker Compose", "docker", "compose", "version")
    told = ["--env-file", ".env.example", "--profile", "*"]
    command = ["docker", "compose", *told, "config", "--format", "json"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    need("openssl", "openssl", "version")
    make_secrets(tmp_path / "secrets")
    return tmp_path / "secrets"


def make_secrets(directory: Path) -> None:
    subprocess.run([CHECKOUT / "deploy/secrets.sh", directory], check=True, capture_output=True)


def metrics_of_the_code() -> dict[str, str]:
    """Name → kind, for every metric declared in a module called metrics."""
    found = {}
    for path in CHECKOUT.glob("s*/**/src/relance/**/metrics.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=str(name)), *_]) if kind in {
                    "Counter", "Gauge", "Histogram",
                }:  # fmt: skip
                    found[name] = kind
    return found


def series_of_the_code() -> set[str]:
    series = set()
    for name, kind in metrics_of_the_code().items():
        series |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "Histogram" else {name}
    return series


def named_in(text: str) -> set[str]:
    return set(re.findall(r"\brelance_[a-z_]+", text))


def test_the_example_of_a_deployment_is_accepted() -> None:
    example = deployment.read(CHECKOUT / "relance.example.toml")
    assert {ledger.kind for ledger in example.ledger} == {"voyage", "facture"}


def test_nothing_is_published_beyond_loopback() -> None:
    published = re.findall(r"^ +ports: *(.*)$", COMPOSE.read_text(encoding="utf-8"), re.MULTILINE)
    assert published
    assert all(line.startswith('["127.0.0.1:') for line in published)


def test_images_are_named_by_a_tag_that_does_not_move() -> None:
    compose = COMPOSE.read_text(encoding="utf-8")
    images = re.findall(r"image: (?:&\S+ |\*\S+)?\"?([^\s\"]*)", compose)
    dockerfile = DOCKERFILE.read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+:\S+) ", dockerfile, re.MULTILINE)
    assert all(":" in name and "latest" not in name and "@" not in name for name in [*filter(None, images), *bases])
    assert not dockerfile.startswith("# syntax=")


def test_a_container_is_given_no_power_over_the_machine() -> None:
    compose = COMPOSE.read_text(encoding="utf-8")
    assert not re.search(r"privileged|docker\.sock|network_mode|pid: *host|SYS_ADMIN|unconfined|no-sandbox", compose)


def test_every_image_of_the_compose_file_has_its_target() -> None:
    targets = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE))
    wanted = set(re.findall(r"target: ([a-z-]+)\}", COMPOSE.read_text(encoding="utf-8")))
    assert wanted == {"cli", "ledger-sync", "scheduler", "sender", "inbox"}
    assert wanted <= targets


def test_images_install_pinned_packages_and_run_as_nobody_in_particular() -> None:
    stages = DOCKERFILE.read_text(encoding="utf-8").split("\nFROM ")
    services = [stage for stage in stages if "pip install" in stage]
    assert len(services) == 5
    for stage in services:
        assert "--require-hashes" in stage
        assert stage.index("USER 10001:10001") > stage.index("pip install")
        assert re.search(r'^(CMD|ENTRYPOINT) \["', stage, re.MULTILINE)


def test_the_build_sees_no_secret() -> None:
    patterns = (CHECKOUT / "deploy/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in patterns if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert not any("secret" in rule or rule in {"!.", "!*"} for rule in rules)


@pytest.mark.parametrize("path", [COMPOSE, DOCKERFILE, CHECKOUT / ".env.example"], ids=lambda path: str(path.name))
def test_every_variable_is_one_that_a_service_reads(path: Path) -> None:
    fields = {f"RELANCE_{name}".upper() for kind in SETTINGS for name in kind.model_fields} | {"RELANCE_VERSION"}
    named = set(re.findall(r"\bRELANCE_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert {name for name in named if name not in fields and name.removesuffix("_FILE") not in fields} == set()


def test_every_secret_of_the_compose_file_is_made(secrets: Path) -> None:
    wanted = set(re.findall(r"file: \"\$\{SECRETS:-\./secrets\}/([^\"]+)\"", COMPOSE.read_text(encoding="utf-8")))
    assert wanted
    assert wanted <= {path.name for path in secrets.iterdir()}


def test_secrets_are_closed_to_others_and_never_made_twice(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    make_secrets(secrets)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o444}
    assert len(set(before.values())) == len(before), "no two secrets are the same"


def test_the_keys_made_are_keys_of_the_code(secrets: Path) -> None:
    for name in ("spool_key", "vault_key", "attachment_key"):
        assert spool.key_from((secrets / name).read_text(encoding="utf-8").strip())


def test_the_broker_knows_each_user_by_the_password_in_its_address(secrets: Path) -> None:
    definitions = json.loads((secrets / "rabbitmq_definitions.json").read_text(encoding="utf-8"))
    for user in definitions["users"]:
        stored = base64.b64decode(user["password_hash"])
        password = (secrets / f"mq_{user['name']}_password").read_text(encoding="utf-8").strip()
        assert stored[4:] == hashlib.sha256(stored[:4] + password.encode()).digest()
        assert f"//{user['name']}:{password}@" in (secrets / f"{user['name']}_broker_url").read_text(encoding="utf-8")


def test_only_the_scheduler_may_publish(secrets: Path) -> None:
    permissions = json.loads((secrets / "rabbitmq_definitions.json").read_text(encoding="utf-8"))["permissions"]
    publishers = {rule["user"] for rule in permissions if re.fullmatch(rule["write"], "relance.send")}
    assert publishers == {"scheduler"}


@pytest.mark.parametrize("path", [PROMETHEUS / "alerts.yml", *DASHBOARDS], ids=lambda path: str(path.name))
def test_every_metric_that_is_looked_at_exists(path: Path) -> None:
    assert named_in(path.read_text(encoding="utf-8")) - series_of_the_code() == set()


def test_the_reference_of_metrics_is_complete() -> None:
    page = (CHECKOUT / "docs/metrics.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(relance_[a-z_]+)` \| (\w+) \|", page, re.MULTILINE))
    assert listed == {name: kind.lower() for name, kind in metrics_of_the_code().items()}


def test_alert_rules_hold_their_cases() -> None:
    need("promtool", "promtool", "--version")
    for arguments in (("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")):
        done = subprocess.run(["promtool", *arguments], cwd=PROMETHEUS, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_container_is_held_to_limits(rendered: dict[str, Any]) -> None:
    for name, service in rendered["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert int(service["mem_limit"]) > 0, name
        assert service["pids_limit"] > 0, name
        assert service["logging"]["options"]["max-size"], name
        assert service.get("read_only", False) is (name not in WRITABLE_ROOT), name
        assert name in WRITABLE_ROOT or not service["user"].startswith(("0", "root")), name


def test_the_database_and_the_broker_reach_no_outer_network(rendered: dict[str, Any]) -> None:
    assert rendered["networks"]["back"]["internal"] is True
    for name in PRIVATE:
        assert list(rendered["services"][name]["networks"]) == ["back"]


def test_no_password_is_in_a_container_s_environment(rendered: dict[str, Any]) -> None:
    for service in rendered["services"].values():
        for variable in service.get("environment") or {}:
            if re.search(r"PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL|BROKER_URL", variable):
                assert variable.endswith("_FILE"), variable


def test_a_sender_has_the_time_to_finish_its_message(rendered: dict[str, Any]) -> None:
    sender = rendered["services"]["sender"]
    assert sender["stop_grace_period"] == "1m30s"
    assert SenderSettings.model_fields["stop_s"].default < 90
