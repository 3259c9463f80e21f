from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.work_order import WorkOrder
from ...types import UNSET, Response, Unset


def _get_kwargs(
    work_order_id: UUID,
    *,
    fields: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/work-orders/{work_order_id}".format(work_order_id=quote(str(work_order_id), safe="")),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | WorkOrder | None:
    if response.status_code == 200:
        response_200 = WorkOrder.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | WorkOrder]:
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
    fields: str | Unset = UNSET,
) -> Response[Problem | WorkOrder]:
    """Read a work order

     Return one work order with its ETag; `fields` says which fields, with the id in any case.

    `sla`: what both sides owe, as it stands now.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        fields (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkOrder]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        fields=fields,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
) -> Problem | WorkOrder | None:
    """Read a work order

     Return one work order with its ETag; `fields` says which fields, with the id in any case.

    `sla`: what both sides owe, as it stands now.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        fields (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkOrder
    """
    return sync_detailed(
        work_order_id=work_order_id,
        client=client,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
) -> Response[Problem | WorkOrder]:
    """Read a work order

     Return one work order with its ETag; `fields` says which fields, with the id in any case.

    `sla`: what both sides owe, as it stands now.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        fields (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkOrder]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        fields=fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
) -> Problem | WorkOrder | None:
    """Read a work order

     Return one work order with its ETag; `fields` says which fields, with the id in any case.

    `sla`: what both sides owe, as it stands now.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        fields (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkOrder
    """
    return (
        await asyncio_detailed(
            work_order_id=work_order_id,
            client=client,
            fields=fields,
        )
    ).parsed
