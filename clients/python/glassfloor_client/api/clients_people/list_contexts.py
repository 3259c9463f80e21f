from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.tellings import Tellings
from ...types import Response


def _get_kwargs(
    interaction_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/interactions/{interaction_id}/contexts".format(interaction_id=quote(str(interaction_id), safe="")),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Tellings | None:
    if response.status_code == 200:
        response_200 = Tellings.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Tellings]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | Tellings]:
    """List whom of your people was told of a call

     List whom of the client's people was told of a call, how, and whether it arrived before the answer.

    Permission: `interaction.read`.

    Args:
        interaction_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Tellings]
    """
    kwargs = _get_kwargs(
        interaction_id=interaction_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Problem | Tellings | None:
    """List whom of your people was told of a call

     List whom of the client's people was told of a call, how, and whether it arrived before the answer.

    Permission: `interaction.read`.

    Args:
        interaction_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Tellings
    """
    return sync_detailed(
        interaction_id=interaction_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[Problem | Tellings]:
    """List whom of your people was told of a call

     List whom of the client's people was told of a call, how, and whether it arrived before the answer.

    Permission: `interaction.read`.

    Args:
        interaction_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Tellings]
    """
    kwargs = _get_kwargs(
        interaction_id=interaction_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Problem | Tellings | None:
    """List whom of your people was told of a call

     List whom of the client's people was told of a call, how, and whether it arrived before the answer.

    Permission: `interaction.read`.

    Args:
        interaction_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Tellings
    """
    return (
        await asyncio_detailed(
            interaction_id=interaction_id,
            client=client,
        )
    ).parsed
