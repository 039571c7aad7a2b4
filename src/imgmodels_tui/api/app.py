"""The routes: who asks, what for, and what is answered."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from imgmodels_tui.api import bodies, usage
from imgmodels_tui.api.answers import Problem, problem_of
from imgmodels_tui.api.clients import Client, client_of, only
from imgmodels_tui.api.keys import ApiKey, ApiKeys, KeyStore
from imgmodels_tui.api.metrics import Metrics
from imgmodels_tui.api.models import Listing
from imgmodels_tui.catalog import prices
from imgmodels_tui.files import UnusableFile, reason
from imgmodels_tui.generator import Cancelled, fallback
from imgmodels_tui.generator.billing import Cost
from imgmodels_tui.generator.engines.interface import SEED_LIMIT, Engine, MediaType
from imgmodels_tui.generator.service import Drawn, GenerationRequest, GeneratorService
from imgmodels_tui.generator.sessions.opening import open_sessions
from imgmodels_tui.generator.sessions.store import UserPaths
from imgmodels_tui.record import Record
from imgmodels_tui.text import harmless
from imgmodels_tui.workspace.errors import StateError
from imgmodels_tui.workspace.live import LiveWorkspace

MOST_IN_FLIGHT = 32
"""Requests of one key that are being drawn or wait for it; more are refused until one is done."""

INTERVAL = 0.1
"""Seconds between two looks at the workspace: one `stat` each where it is a file."""

_DRAWING_AT_ONCE = 8
_GONE = 499

Handler = Callable[[Request], Awaitable[Response]]


class ServerParts(Record):
    """What the server is started with."""

    live: LiveWorkspace
    keys: KeyStore
    paths: UserPaths
    """Where the sessions of whoever runs the server are kept; those of clients lie beside them."""
    usage: Path
    engine: Engine
    say: Callable[[str], object] = lambda _: None
    """Tells whoever runs the server of something that no client is told."""


class Api:
    """One server's state: what it follows, and what is being drawn."""

    def __init__(self, parts: ServerParts) -> None:
        self._parts, self.metrics = parts, Metrics()
        self._listing = Listing()
        self._threads = ThreadPoolExecutor(_DRAWING_AT_ONCE, thread_name_prefix="drawing")
        self._in_flight: Counter[str] = Counter()
        self._stops: set[threading.Event] = set()
        self._keys: tuple[object, ApiKeys] = (None, ApiKeys())
        self._usage_is_broken = False
        routes = [
            Route("/v1/models", self._counted("models", self._list)),
            Route("/v1/models/{model:path}", self._counted("model", self._show)),
            Route("/v1/images/generations", self._counted("generations", self._generations), methods=["POST"]),
            Route("/v1/images/edits", self._counted("edits", self._edits), methods=["POST"]),
            Route("/healthz", self._health),
            Route("/metrics", self._metrics),
        ]
        self.app = Starlette(routes=routes, lifespan=self._follow, exception_handlers={HTTPException: _no_route})

    def cancel_all(self) -> None:
        """Stop what is being drawn; it is answered that the server ends."""
        for stop in self._stops:
            stop.set()

    @contextlib.asynccontextmanager
    async def _follow(self, _: Starlette) -> AsyncIterator[None]:
        """Follow the workspace while the server runs."""

        async def look() -> None:
            while True:
                self._parts.live.poll()
                await asyncio.sleep(INTERVAL)

        stop_listening = self._parts.live.listen()
        looking = asyncio.create_task(look()) if stop_listening is None else None
        try:
            yield
        finally:
            if stop_listening is not None:
                stop_listening()
            if looking is not None:
                looking.cancel()
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _counted(self, route: str, handler: Handler) -> Handler:
        """Answer every problem in words, and count the outcome."""

        async def answer(request: Request) -> Response:
            try:
                response = await handler(request)
            except ClientDisconnect:
                response = Response(status_code=_GONE)
            except Exception as error:  # noqa: BLE001 - whatever it is, a client gets a sentence
                problem = problem_of(error)
                if problem.code == "internal_error":
                    self._parts.say(f"{type(error).__name__}: {harmless(str(error), 300)}")
                response = problem.response()
            self.metrics.answered(route, response.status_code)
            return response

        return answer

    def _authorized(self, request: Request) -> ApiKey:
        """The key of a request. Raises `Problem`."""
        scheme, _, secret = only(request.headers, "authorization").partition(" ")
        key = self._known_keys().holder(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise Problem(401, "invalid_api_key", "the key is missing, wrong or revoked; ask an admin for one")
        return key

    def _known_keys(self) -> ApiKeys:
        """The keys as they are now. Raises `Problem` where they cannot be read: then nobody is let in."""
        fingerprint = self._parts.keys.fingerprint()
        if fingerprint != self._keys[0]:
            try:
                self._keys = fingerprint, self._parts.keys.read()
            except UnusableFile as error:
                self._parts.say(str(error))
                raise Problem(503, "keys_unreadable", "the keys cannot be read at present", retry_after=5) from error
        return self._keys[1]

    # What there is.

    async def _list(self, request: Request) -> Response:
        self._authorized(request)
        return Response(self._listing.of(self._parts.live.overview), media_type="application/json")

    async def _show(self, request: Request) -> Response:
        self._authorized(request)
        overview, model = self._parts.live.overview, request.path_params["model"]
        return JSONResponse(self._listing.one(fallback.selectable(model, overview)))

    async def _health(self, _: Request) -> Response:
        error = self._parts.live.snapshot.read_error
        if error is not None:
            return JSONResponse({"status": "workspace unreadable", "problem": error.brief}, 503)
        return JSONResponse({"status": "ok", "revision": self._parts.live.overview.state.revision})

    async def _metrics(self, _: Request) -> Response:
        return PlainTextResponse(self.metrics.text(), media_type="text/plain; version=0.0.4")

    # Drawing.

    async def _generations(self, request: Request) -> Response:
        return await self._images(request, edits=False)

    async def _edits(self, request: Request) -> Response:
        return await self._images(request, edits=True)

    async def _images(self, request: Request, *, edits: bool) -> Response:
        key = self._authorized(request)
        if self._in_flight[key.id] >= MOST_IN_FLIGHT:
            text = f"this key has {MOST_IN_FLIGHT} requests under way; wait for one of them"
            raise Problem(429, "rate_limit_exceeded", text, retry_after=1)
        self._in_flight[key.id] += 1
        try:
            asked = await bodies.read(request, edits=edits)
            client = client_of(key, request.headers, asked.body)
            drawn = await self._draw_unless_gone(request, client, asked)
        finally:
            self._in_flight[key.id] -= 1
        await asyncio.to_thread(self._note, key, client, asked, drawn)
        return _answer(client, asked, drawn)

    async def _draw_unless_gone(self, request: Request, client: Client, asked: bodies.Asked) -> Sequence[Drawn]:
        """Draw in a thread; a client that goes away takes its images along. Raises as `GeneratorService.draw`."""
        error = self._parts.live.snapshot.read_error
        if error is not None:
            raise Problem(503, "workspace_unreadable", f"nothing can be drawn: {error.brief}", retry_after=10)
        stop = threading.Event()
        self._stops.add(stop)
        watching = asyncio.create_task(_wait_until_gone(request, stop))
        try:
            draw = asyncio.get_running_loop().run_in_executor(self._threads, self._draw, client, asked, stop)
            return await draw
        except Cancelled as cancelled:
            if watching.done():
                raise ClientDisconnect from cancelled
            raise Problem(503, "shutting_down", "the server ends; ask again", retry_after=5) from cancelled
        finally:
            stop.set()
            watching.cancel()
            self._stops.discard(stop)

    def _draw(self, client: Client, asked: bodies.Asked, stop: threading.Event) -> Sequence[Drawn]:
        """Draw all images of a request, one after the other. Blocking."""
        body, live = asked.body, self._parts.live
        store = open_sessions(live.store, self._parts.paths.replace(client=client.token))
        service = GeneratorService(live.store, store, self._parts.engine, overview=lambda: live.overview, forgets=True)
        wanted = GenerationRequest(
            body.prompt,
            session=client.session,
            model=body.model or None,
            named_each_time=True,
            references=asked.references(),
            seed=body.seed,
        )
        self._parts.engine.look()
        drawn = []
        for number in range(body.n):
            began = time.monotonic()
            drawn.append(service.draw(_another(wanted, number), cancelled=stop.is_set))
            started = drawn[-1].started
            self.metrics.drew(
                started.entry.id,
                started.entry.host.id,
                round(1000 * (time.monotonic() - began)),
                started.cost.euros,
                switched=started.switched_from is not None,
            )
        return drawn

    def _note(self, key: ApiKey, client: Client, asked: bodies.Asked, drawn: Sequence[Drawn]) -> None:
        """Write down what was drawn; where that fails, the images are answered all the same. Blocking."""
        uses = [
            usage.Use(
                each.facts.created_at,
                key.name,
                client.user,
                client.session,
                each.started.entry.id,
                each.started.entry.host.id,
                each.started.cost.billing.value,
                each.facts.engine,
                asked.body.model or None,
                _euros(each.started.cost),
                None if each.facts.reported is None else each.facts.reported.tokens,
                None if each.facts.reported is None else each.facts.reported.credits,
            )
            for each in drawn
        ]
        documents = self._parts.live.store.documents
        try:
            if documents is None:
                usage.append(self._parts.usage, uses)
            else:
                documents.add_uses(usage.as_lines(uses))
        except (OSError, StateError) as error:
            if not self._usage_is_broken:
                problem = f"{self._parts.usage}: {reason(error)}" if isinstance(error, OSError) else str(error)
                self._parts.say(f"{problem}; what is drawn is not noted")
            self._usage_is_broken = True
        else:
            self._usage_is_broken = False


def _another(wanted: GenerationRequest, number: int) -> GenerationRequest:
    """The same with another seed, for the next of several images."""
    return wanted if wanted.seed is None else wanted.replace(seed=(wanted.seed + number) % SEED_LIMIT)


async def _wait_until_gone(request: Request, stop: threading.Event) -> None:
    """Set `stop` when the client goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
    stop.set()


async def _no_route(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = {404: "there is no such address here", 405: "this address is asked with another method"}
    return Problem(status, "not_found", text.get(status, "the request cannot be answered")).response()


def _answer(client: Client, asked: bodies.Asked, drawn: Sequence[Drawn]) -> Response:
    """The images in OpenAI's shape, with what was decided in an object and in headers of our own."""
    first, last = drawn[0].started, drawn[-1]
    entry, body = last.started.entry, asked.body
    instead_of = body.model if body.model and body.model != entry.id else first.switched_from
    switched = any(each.started.switched_from for each in drawn)
    euros = _euros(last.started.cost, len(drawn))
    facts: dict[str, Any] = {
        "model": entry.id,
        "requested": body.model or None,
        "instead_of": instead_of,
        "switched": switched,
        "notice": None if instead_of is None else f"{harmless(instead_of, 80)} is not enabled; {entry.model.name} drew",
        "session": client.session,
        "host": entry.host.name,
        "region": entry.model.region.value,
        "engine": last.facts.engine,
        "seed": drawn[0].facts.seed,
        "billing": first.cost.billing.value,
        "cost_eur": euros,
    }
    headers = {f"x-imgmodels-{name.replace('_', '-')}": _in_header(facts[name]) for name in _IN_HEADERS}
    picture = last.picture
    return JSONResponse(
        {
            "created": int(last.facts.created_at.timestamp()),
            "data": [_datum(each) for each in drawn],
            "output_format": "svg" if picture.media_type is MediaType.SVG else "png",
            "size": f"{picture.width}x{picture.height}",
            "imgmodels": facts,
        },
        headers={name: text for name, text in headers.items() if text is not None},
    )


_IN_HEADERS = ("model", "instead_of", "switched", "billing", "cost_eur", "session", "engine")
"""The facts that are in headers as well, for clients that pass the body on unread."""


def _in_header(fact: str | bool | None) -> str | None:
    return None if fact is None else urllib.parse.quote(str(fact).lower() if isinstance(fact, bool) else fact, " /:")


def _datum(drawn: Drawn) -> dict[str, str]:
    text = base64.b64encode(drawn.picture.data).decode()
    if drawn.picture.media_type is MediaType.SVG:
        return {"b64_json": text, "url": f"data:{drawn.picture.media_type.value};base64,{text}"}
    return {"b64_json": text}


def _euros(cost: Cost, images: int = 1) -> str | None:
    """The price of some images with four decimals; None where none is known."""
    return None if cost.euros is None else prices.exact(cost.euros * Decimal(images))
