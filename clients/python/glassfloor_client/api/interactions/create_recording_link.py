from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.link_made import LinkMade
from ...models.new_recording_link import NewRecordingLink
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    interaction_id: UUID,
    *,
    body: NewRecordingLink,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/interactions/{interaction_id}/links".format(interaction_id=quote(str(interaction_id), safe="")),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> LinkMade | Problem | None:
    if response.status_code == 201:
        response_201 = LinkMade.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[LinkMade | Problem]:
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
    body: NewRecordingLink,
) -> Response[LinkMade | Problem]:
    """Share a recording by a link

     Make a link. The answer holds its address and passcode, which nobody can read again; asking twice
    makes two.

    Permission: `recording.share`.

    Args:
        interaction_id (UUID):
        body (NewRecordingLink): What a link shall be to; without ``recording`` to the first one,
            without ``until_ms`` to its end.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LinkMade | Problem]
    """
    kwargs = _get_kwargs(
        interaction_id=interaction_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
    body: NewRecordingLink,
) -> LinkMade | Problem | None:
    """Share a recording by a link

     Make a link. The answer holds its address and passcode, which nobody can read again; asking twice
    makes two.

    Permission: `recording.share`.

    Args:
        interaction_id (UUID):
        body (NewRecordingLink): What a link shall be to; without ``recording`` to the first one,
            without ``until_ms`` to its end.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LinkMade | Problem
    """
    return sync_detailed(
        interaction_id=interaction_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
    body: NewRecordingLink,
) -> Response[LinkMade | Problem]:
    """Share a recording by a link

     Make a link. The answer holds its address and passcode, which nobody can read again; asking twice
    makes two.

    Permission: `recording.share`.

    Args:
        interaction_id (UUID):
        body (NewRecordingLink): What a link shall be to; without ``recording`` to the first one,
            without ``until_ms`` to its end.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LinkMade | Problem]
    """
    kwargs = _get_kwargs(
        interaction_id=interaction_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    interaction_id: UUID,
    *,
    client: AuthenticatedClient,
    body: NewRecordingLink,
) -> LinkMade | Problem | None:
    """Share a recording by a link

     Make a link. The answer holds its address and passcode, which nobody can read again; asking twice
    makes two.

    Permission: `recording.share`.

    Args:
        interaction_id (UUID):
        body (NewRecordingLink): What a link shall be to; without ``recording`` to the first one,
            without ``until_ms`` to its end.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LinkMade | Problem
    """
    return (
        await asyncio_detailed(
            interaction_id=interaction_id,
            client=client,
            body=body,
        )
    ).parsed
