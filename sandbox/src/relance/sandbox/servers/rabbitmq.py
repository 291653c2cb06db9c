"""A RabbitMQ of our own: private node, free loopback ports, its own epmd; a user per service, no guest.

Everything is given by files, because each call of rabbitmqctl boots a virtual machine and takes seconds.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import aio_pika

from relance.contracts import topology
from relance.domain.errors import SettingsRejected, Unavailable
from relance.sandbox import processes
from relance.sandbox.servers import ports
from relance.sandbox.servers.home import Home

USERS = ("ledger_sync", "scheduler", "sender", "inbox", "admin")
VHOST = "relance"

# Measured: 12–17 s to start, up to 169 s on a very busy machine.
START_DEADLINE_S = 240.0
STOP_DEADLINE_S = 60.0


class RabbitMQ:
    def __init__(self, home: Home, *, port: int, password: str) -> None:
        self._home = home
        self._server = _server()
        self._dir = home.server_dir("mq")
        self.port = port
        self.password = password
        self.metrics_port = ports.free()
        self._epmd_port = ports.free()
        self._dist_port = ports.free()

    def url(self, user: str) -> str:
        return f"amqp://{user}:{self.password}@{ports.LOOPBACK}:{self.port}/{VHOST}"

    async def start(self) -> None:
        self._write_files()
        with (self._home.logs / "rabbitmq.log").open("ab") as log:
            # Not asyncio's: the node must outlive the event loop that started it.
            node = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                [str(self._server)], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self._dir,
                env=self._environment(), **processes.as_user(self._home.user), start_new_session=True,
            )  # fmt: skip
        await ports.listening(
            self.port, name="RabbitMQ", deadline_s=START_DEADLINE_S, is_alive=lambda: node.poll() is None
        )
        await self._answers(node)

    async def stop(self) -> None:
        """End the node, then its epmd, which outlives it."""
        pid = self.pid()
        if pid is not None:
            await processes.end(pid, deadline_s=STOP_DEADLINE_S)
        await self._stop_epmd()

    async def kill(self) -> None:
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            await processes.gone(pid, deadline_s=STOP_DEADLINE_S)

    def pid(self) -> int | None:
        try:
            pid = int((self._dir / "pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if processes.is_alive(pid) else None

    async def wipe(self) -> None:
        """Delete every queue of the product: a clean broker without starting it again."""
        connection = await aio_pika.connect(self.url("admin"))
        async with connection:
            channel = await connection.channel()
            for name in (topology.DEAD_QUEUE, *topology.SUBSCRIPTIONS, *(topology.send_queue(n) for n in range(1, 10))):
                await channel.queue_delete(name)

    async def _answers(self, node: subprocess.Popen[bytes]) -> None:
        async with asyncio.timeout(START_DEADLINE_S):
            while True:
                if node.poll() is not None:
                    raise Unavailable(f"RabbitMQ s'est arrêté en démarrant, voyez {self._home.logs}/rabbitmq.log")
                try:
                    connection = await aio_pika.connect(self.url("admin"))
                except (aio_pika.exceptions.AMQPError, OSError):
                    await asyncio.sleep(0.2)
                    continue
                await connection.close()
                return

    async def _stop_epmd(self) -> None:
        epmd = shutil.which("epmd")
        if epmd is None:
            return
        process = await asyncio.create_subprocess_exec(
            epmd, "-kill", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            env=self._environment(), **processes.as_user(self._home.user),
        )  # fmt: skip
        await process.wait()

    def _environment(self) -> dict[str, str]:
        here = str(self._dir)
        return {
            "PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            "LANG": "C.UTF-8",
            processes.SERVERS_MARK: str(self._home.root),
            "HOME": here,  # holds the Erlang cookie
            "RABBITMQ_NODENAME": f"relance-{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": f"{here}/db",
            "RABBITMQ_LOG_BASE": f"{here}/log",
            "RABBITMQ_PID_FILE": f"{here}/pid",
            "RABBITMQ_CONFIG_FILE": f"{here}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{here}/plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": ports.LOOPBACK,
            # Without it the distribution port listens on every interface.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # Two schedulers: on a small machine the default spins one per core for nothing.
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
        }

    def _write_files(self) -> None:
        files = {
            "rabbitmq.conf": "\n".join(
                (
                    f"listeners.tcp.local = {ports.LOOPBACK}:{self.port}",
                    f"prometheus.tcp.ip = {ports.LOOPBACK}",
                    f"prometheus.tcp.port = {self.metrics_port}",
                    f"load_definitions = {self._dir}/definitions.json",
                    f"default_vhost = {VHOST}",
                    "log.file.level = warning",
                    "disk_free_limit.absolute = 50MB",
                )
            )
            + "\n",
            "plugins": "[rabbitmq_prometheus].\n",
            "definitions.json": json.dumps(_definitions(self.password)),
        }
        for name, text in files.items():
            path = self._dir / name
            path.write_text(text)
            path.chmod(0o600)
            if self._home.user is not None:
                shutil.chown(path, self._home.user)


def _definitions(password: str) -> dict[str, object]:
    everything = {"vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [
            {
                "name": name,
                "password_hash": _hashed(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "administrator" if name == "admin" else "",
            }
            for name in USERS
        ],
        "permissions": [{"user": name, **everything} for name in USERS],
    }


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _server() -> Path:
    # Not the wrapper in /usr/sbin, which insists on root or on the rabbitmq user.
    path = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    if path.exists():
        return path
    raise SettingsRejected("RabbitMQ n'est pas installé : « apt-get install rabbitmq-server » (version 3.10 ou plus)")
