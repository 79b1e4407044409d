"""A bare Litestar application under uvicorn: it reads a JSON body of any size and answers with one of a given size.

Started as `python -m benchmarks.echo_server PORT RESPONSE_BYTES`, with the same settings of uvicorn as `vitrine serve`.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from litestar import Litestar, MediaType, Request, Response, get, post


def main() -> None:
    """Listen until SIGTERM."""
    port, response_bytes = int(sys.argv[1]), int(sys.argv[2])
    content: Any = b'"' + b"x" * (response_bytes - 2) + b'"'

    @get("/")
    async def ready() -> str:
        return "ready"

    @post("/echo", status_code=200)
    async def echo(request: Request[Any, Any, Any]) -> Response[Any]:
        await request.body()
        return Response(content, media_type=MediaType.JSON)

    app = Litestar([ready, echo], openapi_config=None, logging_config=None)
    uvicorn.run(app, port=port, access_log=False, log_config=None, server_header=False, ws="none")


if __name__ == "__main__":
    main()
