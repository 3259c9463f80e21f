from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_endpoint import NewEndpoint
from ...models.new_endpoint_made import NewEndpointMade
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: NewEndpoint,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/endpoints",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> NewEndpointMade | Problem | None:
    if response.status_code == 201:
        response_201 = NewEndpointMade.from_dict(response.json())

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
) -> Response[NewEndpointMade | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> Response[NewEndpointMade | Problem]:
    """Add an address

     Add an address; its secret is shown here, once. Nothing goes there until it is verified.

    With `"signature": "v1a"` a key signs that only we have: `public_key` verifies it, and there is no
    secret.

    Permission: `endpoint.manage`.

    Args:
        body (NewEndpoint): An address of the client that events go to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewEndpointMade | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> NewEndpointMade | Problem | None:
    """Add an address

     Add an address; its secret is shown here, once. Nothing goes there until it is verified.

    With `"signature": "v1a"` a key signs that only we have: `public_key` verifies it, and there is no
    secret.

    Permission: `endpoint.manage`.

    Args:
        body (NewEndpoint): An address of the client that events go to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewEndpointMade | Problem
    """
    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> Response[NewEndpointMade | Problem]:
    """Add an address

     Add an address; its secret is shown here, once. Nothing goes there until it is verified.

    With `"signature": "v1a"` a key signs that only we have: `public_key` verifies it, and there is no
    secret.

    Permission: `endpoint.manage`.

    Args:
        body (NewEndpoint): An address of the client that events go to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewEndpointMade | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewEndpoint,
) -> NewEndpointMade | Problem | None:
    """Add an address

     Add an address; its secret is shown here, once. Nothing goes there until it is verified.

    With `"signature": "v1a"` a key signs that only we have: `public_key` verifies it, and there is no
    secret.

    Permission: `endpoint.manage`.

    Args:
        body (NewEndpoint): An address of the client that events go to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewEndpointMade | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
