from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.listed_page import ListedPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    number: str | Unset = "",
    after: None | Unset | UUID = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["number"] = number

    json_after: str | Unset | None
    if isinstance(after, Unset):
        json_after = UNSET
    elif isinstance(after, UUID):
        json_after = str(after)
    else:
        json_after = after
    params["after"] = json_after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/do-not-call",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ListedPage | Problem | None:
    if response.status_code == 200:
        response_200 = ListedPage.from_dict(response.json())

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
) -> Response[ListedPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    number: str | Unset = "",
    after: None | Unset | UUID = UNSET,
) -> Response[ListedPage | Problem]:
    """List the numbers, or ask about one

     List the entries that count, newest first, numbers masked; or what is said about one number.

    Permission: `do_not_call.keep`.

    Args:
        number (str | Unset):  Default: ''.
        after (None | Unset | UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListedPage | Problem]
    """
    kwargs = _get_kwargs(
        number=number,
        after=after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    number: str | Unset = "",
    after: None | Unset | UUID = UNSET,
) -> ListedPage | Problem | None:
    """List the numbers, or ask about one

     List the entries that count, newest first, numbers masked; or what is said about one number.

    Permission: `do_not_call.keep`.

    Args:
        number (str | Unset):  Default: ''.
        after (None | Unset | UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListedPage | Problem
    """
    return sync_detailed(
        client=client,
        number=number,
        after=after,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    number: str | Unset = "",
    after: None | Unset | UUID = UNSET,
) -> Response[ListedPage | Problem]:
    """List the numbers, or ask about one

     List the entries that count, newest first, numbers masked; or what is said about one number.

    Permission: `do_not_call.keep`.

    Args:
        number (str | Unset):  Default: ''.
        after (None | Unset | UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListedPage | Problem]
    """
    kwargs = _get_kwargs(
        number=number,
        after=after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    number: str | Unset = "",
    after: None | Unset | UUID = UNSET,
) -> ListedPage | Problem | None:
    """List the numbers, or ask about one

     List the entries that count, newest first, numbers masked; or what is said about one number.

    Permission: `do_not_call.keep`.

    Args:
        number (str | Unset):  Default: ''.
        after (None | Unset | UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListedPage | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            number=number,
            after=after,
        )
    ).parsed
