from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_attachment_files_body import CreateAttachmentFilesBody
from ...models.create_attachment_json_new_attachment import CreateAttachmentJsonNewAttachment
from ...models.file_attachment import FileAttachment
from ...models.problem import Problem
from ...types import UNSET, Response


def _get_kwargs(
    work_order_id: UUID,
    *,
    body: CreateAttachmentFilesBody | CreateAttachmentJsonNewAttachment | Unset = UNSET,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/work-orders/{work_order_id}/attachments".format(work_order_id=quote(str(work_order_id), safe="")),
    }

    if isinstance(body, CreateAttachmentFilesBody):
        _kwargs["files"] = body.to_multipart()

        headers["Content-Type"] = "multipart/form-data; boundary=+++"
    if isinstance(body, CreateAttachmentJsonNewAttachment):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FileAttachment | Problem | None:
    if response.status_code == 201:
        response_201 = FileAttachment.from_dict(response.json())

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
    *,
    client: AuthenticatedClient,
    body: CreateAttachmentFilesBody | CreateAttachmentJsonNewAttachment | Unset = UNSET,
    idempotency_key: str,
) -> Response[FileAttachment | Problem]:
    """Attach a file

     Attach a file (a form), announce one whose content comes by PUT, or name a moment of the recording
    (JSON).

    The other side sees it, and is told, when it was scanned and is clean.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        idempotency_key (str):
        body (CreateAttachmentFilesBody):
        body (CreateAttachmentJsonNewAttachment): A file that is announced before its content
            comes, or (``recording_moment``) a place in a recording.

            Without ``visibility`` it is as visible as the comment that it goes with, and shared
            without one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileAttachment | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: CreateAttachmentFilesBody | CreateAttachmentJsonNewAttachment | Unset = UNSET,
    idempotency_key: str,
) -> FileAttachment | Problem | None:
    """Attach a file

     Attach a file (a form), announce one whose content comes by PUT, or name a moment of the recording
    (JSON).

    The other side sees it, and is told, when it was scanned and is clean.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        idempotency_key (str):
        body (CreateAttachmentFilesBody):
        body (CreateAttachmentJsonNewAttachment): A file that is announced before its content
            comes, or (``recording_moment``) a place in a recording.

            Without ``visibility`` it is as visible as the comment that it goes with, and shared
            without one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileAttachment | Problem
    """
    return sync_detailed(
        work_order_id=work_order_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: CreateAttachmentFilesBody | CreateAttachmentJsonNewAttachment | Unset = UNSET,
    idempotency_key: str,
) -> Response[FileAttachment | Problem]:
    """Attach a file

     Attach a file (a form), announce one whose content comes by PUT, or name a moment of the recording
    (JSON).

    The other side sees it, and is told, when it was scanned and is clean.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        idempotency_key (str):
        body (CreateAttachmentFilesBody):
        body (CreateAttachmentJsonNewAttachment): A file that is announced before its content
            comes, or (``recording_moment``) a place in a recording.

            Without ``visibility`` it is as visible as the comment that it goes with, and shared
            without one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FileAttachment | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    body: CreateAttachmentFilesBody | CreateAttachmentJsonNewAttachment | Unset = UNSET,
    idempotency_key: str,
) -> FileAttachment | Problem | None:
    """Attach a file

     Attach a file (a form), announce one whose content comes by PUT, or name a moment of the recording
    (JSON).

    The other side sees it, and is told, when it was scanned and is clean.

    Permission: `work_order.comment`.

    Args:
        work_order_id (UUID):
        idempotency_key (str):
        body (CreateAttachmentFilesBody):
        body (CreateAttachmentJsonNewAttachment): A file that is announced before its content
            comes, or (``recording_moment``) a place in a recording.

            Without ``visibility`` it is as visible as the comment that it goes with, and shared
            without one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FileAttachment | Problem
    """
    return (
        await asyncio_detailed(
            work_order_id=work_order_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
