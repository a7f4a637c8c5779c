"""How long a recorded “why?” takes from its event to the platform's call, in a large archive on disk."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bot import evidence
from bot.analysts.extractive import Extractive
from bot.delivery import Courier
from bot.inbox import InboxService
from bot.messages import Delivery, Message
from bot.settings import load
from bot.types import Asker, Batch, ChannelSettings, Event, Pick, SendOutcome, Sent, Signal, SignalState
from storage.schema import articles
from storage.store import SqlStore, open_store
from tests import make
from tests.clock import MORNING, FakeClock

SIGNALS = 100_000
ARTICLES = 1_000_000
SMALL = 1_000
BATCH = 500
ASKED = 200
WHOLE = " ".join([make.TEXT] * 4)
