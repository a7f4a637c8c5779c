"""The one way out to Claude: a request goes, an outcome comes back; no exception of the SDK leaves this module.

    request | is the worst case within the budget? | sent, within TIMEOUT | again where it may help | booked | outcome

The SDK is imported when the first request goes. It retries nothing for us: how long to wait is our clock's affair.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from bot.analysts.claude.budget import Barred, Budget, Usage, worst_case
from bot.model.ports import Clock
from bot.model.run import Call
from bot.model.settings import Settings

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic  # noqa: TID251 - this is the file that speaks to Claude
from bot.analysts.claude.replies import GrowingReply, grow, outcome_at_stop, outcome_of, usage_of
from bot.analysts.claude.requests import Ability, Outcome, Replied, Request, Unavailable, Unusable

log = logging.getLogger(__name__)

TIMEOUT = 120.0  # seconds for one answer, whole
TRIES = 3
LONGEST_WAIT = 60.0  # seconds; who asks for a longer pause is left alone for as long
REST = 300.0  # seconds in which nothing is asked after all tries failed
CONCURRENCY = 6  # requests at once
_PASSING = frozenset((408, 409, 429))  # and 5xx: what may be well again in a moment
_SPENT = frozenset(
    ("contract_spend_limit_reached", "enforced_spend_limit_reached", "linked_organization_spend_limit_reached")
)
_REFUSED = {
    401: "Claude refuses the key (ANTHROPIC_API_KEY): set one that is valid.",
    402: "The account’s credit with Anthropic is used up.",
    403: "Claude refuses the key (ANTHROPIC_API_KEY): it may not use this.",
    404: "Claude does not know the model “{model}”: set another in [analyst].",
}


@dataclass(frozen=True, slots=True)
class _Retry:
    """It failed in a way that may pass."""

    why: str
    wait: float | None = None  # seconds it asks for; None: it names none


class Client:
    """Requests, one at a time or in batches; nothing is open before the first one."""

    def __init__(self, settings: Settings, budget: Budget, clock: Clock, *, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._budget = budget
        self._clock = clock
        self._timeout = timeout
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._client: AsyncAnthropic | None = None
        self._resting_until: datetime | None = None
        self._bare = False  # the endpoint is another's and knows no schemas, efforts and caches

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    # --- one request

    async def say(self, request: Request) -> Outcome:
        """The reply to a request."""
        async with self._slots:
            return await self._with_retries(request)

    async def _with_retries(self, request: Request) -> Outcome:
        """Tried again where that may help; where it does not, nobody asks for a while."""
        if rest := self._rest():
            return rest
        failed = _Retry("")
        for tried in range(TRIES):
            got = await self._once(request)
            if not isinstance(got, _Retry):
                return got
            failed = got
            wait = 2.0**tried if got.wait is None else got.wait
            if wait > LONGEST_WAIT or tried == TRIES - 1:
                break
            await self._clock.sleep(wait)
        return await self._give_up(failed)

    def _rest(self) -> Unavailable | None:
        if self._resting_until is None or self._clock.now() >= self._resting_until:
            return None
        return Unavailable("Claude was not to be had a moment ago.")

    async def _give_up(self, failed: _Retry) -> Unavailable:
        self._resting_until = self._clock.now() + timedelta(seconds=max(REST, failed.wait or 0.0))
        words = f"Claude was not to be had ({failed.why}); what came then was read without a model."
        log.warning(words)
        await self._budget.short(words)
        return Unavailable(words)

    async def _once(self, request: Request) -> Outcome | _Retry:
        try:
            async with self._budget.holding(self._worst(request)):
                return await self._sent(request)
        except Barred as barred:
            return Unavailable(str(barred))

    async def _sent(self, request: Request) -> Outcome | _Retry:
        try:
            async with asyncio.timeout(self._timeout):
                message = await self._open().messages.create(**self._params(request))
            await self._book(request.step, request.model, message.stop_reason or "none", usage_of(message))
            return outcome_of(message)
        except asyncio.CancelledError:
            await self._book_unknown(request)
            raise
        except _failures() as error:
            return await self._failed(error, request)

    async def _book_unknown(self, request: Request, *, batched: bool = False) -> None:
        """A call that may have been worked is booked at its worst: the ceiling is a hard one."""
        usage = worst_case(*request.bytes(), request.most)
        await self._book(request.step, request.model, "unknown", usage, batched=batched)

    def _worst(self, request: Request) -> float:
        return self._budget.usd(request.model, worst_case(*request.bytes(), request.most))

    async def _book(self, step: str, model: str, outcome: str, usage: Usage, *, batched: bool = False) -> None:
        usd = self._budget.usd(model, usage, batched=batched)
        await self._budget.book(
            Call(
                at=self._clock.now(),
                model=model,
                step=step,
                outcome=outcome,
                usd=usd,
                tokens_in=usage.tokens_in,
                tokens_out=usage.tokens_out,
                cache_reads=usage.cache_reads,
                cache_writes=usage.cache_writes,
                batched=batched,
            )
        )

    # --- the SDK

    def _open(self) -> AsyncAnthropic:
        if self._client is None:
            key = self._settings.anthropic_api_key
            self._client = _sdk().AsyncAnthropic(
                api_key=key.get_secret_value() if key else None,
                base_url=self._settings.anthropic_base_url,
                max_retries=0,
                timeout=self._timeout,
            )
        return self._client

    def _params(self, request: Request) -> dict[str, Any]:
        params: dict[str, Any] = {
            "model": request.model,
            "max_tokens": request.most,
            "messages": [{"role": "user", "content": list(request.content)}],
        }
        if self._bare:
            return {**params, "system": request.system}
        block = {"type": "text", "text": request.system, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        shape = {"format": {"type": "json_schema", "schema": request.schema}} if request.schema else {}
        return {**params, "system": [block], "output_config": {"effort": request.effort, **shape}}

    # --- failures

    async def _failed(self, error: BaseException, request: Request) -> Outcome | _Retry:
        """What a failure means."""
        status: int | None = getattr(error, "status_code", None)
        if status is None or status == 200:
            if not _never_sent(error):
                await self._book_unknown(request)
            return _Retry(_named(error))
        code = getattr(error, "error_code", None)
        if code in _SPENT or code == "organization_on_hold":
            await self._budget.stop("The spending limit of the account with Anthropic is reached.")
            return Unavailable("The spending limit of the account is reached.")
        if status in _REFUSED:
            words = _REFUSED[status].format(model=request.model)
            await self._budget.stop(words)
            return Unavailable(words)
        if status in _PASSING or status >= 500:
            return self._passing(error, status)
        if status == 400 and self._settings.anthropic_base_url and not self._bare and request.schema:
            self._bare = True
            return await self._sent(request)
        log.warning("Claude refused a request of step %s: %s", request.step, error)
        return Unusable(f"The request was refused ({_named(error)}).")

    def _passing(self, error: Any, status: int) -> Outcome | _Retry:
        headers = error.response.headers
        if headers.get("x-should-retry") == "false":
            return Unavailable(f"It answered {status}.")
        try:
            wait = float(headers["retry-after"])
        except (KeyError, ValueError):
            wait = None
        return _Retry(f"it answered {status}", wait)

    # --- streams

    async def stream(self, request: Request) -> AsyncIterator[Outcome]:
        """The reply as it grows, the last outcome being whole, or why there is none. Tried once: somebody waits."""
        if rest := self._rest():
            yield rest
            return
        async with self._slots:
            try:
                async with self._budget.holding(self._worst(request)):
                    async for outcome in self._streamed(request):
                        yield outcome
            except Barred as barred:
                yield Unavailable(str(barred))

    async def _streamed(self, request: Request) -> AsyncIterator[Outcome]:
        growing, booked = GrowingReply(), False
        try:
            async with asyncio.timeout(self._timeout):
                async with await self._open().messages.create(**self._params(request), stream=True) as events:
                    async for event in events:
                        if grow(growing, event):
                            yield Replied(tuple(growing.pieces), whole=False)
            if growing.stop:
                await self._book(request.step, request.model, growing.stop, growing.usage)
                booked = True
            yield outcome_at_stop(growing.stop, tuple(growing.pieces))
        except _failures() as error:
            booked = True
            failed = await self._failed(error, request)
            yield Unavailable(failed.why) if isinstance(failed, _Retry) else failed
        finally:
            if not booked:  # it ended before its end, or nobody listens any more
                await self._book_unknown(request)

    # --- batches

    async def submit(self, requests: Mapping[str, Request]) -> str | None:
        """The id of a batch of them, by name; None: it could not be made."""
        asked: Any = [{"custom_id": name, "params": self._params(each)} for name, each in requests.items()]
        try:
            made = await self._open().messages.batches.create(requests=asked)
        except _failures() as error:
            first = next(iter(requests.values()))
            if getattr(error, "status_code", None):
                await self._failed(error, first)
            elif not _never_sent(error):
                for each in requests.values():
                    await self._book_unknown(each, batched=True)
            return None
        return made.id

    async def room_for(self, requests: Sequence[Request]) -> int:
        """Of how many of the requests, in order, the worst is still covered today at a batch's prices."""
        try:
            room = await self._budget.room()
        except Barred:
            return 0
        for number, request in enumerate(requests):
            room -= self.worst_of_batch([request])
            if room < 0:
                return number
        return len(requests)

    def worst_of_batch(self, requests: Sequence[Request]) -> float:
        return sum(self._budget.usd(r.model, worst_case(*r.bytes(), r.most), batched=True) for r in requests)

    async def ended(self, batch: str) -> bool | None:
        """Whether the batch has ended; None: that could not be learnt."""
        try:
            return (await self._open().messages.batches.retrieve(batch)).processing_status == "ended"
        except _failures():
            return None

    async def results(self, batch: str, step: str, model: str) -> Mapping[str, Outcome]:
        """What became of each request of the batch, by name; each is booked."""
        found: dict[str, Outcome] = {}
        try:
            async for each in await self._open().messages.batches.results(batch):
                if each.result.type == "succeeded":
                    message = each.result.message
                    await self._book(step, model, message.stop_reason or "none", usage_of(message), batched=True)
                    found[each.custom_id] = outcome_of(message)
                elif each.result.type == "errored":
                    found[each.custom_id] = Unusable("The batch gave no reply.")
        except _failures() as error:
            log.warning("the results of a batch could not be had: %s", error)
        return found

    async def cancel(self, batch: str) -> None:
        try:
            await self._open().messages.batches.cancel(batch)
        except _failures() as error:
            log.warning("a batch could not be cancelled: %s", error)

    # --- models

    async def ability(self, model: str) -> Ability:
        """What the models endpoint says of the model."""
        try:
            async with asyncio.timeout(self._timeout):
                info = await self._open().models.retrieve(model)
        except _failures() as error:
            status = getattr(error, "status_code", None)
            words = _REFUSED.get(status or 0, f"the models endpoint could not be asked ({_named(error)})")
            return Ability(model, wrong=words.format(model=model))
        can = info.capabilities
        if can is None:
            return Ability(model, getattr(info, "lifecycle", None))
        return Ability(
            model, info.lifecycle, can.structured_outputs.supported, can.citations.supported, can.batch.supported
        )


# --- shapes and replies ----------------------------------------------------------------------------------------------


def transform(shape: type[BaseModel]) -> dict[str, Any]:
    """The schema of a shape as the API takes it."""
    made: dict[str, Any] = _sdk().transform_schema(shape)
    return made


def _sdk() -> ModuleType:
    import anthropic  # noqa: TID251 - this is the file that speaks to Claude

    return anthropic


def _failures() -> tuple[type[BaseException], ...]:
    """All that a call can raise: the SDK's errors, its transport's in the middle of a body, JSON that is none."""
    import httpx2

    return (_sdk().APIError, httpx2.HTTPError, ValueError, TimeoutError)


def _never_sent(error: BaseException) -> bool:
    """Whether the request did not even reach the other side."""
    import httpx2

    return isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)


def _named(error: BaseException) -> str:
    status = getattr(error, "status_code", None)
    return f"status {status}" if status else type(error).__name__
