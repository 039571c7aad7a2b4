"""One local server that speaks the documented protocols of all hosts; a word in the prompt chooses the outcome."""

import asyncio
import base64
import itertools
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple, Self

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

KEY = "a-secret-key-of-this-test"
MODERATED, MODERATED_LATE, QUOTA, CREDIT = "moderated", "late-moderation", "quota", "no-credit"
BAD_KEY, UNKNOWN, TROUBLE, CUT, SLOW, STRANGER = "bad-key", "unknown-model", "trouble", "cut", "slow", "stranger"
NO_JSON, NO_IMAGE, TOO_LARGE, BOMB, REDIRECT, ECHO = "no-json", "no-image", "too-large", "bomb", "redirect", "echo"
WRONG_KIND, JPEG, SVG_PROGRAM, NULLS = "wrong-kind", "jpeg", "svg-program", "nulls"
OUTCOMES = (
    MODERATED, MODERATED_LATE, QUOTA, CREDIT, BAD_KEY, UNKNOWN, TROUBLE, CUT, SLOW, STRANGER, NO_JSON, NO_IMAGE,
    TOO_LARGE, BOMB, REDIRECT, ECHO, WRONG_KIND, JPEG, SVG_PROGRAM, NULLS,
)  # fmt: skip


@cache
def image(kind: str = "PNG", size: tuple[int, int] = (1024, 1024), mode: str = "RGB") -> bytes:
    """An image that takes as much work as a photograph; the largest ones are one colour."""
    noise = Image.effect_noise((256, 256), 40).resize(size) if mode == "RGB" else Image.new(mode, size)
    buffer = BytesIO()
    noise.convert(mode).save(buffer, kind)
    return buffer.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024"><rect width="9" height="9"/></svg>'
PROGRAM = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Asked(NamedTuple):
    """A request that came in."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: Any
    files: Sequence[bytes] = ()


class StandIn:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.cancelled: list[str] = []
        self.gone = threading.Event()
        self.held = 0
        """How many requests are answered never."""
        self._tasks: dict[str, tuple[str, bool]] = {}
        self._numbers = itertools.count(1)
        self._looks: dict[str, int] = {}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        routes = [
            Route("/{base:path}/images/generations", self.openai, methods=["POST"]),
            Route("/{base:path}/images/edits", self.openai, methods=["POST"]),
            Route("/providers/blackforestlabs/v1/{path}", self.foundry, methods=["POST"]),
            Route("/v1/get_result", self.bfl_result),
            Route("/v1/models/{owner}/{name}/predictions", self.replicate, methods=["POST"]),
            Route("/v1/predictions/{id}", self.prediction),
            Route("/v1/predictions/{id}/cancel", self.cancel, methods=["POST"]),
            Route("/{v}/projects/{p}/locations/{l}/publishers/google/models/{m}", self.vertex, methods=["POST"]),
            Route("/files/{id}", self.file),
            Route("/v1/{path}", self.bfl, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve([self._listening])))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    # What all hosts have in common.

    async def _note(self, request: Request) -> tuple[Any, str]:
        """Remember a request; its body, and the outcome that its prompt asks for."""
        files: list[bytes] = []
        body: Any = {}
        if request.headers.get("content-type", "").startswith("multipart/"):
            form = await request.form()
            body = {name: value for name, value in form.items() if isinstance(value, str)}
            files = [await each.read() for _, each in form.multi_items() if not isinstance(each, str)]
            await form.close()
        elif request.method == "POST":
            body = await request.json()
        self.asked.append(Asked(request.url.path, request.url.query, dict(request.headers), body, files))
        words = str(body)
        return body, next((outcome for outcome in OUTCOMES if f"outcome {outcome}." in words), "ok")

    async def _strange(self, request: Request, outcome: str) -> Response | None:
        """What goes wrong below the protocols, and so at each host in the same way."""
        if outcome == SLOW:
            self.held += 1
            while (await request.receive())["type"] != "http.disconnect":
                continue
            self.held -= 1
            self.gone.set()
        answers: dict[str, Answer] = {
            NO_JSON: lambda: Response("<html>a proxy's page</html>", media_type="text/html"),
            NULLS: lambda: JSONResponse({"data": None, "candidates": [None], "status": None, "urls": 7, "result": []}),
            REDIRECT: lambda: RedirectResponse(f"{self.url}/elsewhere"),
            CUT: lambda: StreamingResponse(_cut(), headers={"content-length": "1000"}),
            TOO_LARGE: lambda: StreamingResponse(_endless(), media_type="application/json"),
        }
        return answers[outcome]() if outcome in answers else None

    def _content(self, outcome: str, *, svg: bool) -> bytes:
        """The bytes that are given as an image."""
        if outcome == NO_IMAGE:
            return b"this is no image"
        if outcome == BOMB:
            return image("PNG", (20_000, 20_000), "1")
        if outcome == SVG_PROGRAM:
            return PROGRAM
        if (outcome == WRONG_KIND) is not svg:
            return SVG
        return image("JPEG") if outcome == JPEG else image()

    def _begin(self, outcome: str, *, svg: bool = False) -> str:
        """Begin a task; its name."""
        name = f"task{next(self._numbers)}"
        self._tasks[name] = outcome, svg
        return name

    def _address(self, name: str, outcome: str) -> str:
        return "https://elsewhere.example/x.png" if outcome == STRANGER else f"{self.url}/files/{name}"

    async def file(self, request: Request) -> Response:
        await self._note(request)
        outcome, svg = self._tasks[request.path_params["id"]]
        return Response(self._content(outcome, svg=svg), media_type="application/octet-stream")

    # The hosts.

    async def openai(self, request: Request) -> Response:
        body, outcome = await self._note(request)
        if (strange := await self._strange(request, outcome)) is not None:
            return strange
        key = request.headers.get("api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        if key != KEY or outcome == BAD_KEY:
            return _error(401, "401", f"Access denied due to invalid subscription key {key}")
        if outcome in {MODERATED, MODERATED_LATE}:
            codes = {MODERATED: "contentFilter", MODERATED_LATE: "content_policy_violation"}
            return _error(400, codes[outcome], "Your request was rejected by the safety system.")
        if (problem := _usual_problem(outcome)) is not None:
            return problem
        svg = body["model"].endswith("svg")
        if outcome == STRANGER:
            return JSONResponse({"created": 1, "data": [{"url": self._address("", outcome)}]})
        data = base64.b64encode(self._content(outcome, svg=svg)).decode()
        return JSONResponse({"created": 1, "data": [{"b64_json": data}], "usage": {"total_tokens": 1065}})

    async def foundry(self, request: Request) -> Response:  # noqa: PLR0911 - one for each outcome
        _, outcome = await self._note(request)
        if (strange := await self._strange(request, outcome)) is not None:
            return strange
        if request.headers.get("authorization") != f"Bearer {KEY}" or outcome == BAD_KEY:
            return _error(401, "401", "bad key")
        if outcome == MODERATED:
            return _error(400, "400", "no", {"innererror": {"code": "ResponsibleAIPolicyViolation"}})
        if outcome == MODERATED_LATE:
            return _error(400, "content_filter", "filtered")
        if (problem := _usual_problem(outcome)) is not None:
            return problem
        if outcome == STRANGER:
            return JSONResponse({"data": [{"b64_json": None, "url": self._address("", outcome)}]})
        return JSONResponse({"data": [{"b64_json": base64.b64encode(self._content(outcome, svg=False)).decode()}]})

    async def bfl(self, request: Request) -> Response:
        _, outcome = await self._note(request)
        if (strange := await self._strange(request, outcome)) is not None:
            return strange
        if request.headers.get("x-key") != KEY or outcome == BAD_KEY:
            return JSONResponse({"detail": "Not authenticated"}, 403)
        if outcome == CREDIT:
            return JSONResponse({"detail": "Insufficient credits"}, 402)
        if outcome == ECHO:
            return JSONResponse({"detail": [{"loc": ["body"], "msg": f"{KEY} is not good"}]}, 422)
        if (problem := _usual_problem(outcome)) is not None:
            return problem
        name = self._begin(outcome)
        there = "https://elsewhere.example" if outcome == STRANGER else self.url
        return JSONResponse({"id": name, "polling_url": f"{there}/v1/get_result?id={name}", "cost": 7.0})

    async def bfl_result(self, request: Request) -> Response:
        await self._note(request)
        name = request.query_params["id"]
        outcome, _ = self._tasks[name]
        self._looks[name] = self._looks.get(name, 0) + 1
        if self._looks[name] < 2:
            return JSONResponse({"id": name, "status": "Generating", "result": None, "progress": 0.5})
        refused = {MODERATED: "Request Moderated", MODERATED_LATE: "Content Moderated"}
        if outcome in refused:
            return JSONResponse({"id": name, "status": refused[outcome], "result": None})
        return JSONResponse(
            {"id": name, "status": "Ready", "result": {"sample": f"{self.url}/files/{name}"}, "cost": 7.5}
        )

    async def vertex(self, request: Request) -> Response:  # noqa: PLR0911 - one for each outcome
        _, outcome = await self._note(request)
        if (strange := await self._strange(request, outcome)) is not None:
            return strange
        if request.headers.get("authorization") != f"Bearer {KEY}" or outcome == BAD_KEY:
            return _error(401, 401, "Request had invalid authentication credentials.", {"status": "UNAUTHENTICATED"})
        if outcome == MODERATED:
            return JSONResponse({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
        if outcome == MODERATED_LATE:
            return JSONResponse({"candidates": [{"finishReason": "IMAGE_SAFETY", "content": {"role": "model"}}]})
        if outcome == STRANGER:
            return JSONResponse({"candidates": [{"finishReason": "NO_IMAGE"}]})
        if (problem := _usual_problem(outcome)) is not None:
            return problem
        data = base64.b64encode(self._content(outcome, svg=False)).decode()
        parts = [{"text": "Here"}, {"inlineData": {"mimeType": "image/png", "data": data}}]
        usage = {"promptTokenCount": 5, "candidatesTokenCount": 1290, "totalTokenCount": 1295}
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}
        return JSONResponse({"candidates": [candidate], "usageMetadata": usage})

    async def replicate(self, request: Request) -> Response:
        _, outcome = await self._note(request)
        if outcome != SLOW and (strange := await self._strange(request, outcome)) is not None:
            return strange
        if request.headers.get("authorization") != f"Bearer {KEY}" or outcome == BAD_KEY:
            return JSONResponse({"title": "Unauthenticated", "detail": "no valid token", "status": 401}, 401)
        if outcome == CREDIT:
            return JSONResponse({"title": "Insufficient credit", "detail": "You have insufficient credit."}, 402)
        if (problem := _usual_problem(outcome)) is not None:
            return problem
        name = self._begin(outcome, svg="svg" in request.path_params["name"])
        return JSONResponse(self._as_prediction(name, "starting"), 201)

    async def prediction(self, request: Request) -> Response:
        await self._note(request)
        name = request.path_params["id"]
        outcome, _ = self._tasks[name]
        status = {MODERATED: "failed", MODERATED_LATE: "failed", SLOW: "processing"}.get(outcome, "succeeded")
        return JSONResponse(self._as_prediction(name, status))

    async def cancel(self, request: Request) -> Response:
        self.cancelled.append(request.path_params["id"])
        self.gone.set()
        return JSONResponse(self._as_prediction(request.path_params["id"], "canceled"))

    def _as_prediction(self, name: str, status: str) -> dict[str, Any]:
        return {
            "id": name,
            "model": "recraft-ai/recraft-v3",
            "version": "hidden",
            "input": {},
            "logs": "",
            "created_at": "2026-11-25T10:00:00Z",
            "output": self._address(name, self._tasks[name][0]) if status == "succeeded" else None,
            "error": "The input or output was flagged as sensitive. (E005)" if status == "failed" else None,
            "status": status,
            "metrics": {"predict_time": 4.2} if status == "succeeded" else {},
            "urls": {"get": f"{self.url}/v1/predictions/{name}", "cancel": f"{self.url}/v1/predictions/{name}/cancel"},
        }


Answer = Callable[[], Response]


def _error(status: int, code: object, message: str, more: Mapping[str, object] = {}, **headers: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message, **more}}, status, headers)


def _usual_problem(outcome: str) -> Response | None:
    """Problems that all hosts word in a similar way."""
    if outcome == QUOTA:
        return JSONResponse(
            {"error": {"code": "429", "message": "Requests have exceeded call rate limit."}},
            429,
            {"retry-after": "7", "retry-after-ms": "6500"},
        )
    problems = {
        CREDIT: (429, "insufficient_quota", "You exceeded your current quota."),
        UNKNOWN: (404, "DeploymentNotFound", "The API deployment for this resource does not exist."),
        TROUBLE: (500, "InternalServerError", "boom \x1b[31m"),
        ECHO: (400, "invalid", f"the key {KEY} is in here"),
    }
    return _error(*problems[outcome]) if outcome in problems else None


async def _cut() -> Any:
    yield b'{"data": ['
    raise ConnectionResetError


async def _endless() -> Any:
    block = b'"' + b"a" * (4 * 1024 * 1024)
    for _ in range(40):
        yield block
