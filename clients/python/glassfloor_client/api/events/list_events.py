from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.feed import Feed
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    after: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    type_: None | str | Unset = UNSET,
    connection: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    wait: int | Unset = 0,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_after: str | Unset | None
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    json_work_order: str | Unset | None
    if isinstance(work_order, Unset):
        json_work_order = UNSET
    elif isinstance(work_order, UUID):
        json_work_order = str(work_order)
    else:
        json_work_order = work_order
    params["work_order"] = json_work_order

    json_type_: str | Unset | None
    if isinstance(type_, Unset):
        json_type_ = UNSET
    else:
        json_type_ = type_
    params["type"] = json_type_

    json_connection: str | Unset | None
    if isinstance(connection, Unset):
        json_connection = UNSET
    else:
        json_connection = connection
    params["connection"] = json_connection

    params["limit"] = limit

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/events",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Feed | Problem | None:
    if response.status_code == 200:
        response_200 = Feed.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Feed | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    type_: None | str | Unset = UNSET,
    connection: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    wait: int | Unset = 0,
) -> Response[Feed | Problem]:
    """Read what happened

     Read what happened, oldest first, from a cursor on; the events that your own key caused are among
    it.

    Keep `next`, also that of an empty page, and go on from it. `wait`: so many seconds an empty answer
    may take.

    Permission: `event.read`.

    Args:
        after (None | str | Unset):
        work_order (None | Unset | UUID):
        type_ (None | str | Unset):
        connection (None | str | Unset):
        limit (int | Unset):  Default: 50.
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Feed | Problem]
    """
    kwargs = _get_kwargs(
        after=after,
        work_order=work_order,
        type_=type_,
        connection=connection,
        limit=limit,
        wait=wait,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    type_: None | str | Unset = UNSET,
    connection: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    wait: int | Unset = 0,
) -> Feed | Problem | None:
    """Read what happened

     Read what happened, oldest first, from a cursor on; the events that your own key caused are among
    it.

    Keep `next`, also that of an empty page, and go on from it. `wait`: so many seconds an empty answer
    may take.

    Permission: `event.read`.

    Args:
        after (None | str | Unset):
        work_order (None | Unset | UUID):
        type_ (None | str | Unset):
        connection (None | str | Unset):
        limit (int | Unset):  Default: 50.
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Feed | Problem
    """
    return sync_detailed(
        client=client,
        after=after,
        work_order=work_order,
        type_=type_,
        connection=connection,
        limit=limit,
        wait=wait,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    type_: None | str | Unset = UNSET,
    connection: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    wait: int | Unset = 0,
) -> Response[Feed | Problem]:
    """Read what happened

     Read what happened, oldest first, from a cursor on; the events that your own key caused are among
    it.

    Keep `next`, also that of an empty page, and go on from it. `wait`: so many seconds an empty answer
    may take.

    Permission: `event.read`.

    Args:
        after (None | str | Unset):
        work_order (None | Unset | UUID):
        type_ (None | str | Unset):
        connection (None | str | Unset):
        limit (int | Unset):  Default: 50.
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Feed | Problem]
    """
    kwargs = _get_kwargs(
        after=after,
        work_order=work_order,
        type_=type_,
        connection=connection,
        limit=limit,
        wait=wait,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    type_: None | str | Unset = UNSET,
    connection: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    wait: int | Unset = 0,
) -> Feed | Problem | None:
    """Read what happened

     Read what happened, oldest first, from a cursor on; the events that your own key caused are among
    it.

    Keep `next`, also that of an empty page, and go on from it. `wait`: so many seconds an empty answer
    may take.

    Permission: `event.read`.

    Args:
        after (None | str | Unset):
        work_order (None | Unset | UUID):
        type_ (None | str | Unset):
        connection (None | str | Unset):
        limit (int | Unset):  Default: 50.
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Feed | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            after=after,
            work_order=work_order,
            type_=type_,
            connection=connection,
            limit=limit,
            wait=wait,
        )
    ).parsed
