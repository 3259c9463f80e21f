from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.clocks import Clocks
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    work_order_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/work-orders/{work_order_id}/sla".format(work_order_id=quote(str(work_order_id), safe="")),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Clocks | Problem | None:
    if response.status_code == 200:
        response_200 = Clocks.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Clocks | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Clocks | Problem]:
    """Read what both sides owe, and by when

     Return what both sides owe about a work order, by when, how much of it is used, and in which spans
    it ran.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Clocks | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Clocks | Problem | None:
    """Read what both sides owe, and by when

     Return what both sides owe about a work order, by when, how much of it is used, and in which spans
    it ran.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Clocks | Problem
    """
    return sync_detailed(
        work_order_id=work_order_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Clocks | Problem]:
    """Read what both sides owe, and by when

     Return what both sides owe about a work order, by when, how much of it is used, and in which spans
    it ran.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Clocks | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Clocks | Problem | None:
    """Read what both sides owe, and by when

     Return what both sides owe about a work order, by when, how much of it is used, and in which spans
    it ran.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Clocks | Problem
    """
    return (
        await asyncio_detailed(
            work_order_id=work_order_id,
            client=client,
        )
    ).parsed
