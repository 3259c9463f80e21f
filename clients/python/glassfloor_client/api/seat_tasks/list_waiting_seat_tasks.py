from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.waiting_seat_tasks import WaitingSeatTasks
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    agent_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
    after: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_agent_id: str | Unset | None
    if isinstance(agent_id, Unset):
        json_agent_id = UNSET
    elif isinstance(agent_id, UUID):
        json_agent_id = str(agent_id)
    else:
        json_agent_id = agent_id
    params["agent_id"] = json_agent_id

    params["limit"] = limit

    json_after: str | Unset | None
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/seat-tasks",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WaitingSeatTasks | None:
    if response.status_code == 200:
        response_200 = WaitingSeatTasks.from_dict(response.json())

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
) -> Response[Problem | WaitingSeatTasks]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    agent_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
    after: None | str | Unset = UNSET,
) -> Response[Problem | WaitingSeatTasks]:
    """List the seat tasks that wait

     List the seat tasks that are open or accepted, of one agent or of all, what is due first in front.

    `after`: the `next` of the page before.

    Permission: `work_order.read`.

    Args:
        agent_id (None | Unset | UUID):
        limit (int | Unset):  Default: 50.
        after (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WaitingSeatTasks]
    """
    kwargs = _get_kwargs(
        agent_id=agent_id,
        limit=limit,
        after=after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    agent_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
    after: None | str | Unset = UNSET,
) -> Problem | WaitingSeatTasks | None:
    """List the seat tasks that wait

     List the seat tasks that are open or accepted, of one agent or of all, what is due first in front.

    `after`: the `next` of the page before.

    Permission: `work_order.read`.

    Args:
        agent_id (None | Unset | UUID):
        limit (int | Unset):  Default: 50.
        after (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WaitingSeatTasks
    """
    return sync_detailed(
        client=client,
        agent_id=agent_id,
        limit=limit,
        after=after,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    agent_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
    after: None | str | Unset = UNSET,
) -> Response[Problem | WaitingSeatTasks]:
    """List the seat tasks that wait

     List the seat tasks that are open or accepted, of one agent or of all, what is due first in front.

    `after`: the `next` of the page before.

    Permission: `work_order.read`.

    Args:
        agent_id (None | Unset | UUID):
        limit (int | Unset):  Default: 50.
        after (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WaitingSeatTasks]
    """
    kwargs = _get_kwargs(
        agent_id=agent_id,
        limit=limit,
        after=after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    agent_id: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
    after: None | str | Unset = UNSET,
) -> Problem | WaitingSeatTasks | None:
    """List the seat tasks that wait

     List the seat tasks that are open or accepted, of one agent or of all, what is due first in front.

    `after`: the `next` of the page before.

    Permission: `work_order.read`.

    Args:
        agent_id (None | Unset | UUID):
        limit (int | Unset):  Default: 50.
        after (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WaitingSeatTasks
    """
    return (
        await asyncio_detailed(
            client=client,
            agent_id=agent_id,
            limit=limit,
            after=after,
        )
    ).parsed
