"""A server whose answers are no answers of OpenAI's API: a judge that finds nothing wrong with it is none."""

import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def answer(_: Request) -> JSONResponse:
    """Images as a text, at no time."""
    return JSONResponse({"data": "an image"})


def main() -> None:
    """Serve on a free port of this machine, and print the address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    sys.stderr.write(f"http://127.0.0.1:{listening.getsockname()[1]}/v1\n")
    sys.stderr.flush()
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run([listening])


if __name__ == "__main__":
    main()
