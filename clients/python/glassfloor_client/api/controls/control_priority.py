from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.act import Act
from ...models.new_priority import NewPriority
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewPriority,
    idempotency_key: str,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/controls/priorities",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Act | Problem | None:
    if response.status_code == 201:
        response_201 = Act.from_dict(response.json())

        return response_201

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Act | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewPriority,
    idempotency_key: str,
    if_match: str | Unset = UNSET,
) -> Response[Act | Problem]:
    """Move a queue forward or back

     Move a queue for a time, once for each Idempotency-Key.

    Permission: `control.act`.

    Args:
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPriority): Move those who wait in a queue forward, or (below 0) back: seconds of
            waited time, within the agreed bounds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Act | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: NewPriority,
    idempotency_key: str,
    if_match: str | Unset = UNSET,
) -> Act | Problem | None:
    """Move a queue forward or back

     Move a queue for a time, once for each Idempotency-Key.

    Permission: `control.act`.

    Args:
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPriority): Move those who wait in a queue forward, or (below 0) back: seconds of
            waited time, within the agreed bounds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Act | Problem
    """
    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewPriority,
    idempotency_key: str,
    if_match: str | Unset = UNSET,
) -> Response[Act | Problem]:
    """Move a queue forward or back

     Move a queue for a time, once for each Idempotency-Key.

    Permission: `control.act`.

    Args:
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPriority): Move those who wait in a queue forward, or (below 0) back: seconds of
            waited time, within the agreed bounds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Act | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewPriority,
    idempotency_key: str,
    if_match: str | Unset = UNSET,
) -> Act | Problem | None:
    """Move a queue forward or back

     Move a queue for a time, once for each Idempotency-Key.

    Permission: `control.act`.

    Args:
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPriority): Move those who wait in a queue forward, or (below 0) back: seconds of
            waited time, within the agreed bounds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Act | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            if_match=if_match,
        )
    ).parsed
