from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.seats_document import SeatsDocument
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    state: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    seat: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["state"] = state

    params["queue"] = queue

    params["seat"] = seat

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/live/seats",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Problem | SeatsDocument | None:
    if response.status_code == 200:
        response_200 = SeatsDocument.from_dict(response.json())

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
) -> Response[Any | Problem | SeatsDocument]:
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
    queue: str | Unset = UNSET,
    seat: str | Unset = UNSET,
) -> Response[Any | Problem | SeatsDocument]:
    """Read the seats

     Return every rented seat; `state` (its `truth`), `queue` (code) and `seat` pick some.

    A seat is in the queue of the interaction that it works on.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        queue (str | Unset):
        seat (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | SeatsDocument]
    """
    kwargs = _get_kwargs(
        state=state,
        queue=queue,
        seat=seat,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    seat: str | Unset = UNSET,
) -> Any | Problem | SeatsDocument | None:
    """Read the seats

     Return every rented seat; `state` (its `truth`), `queue` (code) and `seat` pick some.

    A seat is in the queue of the interaction that it works on.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        queue (str | Unset):
        seat (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | SeatsDocument
    """
    return sync_detailed(
        client=client,
        state=state,
        queue=queue,
        seat=seat,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    seat: str | Unset = UNSET,
) -> Response[Any | Problem | SeatsDocument]:
    """Read the seats

     Return every rented seat; `state` (its `truth`), `queue` (code) and `seat` pick some.

    A seat is in the queue of the interaction that it works on.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        queue (str | Unset):
        seat (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | SeatsDocument]
    """
    kwargs = _get_kwargs(
        state=state,
        queue=queue,
        seat=seat,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    state: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    seat: str | Unset = UNSET,
) -> Any | Problem | SeatsDocument | None:
    """Read the seats

     Return every rented seat; `state` (its `truth`), `queue` (code) and `seat` pick some.

    A seat is in the queue of the interaction that it works on.

    Permission: `live.read`.

    Args:
        state (str | Unset):
        queue (str | Unset):
        seat (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | SeatsDocument
    """
    return (
        await asyncio_detailed(
            client=client,
            state=state,
            queue=queue,
            seat=seat,
        )
    ).parsed
