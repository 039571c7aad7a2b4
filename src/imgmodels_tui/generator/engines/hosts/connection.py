"""One careful line to a host: encrypted, without redirects, with limits, and with a sentence for each failure."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import httpx2

from imgmodels_tui.generator import ContentRefused, Failure, HostError
from imgmodels_tui.generator.engines.hosts.accounts import Access
from imgmodels_tui.text import harmless

LARGEST_IMAGE = 64 * 1024 * 1024
"""Bytes that an image may have."""

_LARGEST_ANSWER = LARGEST_IMAGE * 4 // 3 + 1024 * 1024
"""Bytes of an answer that holds such an image as base64."""

_LARGEST_PROBLEM = 64 * 1024
_LONGEST_TEXT = 300
_CONNECT_SECONDS = 10
_TRIES, _PAUSE = 3, 0.5

_CONTENT_CODES = {"contentfilter", "content_filter", "content_policy_violation", "moderation_blocked"}
"""Microsoft's documents disagree on the first two."""
_CONTENT_INNER = "responsibleaipolicyviolation"

Json: TypeAlias = Any
Form: TypeAlias = Sequence[tuple[str, tuple[str, bytes, str]]]


def at(answer: Json, *path: str | int) -> Json:
    """What stands at a place of parsed JSON; None where there is no such place."""
    for step in path:
        if isinstance(step, str) and isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(step, int) and isinstance(answer, list) and step < len(answer):
            answer = answer[step]
        else:
            return None
    return answer


def text_at(answer: Json, *path: str | int) -> str:
    """The text at a place of parsed JSON; an empty one where there is none."""
    found = at(answer, *path)
    return found if isinstance(found, str) else ""


class HostConnection:
    """Speaks with one host, with one key, while one image is drawn."""

    def __init__(self, client: httpx2.AsyncClient, access: Access, key: str) -> None:
        self._client, self.access, self.key = client, access, key

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        body: Json = None,
        fields: Mapping[str, str] | None = None,
        files: Form | None = None,
    ) -> Json:
        """Send JSON, or a form with files; the answer as parsed JSON. Raises `HostError`."""
        return self._parsed(await self._ask("POST", url, headers, json=body, data=fields, files=files))

    async def get(self, url: str, headers: Mapping[str, str]) -> Json:
        """Ask how a task is going; only an address of the host's own is given the key. Raises `HostError`."""
        if not self.access.is_own(url):
            raise self.bad_answer("named an address that is not its own")
        return self._parsed(await self._ask_again("GET", url, headers))

    async def download(self, url: str, headers: Mapping[str, str] = {}) -> bytes:
        """The finished image at an address that the host named. Raises `HostError`."""
        if not self.access.is_own(url, result=True):
            raise self.bad_answer("named an address for the image that is not its own")
        return await self._ask_again("GET", url, headers)

    def bad_answer(self, what: str) -> HostError:
        """An answer that is not what the host's documents promise."""
        return HostError(Failure.BAD_ANSWER, f"{self.access.host} {what}; nothing was stored. Try again, or report it")

    def refused(self, what: str, text: str) -> ContentRefused:
        """The host refuses the prompt or the image, in its own words."""
        said = f": {self.harmless(text)}" if text else ""
        return ContentRefused(f"{self.access.host} refuses the {what}{said}. Nothing was stored; change the prompt")

    def harmless(self, text: str) -> str:
        """A text of the host's, in one line, without the key that it may repeat."""
        return harmless(text.replace(self.key, "…"), _LONGEST_TEXT).rstrip(".")

    async def _ask_again(self, method: str, url: str, headers: Mapping[str, str]) -> bytes:
        """Ask, and where the network fails ask again: what is drawn already is paid for."""
        for _ in range(_TRIES - 1):
            try:
                return await self._ask(method, url, headers)
            except HostError as error:
                if error.failure not in {Failure.UNREACHABLE, Failure.TROUBLE, Failure.QUOTA}:
                    raise
            await asyncio.sleep(_PAUSE)
        return await self._ask(method, url, headers)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], **content: Any) -> bytes:
        host = self.access.host
        try:
            async with self._client.stream(method, url, headers=dict(headers), **content) as response:
                if response.is_success:
                    return await self._read(response, _LARGEST_ANSWER)
                raise self._problem(response, await self._read(response, _LARGEST_PROBLEM, cut=True))
        except httpx2.ConnectError as error:
            is_tls = isinstance(error.__context__, ssl.SSLError) or "CERTIFICATE" in str(error)
            why = "its certificate is not trusted" if is_tls else "check the network, or a proxy's settings"
            raise HostError(Failure.UNREACHABLE, f"{host} cannot be reached: {why}") from error
        except httpx2.TimeoutException as error:
            raise HostError(
                Failure.UNREACHABLE, f"{host} does not answer: check the network, then try again"
            ) from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            text = f"the line to {host} was cut; the image may be billed all the same. Try again"
            raise HostError(Failure.UNREACHABLE, text) from error
        except httpx2.InvalidURL as error:
            raise self.bad_answer("named something that is no address") from error

    async def _read(self, response: httpx2.Response, most: int, *, cut: bool = False) -> bytes:
        """What is answered, as far as `most` bytes; more is refused, or cut off."""
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > most:
                if cut:
                    break
                raise self.bad_answer(f"answered with more than {LARGEST_IMAGE // 1024**2} MiB")
        return bytes(content[:most])

    def _parsed(self, content: bytes) -> Json:
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self.bad_answer("answered with something else than JSON") from error
        if not isinstance(answer, dict):
            raise self.bad_answer("answered with JSON of another shape than its documents say")
        return answer

    def _problem(self, response: httpx2.Response, content: bytes) -> HostError:
        """What an answer that is no success means."""
        code, text = _said(content)
        host, status = self.access.host, response.status_code
        said = f": {self.harmless(text)}" if text else ""
        if code in _CONTENT_CODES:
            return self.refused("prompt or the image", text)
        if code == "insufficient_quota":
            status = _PAYMENT
        if status == _QUOTA:
            wait = _wait(response)
            when = "in a while" if wait is None else f"in {max(1, round(wait))} seconds"
            return HostError(
                Failure.QUOTA, f"{host}'s limit of requests is reached; try again {when}", retry_after=wait
            )
        failure, sentence = _BY_STATUS.get(status, (None, ""))
        if failure is not None:
            name = harmless(self.access.deployment, 80)
            text = sentence.format(host=host, name=name, said="" if failure is Failure.KEY_REFUSED else said)
            return HostError(failure, text)
        if response.is_redirect:
            return self.bad_answer("answered with a redirect, which is not followed")
        return HostError(Failure.TROUBLE, f"{host} is in trouble (status {status}){said}. Try again later")


_PAYMENT, _QUOTA = 402, 429
_NO_ENTRY = (Failure.KEY_REFUSED, "{host} does not accept the key; check it, and whether it may draw with this model")
_IMPOSSIBLE = (Failure.REQUEST, "{host} does not take the request{said}. Change it, or choose another model")
_BY_STATUS: Mapping[int, tuple[Failure, str]] = {
    400: _IMPOSSIBLE,
    401: _NO_ENTRY,
    402: (Failure.NO_CREDIT, "there is no credit left at {host}{said}. Add some there, or choose another model"),
    403: _NO_ENTRY,
    404: (
        Failure.UNKNOWN_MODEL,
        "{host} does not know {name}{said}. Say its deployment in the workspace's catalog, or choose another model",
    ),
    408: (Failure.TOO_SLOW, "{host} took too long{said}. Try again"),
    413: _IMPOSSIBLE,
    422: _IMPOSSIBLE,
}


def _said(content: bytes) -> tuple[str, str]:
    """Code, in lower case, and sentence of an error, in whichever of the hosts' shapes it comes."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return "", ""
    answer = at(answer, 0) or answer
    error = at(answer, "error")
    error = error if isinstance(error, dict) else answer
    inner = text_at(error, "innererror", "code") or text_at(error, "inner_error", "code")
    code = "content_filter" if inner.lower() == _CONTENT_INNER else text_at(error, "code").lower()
    texts = (text_at(error, "message"), text_at(answer, "detail"), text_at(answer, "detail", 0, "msg"))
    return code, next(filter(None, (*texts, text_at(answer, "title"), text_at(answer, "error"))), "")


def _wait(response: httpx2.Response) -> float | None:
    """The seconds to wait that an answer names; None where it does not, or not in figures."""
    for name, in_a_second in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = response.headers.get(name, "")
        if value.isascii() and value.replace(".", "", 1).isdecimal():
            return min(float(value) / in_a_second, 86_400)
    return None


@cache
def _tls() -> ssl.SSLContext:
    """The certificates that this machine trusts; made once, because it takes longer than all the rest."""
    return httpx2.create_ssl_context()


def client() -> httpx2.AsyncClient:
    """What speaks HTTP while one image is drawn."""
    return httpx2.AsyncClient(
        verify=_tls(),
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS, write=60),
        headers={"accept-encoding": "identity"},
    )
