from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.drop_body import DropBody
from ...models.files_settings import FilesSettings
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    connection: str,
    *,
    body: DropBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/connections/{connection}/files".format(connection=quote(str(connection), safe="")),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FilesSettings | Problem | None:
    if response.status_code == 200:
        response_200 = FilesSettings.from_dict(response.json())

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
) -> Response[FilesSettings | Problem]:
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
    body: DropBody,
) -> Response[FilesSettings | Problem]:
    """Let the connection go by files

     Let the connection go by files; its address for messages and calls of its API are over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DropBody): How a connection goes by files: a folder of the client's SFTP server for
            each way.

            ``secret``: a password, or a private key in OpenSSH's or PEM's form; none keeps the one
            that is there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FilesSettings | Problem]
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
    body: DropBody,
) -> FilesSettings | Problem | None:
    """Let the connection go by files

     Let the connection go by files; its address for messages and calls of its API are over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DropBody): How a connection goes by files: a folder of the client's SFTP server for
            each way.

            ``secret``: a password, or a private key in OpenSSH's or PEM's form; none keeps the one
            that is there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FilesSettings | Problem
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
    body: DropBody,
) -> Response[FilesSettings | Problem]:
    """Let the connection go by files

     Let the connection go by files; its address for messages and calls of its API are over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DropBody): How a connection goes by files: a folder of the client's SFTP server for
            each way.

            ``secret``: a password, or a private key in OpenSSH's or PEM's form; none keeps the one
            that is there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FilesSettings | Problem]
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
    body: DropBody,
) -> FilesSettings | Problem | None:
    """Let the connection go by files

     Let the connection go by files; its address for messages and calls of its API are over.

    Permission: `integration.manage`.

    Args:
        connection (str):
        body (DropBody): How a connection goes by files: a folder of the client's SFTP server for
            each way.

            ``secret``: a password, or a private key in OpenSSH's or PEM's form; none keeps the one
            that is there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FilesSettings | Problem
    """
    return (
        await asyncio_detailed(
            connection=connection,
            client=client,
            body=body,
        )
    ).parsed
