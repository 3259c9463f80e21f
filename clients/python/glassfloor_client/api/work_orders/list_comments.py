from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.comment_page import CommentPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    work_order_id: UUID,
    *,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["after"] = after

    params["before"] = before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/work-orders/{work_order_id}/comments".format(work_order_id=quote(str(work_order_id), safe="")),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CommentPage | Problem | None:
    if response.status_code == 200:
        response_200 = CommentPage.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CommentPage | Problem]:
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
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Response[CommentPage | Problem]:
    """List the comments

     List the comments that this caller may see, newest first.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommentPage | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        limit=limit,
        after=after,
        before=before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> CommentPage | Problem | None:
    """List the comments

     List the comments that this caller may see, newest first.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommentPage | Problem
    """
    return sync_detailed(
        work_order_id=work_order_id,
        client=client,
        limit=limit,
        after=after,
        before=before,
    ).parsed


async def asyncio_detailed(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Response[CommentPage | Problem]:
    """List the comments

     List the comments that this caller may see, newest first.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommentPage | Problem]
    """
    kwargs = _get_kwargs(
        work_order_id=work_order_id,
        limit=limit,
        after=after,
        before=before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    work_order_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> CommentPage | Problem | None:
    """List the comments

     List the comments that this caller may see, newest first.

    Permission: `work_order.read`.

    Args:
        work_order_id (UUID):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommentPage | Problem
    """
    return (
        await asyncio_detailed(
            work_order_id=work_order_id,
            client=client,
            limit=limit,
            after=after,
            before=before,
        )
    ).parsed
