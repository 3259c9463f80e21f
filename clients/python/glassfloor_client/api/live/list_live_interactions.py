from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.calls_document import CallsDocument
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    state: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    queue: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["state"] = state

    params["outcome"] = outcome

    params["queue"] = queue

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/live/interactions",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | CallsDocument | Problem | None:
    if response.status_code == 200:
        response_200 = CallsDocument.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast("Any", None)
        return response_304

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 423:
        response_423 = Problem.from_dict(response.json())

        return response_423

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | CallsDocument | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    queue: str | Unset = UNSET,
) -> Response[Any | CallsDocument | Problem]:
    """Read open conversations and the last fifty

     Return open interactions and the last fifty that ended; `state`, `outcome`, `queue` (code) pick
    some.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        outcome (str | Unset):
        queue (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CallsDocument | Problem]
    """
    kwargs = _get_kwargs(
        state=state,
        outcome=outcome,
        queue=queue,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    queue: str | Unset = UNSET,
) -> Any | CallsDocument | Problem | None:
    """Read open conversations and the last fifty

     Return open interactions and the last fifty that ended; `state`, `outcome`, `queue` (code) pick
    some.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        outcome (str | Unset):
        queue (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CallsDocument | Problem
    """
    return sync_detailed(
        client=client,
        state=state,
        outcome=outcome,
        queue=queue,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    queue: str | Unset = UNSET,
) -> Response[Any | CallsDocument | Problem]:
    """Read open conversations and the last fifty

     Return open interactions and the last fifty that ended; `state`, `outcome`, `queue` (code) pick
    some.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        outcome (str | Unset):
        queue (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CallsDocument | Problem]
    """
    kwargs = _get_kwargs(
        state=state,
        outcome=outcome,
        queue=queue,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    queue: str | Unset = UNSET,
) -> Any | CallsDocument | Problem | None:
    """Read open conversations and the last fifty

     Return open interactions and the last fifty that ended; `state`, `outcome`, `queue` (code) pick
    some.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        outcome (str | Unset):
        queue (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CallsDocument | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            state=state,
            outcome=outcome,
            queue=queue,
        )
    ).parsed
