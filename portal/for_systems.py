"""What a client's systems ask by HTTP and its people do on pages: calls, held conversations, numbers, sounds."""

from __future__ import annotations

from fastapi import APIRouter

from portal import calls_api, holds_api, nocall_api
from portal.settings import sounds_api

router = APIRouter()
for _each in (calls_api, holds_api, nocall_api, sounds_api):
    router.include_router(_each.router)
