"""The sender: one process, at most one number. Started as `python -m relance.sender`, stopped by SIGTERM."""

from __future__ import annotations

from relance.runtime import broker, health, lifecycle, logs, settings
from relance.runtime.lifecycle import Stopping
from relance.sender import tenure
from relance.sender.cloud import webhook
from relance.sender.settings import SenderSettings
from relance.store import spool
from relance.store.pool import stateless

SERVICE = "sender"


async def main(stopping: Stopping) -> None:
    told = settings.load(SenderSettings)
    logs.configure(SERVICE, as_json=told.log_json, level=told.log_level)
    spool.key_from(told.spool_key.get_secret_value())
    told.opening_key()
    async with (
        lifecycle.opened_pool(told, service=SERVICE, reset=stateless) as pool,
        lifecycle.product_clock(told) as clock,
        broker.connected(told.broker_url.get_secret_value(), service=SERVICE) as connection,
    ):
        world = tenure.World(told, pool, connection, clock.now)
        routes = webhook.routes(told, pool, clock.now)
        async with health.served(told.http_host, told.http_port, lambda: world.status, routes=routes):
            await lifecycle.every(
                told.lease_poll_s, lambda: tenure.serve(world, stopping), task="tenure", stopping=stopping
            )


if __name__ == "__main__":
    lifecycle.run(main, service=SERVICE)
