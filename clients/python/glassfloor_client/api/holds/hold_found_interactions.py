from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.held_now import HeldNow
from ...models.hold_of_found import HoldOfFound
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: HoldOfFound,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/holds/found",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> HeldNow | Problem | None:
    if response.status_code == 200:
        response_200 = HeldNow.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[HeldNow | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: HoldOfFound,
    idempotency_key: str,
) -> Response[HeldNow | Problem]:
    """Hold what a search finds

     Hold everything that a search finds, at most 1000 conversations; say how many were not held before.

    Permission: `recording.hold`.

    Args:
        idempotency_key (str):
        body (HoldOfFound): Which conversations: all of some time, of a contact (a whole number or
            its last four digits), or both.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HeldNow | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: HoldOfFound,
    idempotency_key: str,
) -> HeldNow | Problem | None:
    """Hold what a search finds

     Hold everything that a search finds, at most 1000 conversations; say how many were not held before.

    Permission: `recording.hold`.

    Args:
        idempotency_key (str):
        body (HoldOfFound): Which conversations: all of some time, of a contact (a whole number or
            its last four digits), or both.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HeldNow | Problem
    """
    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: HoldOfFound,
    idempotency_key: str,
) -> Response[HeldNow | Problem]:
    """Hold what a search finds

     Hold everything that a search finds, at most 1000 conversations; say how many were not held before.

    Permission: `recording.hold`.

    Args:
        idempotency_key (str):
        body (HoldOfFound): Which conversations: all of some time, of a contact (a whole number or
            its last four digits), or both.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HeldNow | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: HoldOfFound,
    idempotency_key: str,
) -> HeldNow | Problem | None:
    """Hold what a search finds

     Hold everything that a search finds, at most 1000 conversations; say how many were not held before.

    Permission: `recording.hold`.

    Args:
        idempotency_key (str):
        body (HoldOfFound): Which conversations: all of some time, of a contact (a whole number or
            its last four digits), or both.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HeldNow | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
