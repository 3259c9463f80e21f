from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.applied_plan import AppliedPlan
from ...models.apply_blueprint_json_body import ApplyBlueprintJsonBody
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: str | ApplyBlueprintJsonBody | Unset = UNSET,
    why: str | Unset = "",
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    params: dict[str, Any] = {}

    params["why"] = why

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/blueprint/apply",
        "params": params,
    }

    if isinstance(body, str):
        _kwargs["content"] = body.payload
        headers["Content-Type"] = "application/yaml"
    if isinstance(body, ApplyBlueprintJsonBody):
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AppliedPlan | Problem | None:
    if response.status_code == 200:
        response_200 = AppliedPlan.from_dict(response.json())

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 423:
        response_423 = Problem.from_dict(response.json())

        return response_423

    if response.status_code == 428:
        response_428 = Problem.from_dict(response.json())

        return response_428

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
) -> Response[AppliedPlan | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: str | ApplyBlueprintJsonBody | Unset = UNSET,
    why: str | Unset = "",
    if_match: str,
) -> Response[AppliedPlan | Problem]:
    """Apply a file

     Make the client what the file says, if `If-Match` is the version in force. It may be repeated.

    Permission: `settings.change`.

    Args:
        why (str | Unset):  Default: ''.
        if_match (str):
        body (str): The whole file; comments are kept.
        body (ApplyBlueprintJsonBody): The same as a value: docs/schemas/blueprint.json.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AppliedPlan | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
        why=why,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: str | ApplyBlueprintJsonBody | Unset = UNSET,
    why: str | Unset = "",
    if_match: str,
) -> AppliedPlan | Problem | None:
    """Apply a file

     Make the client what the file says, if `If-Match` is the version in force. It may be repeated.

    Permission: `settings.change`.

    Args:
        why (str | Unset):  Default: ''.
        if_match (str):
        body (str): The whole file; comments are kept.
        body (ApplyBlueprintJsonBody): The same as a value: docs/schemas/blueprint.json.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AppliedPlan | Problem
    """
    return sync_detailed(
        client=client,
        body=body,
        why=why,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: str | ApplyBlueprintJsonBody | Unset = UNSET,
    why: str | Unset = "",
    if_match: str,
) -> Response[AppliedPlan | Problem]:
    """Apply a file

     Make the client what the file says, if `If-Match` is the version in force. It may be repeated.

    Permission: `settings.change`.

    Args:
        why (str | Unset):  Default: ''.
        if_match (str):
        body (str): The whole file; comments are kept.
        body (ApplyBlueprintJsonBody): The same as a value: docs/schemas/blueprint.json.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AppliedPlan | Problem]
    """
    kwargs = _get_kwargs(
        body=body,
        why=why,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: str | ApplyBlueprintJsonBody | Unset = UNSET,
    why: str | Unset = "",
    if_match: str,
) -> AppliedPlan | Problem | None:
    """Apply a file

     Make the client what the file says, if `If-Match` is the version in force. It may be repeated.

    Permission: `settings.change`.

    Args:
        why (str | Unset):  Default: ''.
        if_match (str):
        body (str): The whole file; comments are kept.
        body (ApplyBlueprintJsonBody): The same as a value: docs/schemas/blueprint.json.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AppliedPlan | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            why=why,
            if_match=if_match,
        )
    ).parsed
