from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.door_body import DoorBody
from ...models.new_address import NewAddress
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    connection: str,
    *,
    body: DoorBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/connections/{connection}/address".format(connection=quote(str(connection), safe="")),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> NewAddress | Problem | None:
    if response.status_code == 201:
        response_201 = NewAddress.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
) -> Response[NewAddress | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    connection: str,
    *,
    client: AuthenticatedClient,
    body: DoorBody,
) -> Response[NewAddress | Problem]:
    """Make the address for messages

     Make the address that the system sends to, and its secret: both are told this once. An older one is
    over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DoorBody): How messages come in: signed as the system signs, or without (then from
            some networks or certificates only).

            ``certificates``: of TLS clients, as PEM or SHA-256 fingerprints; where networks are named
            too, both must fit.
            Unsigned ones, and those of systems that are called by their own API, are hints: the
            system is asked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewAddress | Problem]
    """
    kwargs = _get_kwargs(
        connection=connection,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    connection: str,
    *,
    client: AuthenticatedClient,
    body: DoorBody,
) -> NewAddress | Problem | None:
    """Make the address for messages

     Make the address that the system sends to, and its secret: both are told this once. An older one is
    over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DoorBody): How messages come in: signed as the system signs, or without (then from
            some networks or certificates only).

            ``certificates``: of TLS clients, as PEM or SHA-256 fingerprints; where networks are named
            too, both must fit.
            Unsigned ones, and those of systems that are called by their own API, are hints: the
            system is asked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewAddress | Problem
    """
    return sync_detailed(
        connection=connection,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    connection: str,
    *,
    client: AuthenticatedClient,
    body: DoorBody,
) -> Response[NewAddress | Problem]:
    """Make the address for messages

     Make the address that the system sends to, and its secret: both are told this once. An older one is
    over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DoorBody): How messages come in: signed as the system signs, or without (then from
            some networks or certificates only).

            ``certificates``: of TLS clients, as PEM or SHA-256 fingerprints; where networks are named
            too, both must fit.
            Unsigned ones, and those of systems that are called by their own API, are hints: the
            system is asked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewAddress | Problem]
    """
    kwargs = _get_kwargs(
        connection=connection,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    connection: str,
    *,
    client: AuthenticatedClient,
    body: DoorBody,
) -> NewAddress | Problem | None:
    """Make the address for messages

     Make the address that the system sends to, and its secret: both are told this once. An older one is
    over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DoorBody): How messages come in: signed as the system signs, or without (then from
            some networks or certificates only).

            ``certificates``: of TLS clients, as PEM or SHA-256 fingerprints; where networks are named
            too, both must fit.
            Unsigned ones, and those of systems that are called by their own API, are hints: the
            system is asked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewAddress | Problem
    """
    return (
        await asyncio_detailed(
            connection=connection,
            client=client,
            body=body,
        )
    ).parsed
