from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.delivery_page import DeliveryPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    endpoint_id: UUID,
    *,
    state: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    after: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: str | Unset | None
    if isinstance(state, Unset):
        json_state = UNSET
    else:
        json_state = state
    params["state"] = json_state

    json_type_: str | Unset | None
    if isinstance(type_, Unset):
        json_type_ = UNSET
    else:
        json_type_ = type_
    params["type"] = json_type_

    json_work_order: str | Unset | None
    if isinstance(work_order, Unset):
        json_work_order = UNSET
    elif isinstance(work_order, UUID):
        json_work_order = str(work_order)
    else:
        json_work_order = work_order
    params["work_order"] = json_work_order

    json_after: str | Unset | None
    if isinstance(after, Unset):
        json_after = UNSET
    elif isinstance(after, UUID):
        json_after = str(after)
    else:
        json_after = after
    params["after"] = json_after

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/endpoints/{endpoint_id}/deliveries".format(endpoint_id=quote(str(endpoint_id), safe="")),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DeliveryPage | Problem | None:
    if response.status_code == 200:
        response_200 = DeliveryPage.from_dict(response.json())

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
) -> Response[DeliveryPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    endpoint_id: UUID,
    *,
    client: AuthenticatedClient,
    state: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    after: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
) -> Response[DeliveryPage | Problem]:
    """List what went there

     List what went or goes there, newest first; `state`: waiting, delivered, or dead for what was given
    up.

    Permission: `endpoint.manage`.

    Args:
        endpoint_id (UUID):
        state (None | str | Unset):
        type_ (None | str | Unset):
        work_order (None | Unset | UUID):
        after (None | Unset | UUID):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeliveryPage | Problem]
    """
    kwargs = _get_kwargs(
        endpoint_id=endpoint_id,
        state=state,
        type_=type_,
        work_order=work_order,
        after=after,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    endpoint_id: UUID,
    *,
    client: AuthenticatedClient,
    state: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    after: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
) -> DeliveryPage | Problem | None:
    """List what went there

     List what went or goes there, newest first; `state`: waiting, delivered, or dead for what was given
    up.

    Permission: `endpoint.manage`.

    Args:
        endpoint_id (UUID):
        state (None | str | Unset):
        type_ (None | str | Unset):
        work_order (None | Unset | UUID):
        after (None | Unset | UUID):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeliveryPage | Problem
    """
    return sync_detailed(
        endpoint_id=endpoint_id,
        client=client,
        state=state,
        type_=type_,
        work_order=work_order,
        after=after,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    endpoint_id: UUID,
    *,
    client: AuthenticatedClient,
    state: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    after: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
) -> Response[DeliveryPage | Problem]:
    """List what went there

     List what went or goes there, newest first; `state`: waiting, delivered, or dead for what was given
    up.

    Permission: `endpoint.manage`.

    Args:
        endpoint_id (UUID):
        state (None | str | Unset):
        type_ (None | str | Unset):
        work_order (None | Unset | UUID):
        after (None | Unset | UUID):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeliveryPage | Problem]
    """
    kwargs = _get_kwargs(
        endpoint_id=endpoint_id,
        state=state,
        type_=type_,
        work_order=work_order,
        after=after,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    endpoint_id: UUID,
    *,
    client: AuthenticatedClient,
    state: None | str | Unset = UNSET,
    type_: None | str | Unset = UNSET,
    work_order: None | Unset | UUID = UNSET,
    after: None | Unset | UUID = UNSET,
    limit: int | Unset = 50,
) -> DeliveryPage | Problem | None:
    """List what went there

     List what went or goes there, newest first; `state`: waiting, delivered, or dead for what was given
    up.

    Permission: `endpoint.manage`.

    Args:
        endpoint_id (UUID):
        state (None | str | Unset):
        type_ (None | str | Unset):
        work_order (None | Unset | UUID):
        after (None | Unset | UUID):
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeliveryPage | Problem
    """
    return (
        await asyncio_detailed(
            endpoint_id=endpoint_id,
            client=client,
            state=state,
            type_=type_,
            work_order=work_order,
            after=after,
            limit=limit,
        )
    ).parsed
