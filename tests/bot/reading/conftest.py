"""What the tests of reading share: a server whose feeds and pages they script."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.servers.feeds import FeedServer, feed_server


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as opened:
        yield opened
