from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.seat_task import SeatTask
from ...types import Response


def _get_kwargs(
    work_order_id: UUID,
    seat_task_id: UUID,
    *,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/accept".format(
            work_order_id=quote(str(work_order_id), safe=""), seat_task_id=quote(str(seat_task_id), safe="")
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SeatTask | None:
    if response.status_code == 200:
        response_200 = SeatTask.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | SeatTask]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    work_order_id: UUID,
    seat_task_id: UUID,
    *,
    client: AuthenticatedClient,
    idempotency_key: str,
) -> Response[Problem | SeatTask]:
    """Take a seat task in hand (seats only)

     Take a seat task in hand, as its agent or a supervisor. There is no body.

    Permission: `work_order.change`.

    Args:
        work_order_id (UUID):
        seat_task_id (UUID):
        idempotency_key (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SeatTask]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        seat_task_id=seat_task_id,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    work_order_id: UUID,
    seat_task_id: UUID,
    *,
    client: AuthenticatedClient,
    idempotency_key: str,
) -> Problem | SeatTask | None:
    """Take a seat task in hand (seats only)

     Take a seat task in hand, as its agent or a supervisor. There is no body.

    Permission: `work_order.change`.

    Args:
        work_order_id (UUID):
        seat_task_id (UUID):
        idempotency_key (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SeatTask
    """
    return sync_detailed(
        work_order_id=work_order_id,
        seat_task_id=seat_task_id,
        client=client,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    work_order_id: UUID,
    seat_task_id: UUID,
    *,
    client: AuthenticatedClient,
    idempotency_key: str,
) -> Response[Problem | SeatTask]:
    """Take a seat task in hand (seats only)

     Take a seat task in hand, as its agent or a supervisor. There is no body.

    Permission: `work_order.change`.

    Args:
        work_order_id (UUID):
        seat_task_id (UUID):
        idempotency_key (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SeatTask]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        seat_task_id=seat_task_id,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    work_order_id: UUID,
    seat_task_id: UUID,
    *,
    client: AuthenticatedClient,
    idempotency_key: str,
) -> Problem | SeatTask | None:
    """Take a seat task in hand (seats only)

     Take a seat task in hand, as its agent or a supervisor. There is no body.

    Permission: `work_order.change`.

    Args:
        work_order_id (UUID):
        seat_task_id (UUID):
        idempotency_key (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SeatTask
    """
    return (
        await asyncio_detailed(
            work_order_id=work_order_id,
            seat_task_id=seat_task_id,
            client=client,
            idempotency_key=idempotency_key,
        )
    ).parsed
