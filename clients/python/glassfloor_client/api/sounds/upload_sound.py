from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.sound import Sound
from ...models.upload_sound_use import UploadSoundUse
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: File,
    use: UploadSoundUse | Unset = UploadSoundUse.PROMPT,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_use: str | Unset = UNSET
    if not isinstance(use, Unset):
        json_use = use.value

    params["use"] = json_use

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/sounds",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "audio/wav"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Sound | None:
    if response.status_code == 200:
        response_200 = Sound.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = Sound.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Sound]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    use: UploadSoundUse | Unset = UploadSoundUse.PROMPT,
) -> Response[Problem | Sound]:
    """Keep a recording

     Keep a recording, a whole WAV file as the body; `sound` is its name for a blueprint. It may be
    repeated.

    Permission: `sound.upload`.

    Args:
        use (UploadSoundUse | Unset): What it is for: music lasts at least three seconds. Default:
            UploadSoundUse.PROMPT.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Sound]
    """
    kwargs = _get_kwargs(
        body=body,
        use=use,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: File,
    use: UploadSoundUse | Unset = UploadSoundUse.PROMPT,
) -> Problem | Sound | None:
    """Keep a recording

     Keep a recording, a whole WAV file as the body; `sound` is its name for a blueprint. It may be
    repeated.

    Permission: `sound.upload`.

    Args:
        use (UploadSoundUse | Unset): What it is for: music lasts at least three seconds. Default:
            UploadSoundUse.PROMPT.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Sound
    """
    return sync_detailed(
        client=client,
        body=body,
        use=use,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    use: UploadSoundUse | Unset = UploadSoundUse.PROMPT,
) -> Response[Problem | Sound]:
    """Keep a recording

     Keep a recording, a whole WAV file as the body; `sound` is its name for a blueprint. It may be
    repeated.

    Permission: `sound.upload`.

    Args:
        use (UploadSoundUse | Unset): What it is for: music lasts at least three seconds. Default:
            UploadSoundUse.PROMPT.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Sound]
    """
    kwargs = _get_kwargs(
        body=body,
        use=use,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: File,
    use: UploadSoundUse | Unset = UploadSoundUse.PROMPT,
) -> Problem | Sound | None:
    """Keep a recording

     Keep a recording, a whole WAV file as the body; `sound` is its name for a blueprint. It may be
    repeated.

    Permission: `sound.upload`.

    Args:
        use (UploadSoundUse | Unset): What it is for: music lasts at least three seconds. Default:
            UploadSoundUse.PROMPT.
        body (File):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Sound
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            use=use,
        )
    ).parsed
