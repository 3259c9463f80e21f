from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.file_attachment import FileAttachment
from ...models.problem import Problem
from ...types import File, Response


def _get_kwargs(
    work_order_id: UUID,
    attachment_id: UUID,
    *,
    body: File,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/work-orders/{work_order_id}/attachments/{attachment_id}/content".format(
            work_order_id=quote(str(work_order_id), safe=""), attachment_id=quote(str(attachment_id), safe="")
        ),
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/octet-stream"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FileAttachment | Problem | None:
    if response.status_code == 200:
        response_200 = FileAttachment.from_dict(response.json())

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
) -> Response[FileAttachment | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    work_order_id: UUID,
    attachment_id: UUID,
    *,
    client: AuthenticatedClient,
    body: File,
) -> Response[FileAttachment | Problem]:
    """Send the content of an announced file

     Send the content of an announced attachment, once; the same again is answered alike.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        attachment_id (UUID):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileAttachment | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        attachment_id=attachment_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    work_order_id: UUID,
    attachment_id: UUID,
    *,
    client: AuthenticatedClient,
    body: File,
) -> FileAttachment | Problem | None:
    """Send the content of an announced file

     Send the content of an announced attachment, once; the same again is answered alike.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        attachment_id (UUID):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileAttachment | Problem
    """
    return sync_detailed(
        work_order_id=work_order_id,
        attachment_id=attachment_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    work_order_id: UUID,
    attachment_id: UUID,
    *,
    client: AuthenticatedClient,
    body: File,
) -> Response[FileAttachment | Problem]:
    """Send the content of an announced file

     Send the content of an announced attachment, once; the same again is answered alike.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        attachment_id (UUID):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileAttachment | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        attachment_id=attachment_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    work_order_id: UUID,
    attachment_id: UUID,
    *,
    client: AuthenticatedClient,
    body: File,
) -> FileAttachment | Problem | None:
    """Send the content of an announced file

     Send the content of an announced attachment, once; the same again is answered alike.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        attachment_id (UUID):
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileAttachment | Problem
    """
    return (
        await asyncio_detailed(
            work_order_id=work_order_id,
            attachment_id=attachment_id,
            client=client,
            body=body,
        )
    ).parsed
