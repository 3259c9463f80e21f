from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.agree_connection_agreement_act import AgreeConnectionAgreementAct
from ...models.connection_health import ConnectionHealth
from ...models.problem import Problem
from ...models.reason import Reason
from ...types import Response


def _get_kwargs(
    connection: str,
    agreement_act: AgreeConnectionAgreementAct,
    *,
    body: Reason,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/connections/{connection}/agreement/{agreement_act}".format(
            connection=quote(str(connection), safe=""), agreement_act=quote(str(agreement_act), safe="")
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ConnectionHealth | Problem | None:
    if response.status_code == 200:
        response_200 = ConnectionHealth.from_dict(response.json())

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
) -> Response[ConnectionHealth | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    connection: str,
    agreement_act: AgreeConnectionAgreementAct,
    *,
    client: AuthenticatedClient,
    body: Reason,
) -> Response[ConnectionHealth | Problem]:
    """Invite, accept, decline, suspend, resume, revoke

     Invite, accept, decline, suspend, resume or revoke; in force at once, for keys too.

    Permission: `integration.manage`.

    Args:
        connection (str):
        agreement_act (AgreeConnectionAgreementAct):
        body (Reason): Why, for the journal and for the other side.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConnectionHealth | Problem]
    """
    kwargs = _get_kwargs(
        connection=connection,
        agreement_act=agreement_act,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    connection: str,
    agreement_act: AgreeConnectionAgreementAct,
    *,
    client: AuthenticatedClient,
    body: Reason,
) -> ConnectionHealth | Problem | None:
    """Invite, accept, decline, suspend, resume, revoke

     Invite, accept, decline, suspend, resume or revoke; in force at once, for keys too.

    Permission: `integration.manage`.

    Args:
        connection (str):
        agreement_act (AgreeConnectionAgreementAct):
        body (Reason): Why, for the journal and for the other side.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConnectionHealth | Problem
    """
    return sync_detailed(
        connection=connection,
        agreement_act=agreement_act,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    connection: str,
    agreement_act: AgreeConnectionAgreementAct,
    *,
    client: AuthenticatedClient,
    body: Reason,
) -> Response[ConnectionHealth | Problem]:
    """Invite, accept, decline, suspend, resume, revoke

     Invite, accept, decline, suspend, resume or revoke; in force at once, for keys too.

    Permission: `integration.manage`.

    Args:
        connection (str):
        agreement_act (AgreeConnectionAgreementAct):
        body (Reason): Why, for the journal and for the other side.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConnectionHealth | Problem]
    """
    kwargs = _get_kwargs(
        connection=connection,
        agreement_act=agreement_act,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    connection: str,
    agreement_act: AgreeConnectionAgreementAct,
    *,
    client: AuthenticatedClient,
    body: Reason,
) -> ConnectionHealth | Problem | None:
    """Invite, accept, decline, suspend, resume, revoke

     Invite, accept, decline, suspend, resume or revoke; in force at once, for keys too.

    Permission: `integration.manage`.

    Args:
        connection (str):
        agreement_act (AgreeConnectionAgreementAct):
        body (Reason): Why, for the journal and for the other side.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConnectionHealth | Problem
    """
    return (
        await asyncio_detailed(
            connection=connection,
            agreement_act=agreement_act,
            client=client,
            body=body,
        )
    ).parsed
