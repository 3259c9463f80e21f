from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.marks import Marks
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    since: str,
    until: str,
    kinds: str | Unset = "all",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["since"] = since

    params["until"] = until

    params["kinds"] = kinds

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/live/past/events",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Marks | Problem | None:
    if response.status_code == 200:
        response_200 = Marks.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 410:
        response_410 = Problem.from_dict(response.json())

        return response_410

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Marks | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    since: str,
    until: str,
    kinds: str | Unset = "all",
) -> Response[Marks | Problem]:
    """List what happened in a time

     Return what happened from `since` on and before `until`, in order; `more`: there is more than one
    answer.

    `kinds`: all, breach, abandonment, alarm, or one kind's name. At most 31 days at once.

    Permission: `live.read`.

    Args:
        since (str):
        until (str):
        kinds (str | Unset):  Default: 'all'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Marks | Problem]
    """
    kwargs = _get_kwargs(
        since=since,
        until=until,
        kinds=kinds,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    since: str,
    until: str,
    kinds: str | Unset = "all",
) -> Marks | Problem | None:
    """List what happened in a time

     Return what happened from `since` on and before `until`, in order; `more`: there is more than one
    answer.

    `kinds`: all, breach, abandonment, alarm, or one kind's name. At most 31 days at once.

    Permission: `live.read`.

    Args:
        since (str):
        until (str):
        kinds (str | Unset):  Default: 'all'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Marks | Problem
    """
    return sync_detailed(
        client=client,
        since=since,
        until=until,
        kinds=kinds,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    since: str,
    until: str,
    kinds: str | Unset = "all",
) -> Response[Marks | Problem]:
    """List what happened in a time

     Return what happened from `since` on and before `until`, in order; `more`: there is more than one
    answer.

    `kinds`: all, breach, abandonment, alarm, or one kind's name. At most 31 days at once.

    Permission: `live.read`.

    Args:
        since (str):
        until (str):
        kinds (str | Unset):  Default: 'all'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Marks | Problem]
    """
    kwargs = _get_kwargs(
        since=since,
        until=until,
        kinds=kinds,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    since: str,
    until: str,
    kinds: str | Unset = "all",
) -> Marks | Problem | None:
    """List what happened in a time

     Return what happened from `since` on and before `until`, in order; `more`: there is more than one
    answer.

    `kinds`: all, breach, abandonment, alarm, or one kind's name. At most 31 days at once.

    Permission: `live.read`.

    Args:
        since (str):
        until (str):
        kinds (str | Unset):  Default: 'all'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Marks | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            since=since,
            until=until,
            kinds=kinds,
        )
    ).parsed
