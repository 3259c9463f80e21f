from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_live_schema_response_200 import GetLiveSchemaResponse200
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    schema_name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/live/schemas/{schema_name}".format(schema_name=quote(str(schema_name), safe="")),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> GetLiveSchemaResponse200 | Problem | None:
    if response.status_code == 200:
        response_200 = GetLiveSchemaResponse200.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[GetLiveSchemaResponse200 | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    schema_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[GetLiveSchemaResponse200 | Problem]:
    """Read a published schema

     Return a JSON Schema (draft 2020-12) of what is read here.

    Args:
        schema_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GetLiveSchemaResponse200 | Problem]
    """
    kwargs = _get_kwargs(
        schema_name=schema_name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    schema_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> GetLiveSchemaResponse200 | Problem | None:
    """Read a published schema

     Return a JSON Schema (draft 2020-12) of what is read here.

    Args:
        schema_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GetLiveSchemaResponse200 | Problem
    """
    return sync_detailed(
        schema_name=schema_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    schema_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[GetLiveSchemaResponse200 | Problem]:
    """Read a published schema

     Return a JSON Schema (draft 2020-12) of what is read here.

    Args:
        schema_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GetLiveSchemaResponse200 | Problem]
    """
    kwargs = _get_kwargs(
        schema_name=schema_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    schema_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> GetLiveSchemaResponse200 | Problem | None:
    """Read a published schema

     Return a JSON Schema (draft 2020-12) of what is read here.

    Args:
        schema_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GetLiveSchemaResponse200 | Problem
    """
    return (
        await asyncio_detailed(
            schema_name=schema_name,
            client=client,
        )
    ).parsed
