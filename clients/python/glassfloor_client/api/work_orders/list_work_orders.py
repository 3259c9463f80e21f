from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_work_orders_requester_side import ListWorkOrdersRequesterSide
from ...models.problem import Problem
from ...models.work_order_page import WorkOrderPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    type_: str | Unset = UNSET,
    number: str | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["status"] = status

    params["priority"] = priority

    params["severity"] = severity

    params["type"] = type_

    params["number"] = number

    params["title"] = title

    params["status_reason"] = status_reason

    params["pending_on"] = pending_on

    params["connection"] = connection

    json_requester_side: str | Unset = UNSET
    if not isinstance(requester_side, Unset):
        json_requester_side = requester_side.value

    params["requester_side"] = json_requester_side

    json_interaction_id: str | Unset = UNSET
    if not isinstance(interaction_id, Unset):
        json_interaction_id = str(interaction_id)
    params["interaction_id"] = json_interaction_id

    params["limit"] = limit

    params["after"] = after

    params["before"] = before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/work-orders",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WorkOrderPage | None:
    if response.status_code == 200:
        response_200 = WorkOrderPage.from_dict(response.json())

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
) -> Response[Problem | WorkOrderPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    status: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    type_: str | Unset = UNSET,
    number: str | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Response[Problem | WorkOrderPage]:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        status (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        type_ (str | Unset):
        number (str | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        pending_on (str | Unset):
        connection (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        interaction_id (UUID | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkOrderPage]
    """
    kwargs = _get_kwargs(
        status=status,
        priority=priority,
        severity=severity,
        type_=type_,
        number=number,
        title=title,
        status_reason=status_reason,
        pending_on=pending_on,
        connection=connection,
        requester_side=requester_side,
        interaction_id=interaction_id,
        limit=limit,
        after=after,
        before=before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    status: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    type_: str | Unset = UNSET,
    number: str | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Problem | WorkOrderPage | None:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        status (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        type_ (str | Unset):
        number (str | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        pending_on (str | Unset):
        connection (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        interaction_id (UUID | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkOrderPage
    """
    return sync_detailed(
        client=client,
        status=status,
        priority=priority,
        severity=severity,
        type_=type_,
        number=number,
        title=title,
        status_reason=status_reason,
        pending_on=pending_on,
        connection=connection,
        requester_side=requester_side,
        interaction_id=interaction_id,
        limit=limit,
        after=after,
        before=before,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    status: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    type_: str | Unset = UNSET,
    number: str | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Response[Problem | WorkOrderPage]:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        status (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        type_ (str | Unset):
        number (str | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        pending_on (str | Unset):
        connection (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        interaction_id (UUID | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkOrderPage]
    """
    kwargs = _get_kwargs(
        status=status,
        priority=priority,
        severity=severity,
        type_=type_,
        number=number,
        title=title,
        status_reason=status_reason,
        pending_on=pending_on,
        connection=connection,
        requester_side=requester_side,
        interaction_id=interaction_id,
        limit=limit,
        after=after,
        before=before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    status: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    type_: str | Unset = UNSET,
    number: str | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Problem | WorkOrderPage | None:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        status (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        type_ (str | Unset):
        number (str | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        pending_on (str | Unset):
        connection (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        interaction_id (UUID | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkOrderPage
    """
    return (
        await asyncio_detailed(
            client=client,
            status=status,
            priority=priority,
            severity=severity,
            type_=type_,
            number=number,
            title=title,
            status_reason=status_reason,
            pending_on=pending_on,
            connection=connection,
            requester_side=requester_side,
            interaction_id=interaction_id,
            limit=limit,
            after=after,
            before=before,
        )
    ).parsed
