"""Call Claude's API: a request goes out, an outcome comes back; no exception of the SDK leaves this module.

    request | reserve its worst cost | send, within `patience` | retry if that may help | record its cost → outcome

The SDK is imported at the first request. Its own retries are off: waiting is done with our Clock.
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

from bot.analysts.claude.budget import Budget, CallsBlocked, Usage, worst_case
from bot.analysts.claude.failures import (
    REFUSED,
    REJECTED,
    SPENDING_LIMITS,
    TEMPORARY,
    described,
    never_sent,
    said,
)
from bot.analysts.claude.lanes import Lanes
from bot.analysts.claude.parameters import AcceptedParameters
from bot.model.ports import Clock
from bot.model.run import Call
from bot.model.settings import Settings

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic  # noqa: TID251 - this is the file that speaks to Claude
from bot.analysts.claude.replies import GrowingReply, grow, outcome_at_stop, outcome_of, usage_of
from bot.analysts.claude.requests import ModelInfo, Outcome, Replied, Request, Unavailable, Unusable

log = logging.getLogger(__name__)

TRIES = 3
SLOW_TRIES = 2  # where no reply came within the patience: a model that is slow is as slow the third time
LONGEST_WAIT = 60.0  # seconds; a longer Retry-After is honoured by making no call at all until then
PAUSE = 300.0  # seconds without any call after all tries of one have failed


@dataclass(frozen=True, slots=True)
class _Retry:
    """A failure that may pass."""

    why: str
    wait: float | None = None  # Retry-After in seconds; None: there is none
    tries: int = TRIES  # after so many in all it is given up


@dataclass(frozen=True, slots=True)
class _Otherwise:
    """A rejection for the request's form, which is to be sent at once in another form."""

    why: str


class ClaudeClient:
    """Single, streamed and batched requests; at most `lanes` of the settings at a time.

    `timeout`: seconds for one complete reply; None: the `patience` of the settings.
    """

    def __init__(self, settings: Settings, budget: Budget, clock: Clock, *, timeout: float | None = None) -> None:
        self._settings = settings
        self._budget = budget
        self._clock = clock
        self._timeout = settings.analyst.patience if timeout is None else timeout
        self._lanes = Lanes(settings.analyst.lanes)
        self._client: AsyncAnthropic | None = None
        self._paused_until: datetime | None = None
        self._accepted = AcceptedParameters()

    async def close(self) -> None:
        """Close the connections, if any are open."""
        if self._client is not None:
            await self._client.close()

    # --- one request

    async def send(self, request: Request) -> Outcome:
        """Send a request and return its reply, or why there is none."""
        async with self._lanes.lane(request.step):
            return await self._with_retries(request)

    async def _with_retries(self, request: Request) -> Outcome:
        """Retry failures that may pass; if all tries fail, make no call for a while."""
        if paused := self._paused():
            return paused
        failed = _Retry("")
        for tried in range(TRIES):
            got = await self._try(request)
            if not isinstance(got, _Retry):
                return got
            failed = got
            wait = 2.0**tried if got.wait is None else got.wait
            if wait > LONGEST_WAIT or tried + 1 >= got.tries:
                break
            await self._clock.sleep(wait)
        return await self._give_up(failed)

    def _paused(self) -> Unavailable | None:
        """The outcome of all requests during a pause; None: there is no pause."""
        if self._paused_until is None or self._clock.now() >= self._paused_until:
            return None
        return Unavailable("Claude was not to be had a moment ago.")

    async def _give_up(self, failed: _Retry) -> Unavailable:
        self._paused_until = self._clock.now() + timedelta(seconds=max(PAUSE, failed.wait or 0.0))
        words = f"Claude was not to be had ({failed.why}); what came then was read without a model."
        log.warning(words)
        await self._budget.note_outage(words)
        return Unavailable(words)

    async def _try(self, request: Request) -> Outcome | _Retry:
        try:
            while True:
                async with self._budget.reserve(self._worst(request)):
                    got = await self._post(request)
                if not isinstance(got, _Otherwise):
                    return got
        except CallsBlocked as barred:
            return Unavailable(str(barred))

    async def _post(self, request: Request) -> Outcome | _Retry | _Otherwise:
        try:
            async with asyncio.timeout(self._timeout):
                message = await self._sdk_client().messages.create(**self._accepted.of(request))
            await self._record(request.step, request.model, message.stop_reason or "none", usage_of(message))
            return outcome_of(message)
        except asyncio.CancelledError:
            await self._book_unknown(request)
            raise
        except _failures() as error:
            return await self._failed(error, request)

    async def _book_unknown(self, request: Request, *, batched: bool = False) -> None:
        """Record a call that may have been billed at the most it can cost, so that the budget is never exceeded."""
        await self._record(request.step, request.model, "unknown", self._worst_usage(request), batched=batched)

    def _worst_usage(self, request: Request) -> Usage:
        return worst_case(*request.bytes(), self._accepted.most(request))

    def _worst(self, request: Request, *, batched: bool = False) -> float:
        return self._budget.cost(request.model, self._worst_usage(request), batched=batched)

    async def _record(self, step: str, model: str, outcome: str, usage: Usage, *, batched: bool = False) -> None:
        usd = self._budget.cost(model, usage, batched=batched)
        await self._budget.record(
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

    def _sdk_client(self) -> AsyncAnthropic:
        if self._client is None:
            key = self._settings.anthropic_api_key
            self._client = _sdk().AsyncAnthropic(
                api_key=key.get_secret_value() if key else None,
                base_url=self._settings.anthropic_base_url,
                max_retries=0,
                timeout=self._timeout,
            )
        return self._client

    # --- failures

    async def _failed(self, error: BaseException, request: Request) -> Outcome | _Retry | _Otherwise:
        """The outcome of a request that raised `error`."""
        status: int | None = getattr(error, "status_code", None)
        if status is None or status == 200:
            if not never_sent(error):
                await self._book_unknown(request)
            return _Retry(described(error), tries=SLOW_TRIES if isinstance(error, TimeoutError) else TRIES)
        code = getattr(error, "error_code", None)
        if code in SPENDING_LIMITS or code == "organization_on_hold":
            await self._budget.stop("The spending limit of the account with Anthropic is reached.")
            return Unavailable("The spending limit of the account is reached.")
        if status in REFUSED:
            words = REFUSED[status].format(model=request.model)
            await self._budget.stop(words)
            return Unavailable(words)
        if status in TEMPORARY or status >= 500:
            return self._temporary(error, status)
        if status == 400 and self._may_go_otherwise(error, request):
            return _Otherwise(described(error))
        if status == 400 and request.schema:  # without one: citations, in whose place an endpoint gets sentence numbers
            await self._budget.warn(REJECTED.format(step=request.step, model=request.model, why=said(error)))
        log.warning("Claude refused a request of step %s: %s", request.step, error)
        return Unusable(f"The request was refused ({described(error)}).")

    def _may_go_otherwise(self, error: BaseException, request: Request) -> bool:
        """Whether a request that was rejected for its form is sent in another one from now on."""
        if self._accepted.no_extensions:
            return False
        if self._accepted.learn(request, said(error)):
            return True
        self._accepted.no_extensions = bool(self._settings.anthropic_base_url and request.schema)
        return self._accepted.no_extensions

    def _temporary(self, error: Any, status: int) -> Outcome | _Retry:
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
        """The reply as it grows; the last outcome is complete or says why there is none. No retries: a person waits."""
        if paused := self._paused():
            yield paused
            return
        async with self._lanes.lane(request.step):
            outcome: Outcome | _Otherwise | None = None
            try:
                async with self._budget.reserve(self._worst(request)):
                    async for outcome in self._streamed(request):
                        if not isinstance(outcome, _Otherwise):
                            yield outcome
            except CallsBlocked as barred:
                yield Unavailable(str(barred))
            if isinstance(outcome, _Otherwise):  # it happens once a model, so the reply need not be seen to grow
                got = await self._try(request)
                yield Unavailable(got.why) if isinstance(got, _Retry) else got

    async def _streamed(self, request: Request) -> AsyncIterator[Outcome | _Otherwise]:
        growing, booked = GrowingReply(), False
        try:
            async with asyncio.timeout(self._timeout):
                params = self._accepted.of(request)
                async with await self._sdk_client().messages.create(**params, stream=True) as events:
                    async for event in events:
                        if grow(growing, event):
                            yield Replied(tuple(growing.pieces), whole=False)
            if growing.stop:
                await self._record(request.step, request.model, growing.stop, growing.usage)
                booked = True
            yield outcome_at_stop(growing.stop, tuple(growing.pieces))
        except _failures() as error:
            booked = True
            failed = await self._failed(error, request)
            yield Unavailable(failed.why) if isinstance(failed, _Retry) else failed
        finally:
            if not booked:  # the stream broke off, or the caller stopped listening
                await self._book_unknown(request)

    # --- batches

    async def submit(self, requests: Mapping[str, Request]) -> str | None:
        """Submit the requests, by name, as a batch; returns its id, or None if it could not be made."""
        asked: Any = [{"custom_id": name, "params": self._accepted.of(each)} for name, each in requests.items()]
        try:
            made = await self._sdk_client().messages.batches.create(requests=asked)
        except _failures() as error:
            first = next(iter(requests.values()))
            if getattr(error, "status_code", None):
                await self._failed(error, first)
            elif not never_sent(error):
                for each in requests.values():
                    await self._book_unknown(each, batched=True)
            return None
        return made.id

    async def affordable(self, requests: Sequence[Request]) -> int:
        """How many of the requests, in order, today's budget covers at their worst, at a batch's prices."""
        try:
            room = await self._budget.remaining()
        except CallsBlocked:
            return 0
        for number, request in enumerate(requests):
            room -= self.worst_batch_cost([request])
            if room < 0:
                return number
        return len(requests)

    def worst_batch_cost(self, requests: Sequence[Request]) -> float:
        """The most the requests can cost in a batch, in US dollars."""
        return sum(self._worst(request, batched=True) for request in requests)

    async def ended(self, batch: str) -> bool | None:
        """Whether the batch has ended; None: that could not be found out."""
        try:
            return (await self._sdk_client().messages.batches.retrieve(batch)).processing_status == "ended"
        except _failures():
            return None

    async def results(self, batch: str, step: str, model: str) -> Mapping[str, Outcome]:
        """The outcome of each request of the batch, by name; their costs are recorded under `step` and `model`."""
        found: dict[str, Outcome] = {}
        try:
            async for each in await self._sdk_client().messages.batches.results(batch):
                if each.result.type == "succeeded":
                    message = each.result.message
                    await self._record(step, model, message.stop_reason or "none", usage_of(message), batched=True)
                    found[each.custom_id] = outcome_of(message)
                elif each.result.type == "errored":
                    found[each.custom_id] = Unusable("The batch gave no reply.")
        except _failures() as error:
            log.warning("the results of a batch could not be had: %s", error)
        return found

    async def cancel(self, batch: str) -> None:
        """Cancel the batch; a failure is only logged."""
        try:
            await self._sdk_client().messages.batches.cancel(batch)
        except _failures() as error:
            log.warning("a batch could not be cancelled: %s", error)

    # --- models

    async def model_info(self, model: str) -> ModelInfo:
        """What Anthropic's models endpoint says of the model."""
        try:
            async with asyncio.timeout(self._timeout):
                info = await self._sdk_client().models.retrieve(model)
        except _failures() as error:
            status = getattr(error, "status_code", None)
            words = REFUSED.get(status or 0, f"the models endpoint could not be asked ({described(error)})")
            return ModelInfo(model, wrong=words.format(model=model))
        can = info.capabilities
        if can is None:
            return ModelInfo(model, getattr(info, "lifecycle", None))
        return ModelInfo(
            model, info.lifecycle, can.structured_outputs.supported, can.citations.supported, can.batch.supported
        )


# --- the SDK ---------------------------------------------------------------------------------------------------------


def transform(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a pydantic model, in the form the API takes."""
    made: dict[str, Any] = _sdk().transform_schema(shape)
    return made


def _sdk() -> ModuleType:
    import anthropic  # noqa: TID251 - this is the file that speaks to Claude

    return anthropic


def _failures() -> tuple[type[BaseException], ...]:
    """All that a call can raise: the SDK's errors, its HTTP library's, invalid JSON, our time limit.

    The SDK does not validate replies: one of another shape is an AttributeError or a TypeError where it is read.
    """
    import httpx2

    return (_sdk().APIError, httpx2.HTTPError, ValueError, TimeoutError, AttributeError, TypeError)
