"""Run the sandbox Cloud API: `python -m relance.sandbox.cloud_api --port 8093`."""

import argparse

from aiohttp import web

from relance.sandbox.cloud_api import server
from relance.sandbox.cloud_api.world import Account


def main() -> None:
    parser = argparse.ArgumentParser(prog="relance.sandbox.cloud_api", description="API officielle d'entraînement.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8093)
    asked = parser.parse_args()
    web.run_app(server.application(Account()), host=asked.host, port=asked.port, access_log=None)


if __name__ == "__main__":
    main()
