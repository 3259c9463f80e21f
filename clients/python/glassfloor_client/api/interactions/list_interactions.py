from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.interaction_page import InteractionPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    q: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    agent: str | Unset = UNSET,
    last_agent: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    disposition: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    task: str | Unset = UNSET,
    wait_min: str | Unset = UNSET,
    wait_max: str | Unset = UNSET,
    talk_min: str | Unset = UNSET,
    talk_max: str | Unset = UNSET,
    note: str | Unset = UNSET,
    comment: str | Unset = UNSET,
    flow: str | Unset = UNSET,
    node: str | Unset = UNSET,
    key: str | Unset = UNSET,
    recorded: str | Unset = UNSET,
    supervised: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    to: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_after: str | Unset | None
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    params["limit"] = limit

    params["q"] = q

    params["queue"] = queue

    params["agent"] = agent

    params["last_agent"] = last_agent

    params["outcome"] = outcome

    params["disposition"] = disposition

    params["direction"] = direction

    params["task"] = task

    params["wait_min"] = wait_min

    params["wait_max"] = wait_max

    params["talk_min"] = talk_min

    params["talk_max"] = talk_max

    params["note"] = note

    params["comment"] = comment

    params["flow"] = flow

    params["node"] = node

    params["key"] = key

    params["recorded"] = recorded

    params["supervised"] = supervised

    params["sort"] = sort

    params["from"] = from_

    params["to"] = to

    params["since"] = since

    params["until"] = until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/interactions",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> InteractionPage | Problem | None:
    if response.status_code == 200:
        response_200 = InteractionPage.from_dict(response.json())

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
) -> Response[InteractionPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    q: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    agent: str | Unset = UNSET,
    last_agent: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    disposition: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    task: str | Unset = UNSET,
    wait_min: str | Unset = UNSET,
    wait_max: str | Unset = UNSET,
    talk_min: str | Unset = UNSET,
    talk_max: str | Unset = UNSET,
    note: str | Unset = UNSET,
    comment: str | Unset = UNSET,
    flow: str | Unset = UNSET,
    node: str | Unset = UNSET,
    key: str | Unset = UNSET,
    recorded: str | Unset = UNSET,
    supervised: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    to: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
) -> Response[InteractionPage | Problem]:
    """Search conversations

     List interactions, narrowed by the filters of docs/searching.md; `after` is the `next` of the page
    before.

    Permission: `interaction.read`.

    Args:
        after (None | str | Unset):
        limit (int | Unset):  Default: 50.
        q (str | Unset):
        queue (str | Unset):
        agent (str | Unset):
        last_agent (str | Unset):
        outcome (str | Unset):
        disposition (str | Unset):
        direction (str | Unset):
        task (str | Unset):
        wait_min (str | Unset):
        wait_max (str | Unset):
        talk_min (str | Unset):
        talk_max (str | Unset):
        note (str | Unset):
        comment (str | Unset):
        flow (str | Unset):
        node (str | Unset):
        key (str | Unset):
        recorded (str | Unset):
        supervised (str | Unset):
        sort (str | Unset):
        from_ (str | Unset):
        to (str | Unset):
        since (str | Unset):
        until (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InteractionPage | Problem]
    """
    kwargs = _get_kwargs(
        after=after,
        limit=limit,
        q=q,
        queue=queue,
        agent=agent,
        last_agent=last_agent,
        outcome=outcome,
        disposition=disposition,
        direction=direction,
        task=task,
        wait_min=wait_min,
        wait_max=wait_max,
        talk_min=talk_min,
        talk_max=talk_max,
        note=note,
        comment=comment,
        flow=flow,
        node=node,
        key=key,
        recorded=recorded,
        supervised=supervised,
        sort=sort,
        from_=from_,
        to=to,
        since=since,
        until=until,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    q: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    agent: str | Unset = UNSET,
    last_agent: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    disposition: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    task: str | Unset = UNSET,
    wait_min: str | Unset = UNSET,
    wait_max: str | Unset = UNSET,
    talk_min: str | Unset = UNSET,
    talk_max: str | Unset = UNSET,
    note: str | Unset = UNSET,
    comment: str | Unset = UNSET,
    flow: str | Unset = UNSET,
    node: str | Unset = UNSET,
    key: str | Unset = UNSET,
    recorded: str | Unset = UNSET,
    supervised: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    to: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
) -> InteractionPage | Problem | None:
    """Search conversations

     List interactions, narrowed by the filters of docs/searching.md; `after` is the `next` of the page
    before.

    Permission: `interaction.read`.

    Args:
        after (None | str | Unset):
        limit (int | Unset):  Default: 50.
        q (str | Unset):
        queue (str | Unset):
        agent (str | Unset):
        last_agent (str | Unset):
        outcome (str | Unset):
        disposition (str | Unset):
        direction (str | Unset):
        task (str | Unset):
        wait_min (str | Unset):
        wait_max (str | Unset):
        talk_min (str | Unset):
        talk_max (str | Unset):
        note (str | Unset):
        comment (str | Unset):
        flow (str | Unset):
        node (str | Unset):
        key (str | Unset):
        recorded (str | Unset):
        supervised (str | Unset):
        sort (str | Unset):
        from_ (str | Unset):
        to (str | Unset):
        since (str | Unset):
        until (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InteractionPage | Problem
    """
    return sync_detailed(
        client=client,
        after=after,
        limit=limit,
        q=q,
        queue=queue,
        agent=agent,
        last_agent=last_agent,
        outcome=outcome,
        disposition=disposition,
        direction=direction,
        task=task,
        wait_min=wait_min,
        wait_max=wait_max,
        talk_min=talk_min,
        talk_max=talk_max,
        note=note,
        comment=comment,
        flow=flow,
        node=node,
        key=key,
        recorded=recorded,
        supervised=supervised,
        sort=sort,
        from_=from_,
        to=to,
        since=since,
        until=until,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    q: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    agent: str | Unset = UNSET,
    last_agent: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    disposition: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    task: str | Unset = UNSET,
    wait_min: str | Unset = UNSET,
    wait_max: str | Unset = UNSET,
    talk_min: str | Unset = UNSET,
    talk_max: str | Unset = UNSET,
    note: str | Unset = UNSET,
    comment: str | Unset = UNSET,
    flow: str | Unset = UNSET,
    node: str | Unset = UNSET,
    key: str | Unset = UNSET,
    recorded: str | Unset = UNSET,
    supervised: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    to: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
) -> Response[InteractionPage | Problem]:
    """Search conversations

     List interactions, narrowed by the filters of docs/searching.md; `after` is the `next` of the page
    before.

    Permission: `interaction.read`.

    Args:
        after (None | str | Unset):
        limit (int | Unset):  Default: 50.
        q (str | Unset):
        queue (str | Unset):
        agent (str | Unset):
        last_agent (str | Unset):
        outcome (str | Unset):
        disposition (str | Unset):
        direction (str | Unset):
        task (str | Unset):
        wait_min (str | Unset):
        wait_max (str | Unset):
        talk_min (str | Unset):
        talk_max (str | Unset):
        note (str | Unset):
        comment (str | Unset):
        flow (str | Unset):
        node (str | Unset):
        key (str | Unset):
        recorded (str | Unset):
        supervised (str | Unset):
        sort (str | Unset):
        from_ (str | Unset):
        to (str | Unset):
        since (str | Unset):
        until (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[InteractionPage | Problem]
    """
    kwargs = _get_kwargs(
        after=after,
        limit=limit,
        q=q,
        queue=queue,
        agent=agent,
        last_agent=last_agent,
        outcome=outcome,
        disposition=disposition,
        direction=direction,
        task=task,
        wait_min=wait_min,
        wait_max=wait_max,
        talk_min=talk_min,
        talk_max=talk_max,
        note=note,
        comment=comment,
        flow=flow,
        node=node,
        key=key,
        recorded=recorded,
        supervised=supervised,
        sort=sort,
        from_=from_,
        to=to,
        since=since,
        until=until,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    q: str | Unset = UNSET,
    queue: str | Unset = UNSET,
    agent: str | Unset = UNSET,
    last_agent: str | Unset = UNSET,
    outcome: str | Unset = UNSET,
    disposition: str | Unset = UNSET,
    direction: str | Unset = UNSET,
    task: str | Unset = UNSET,
    wait_min: str | Unset = UNSET,
    wait_max: str | Unset = UNSET,
    talk_min: str | Unset = UNSET,
    talk_max: str | Unset = UNSET,
    note: str | Unset = UNSET,
    comment: str | Unset = UNSET,
    flow: str | Unset = UNSET,
    node: str | Unset = UNSET,
    key: str | Unset = UNSET,
    recorded: str | Unset = UNSET,
    supervised: str | Unset = UNSET,
    sort: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    to: str | Unset = UNSET,
    since: str | Unset = UNSET,
    until: str | Unset = UNSET,
) -> InteractionPage | Problem | None:
    """Search conversations

     List interactions, narrowed by the filters of docs/searching.md; `after` is the `next` of the page
    before.

    Permission: `interaction.read`.

    Args:
        after (None | str | Unset):
        limit (int | Unset):  Default: 50.
        q (str | Unset):
        queue (str | Unset):
        agent (str | Unset):
        last_agent (str | Unset):
        outcome (str | Unset):
        disposition (str | Unset):
        direction (str | Unset):
        task (str | Unset):
        wait_min (str | Unset):
        wait_max (str | Unset):
        talk_min (str | Unset):
        talk_max (str | Unset):
        note (str | Unset):
        comment (str | Unset):
        flow (str | Unset):
        node (str | Unset):
        key (str | Unset):
        recorded (str | Unset):
        supervised (str | Unset):
        sort (str | Unset):
        from_ (str | Unset):
        to (str | Unset):
        since (str | Unset):
        until (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        InteractionPage | Problem
    """
    return (
        await asyncio_detailed(
            client=client,
            after=after,
            limit=limit,
            q=q,
            queue=queue,
            agent=agent,
            last_agent=last_agent,
            outcome=outcome,
            disposition=disposition,
            direction=direction,
            task=task,
            wait_min=wait_min,
            wait_max=wait_max,
            talk_min=talk_min,
            talk_max=talk_max,
            note=note,
            comment=comment,
            flow=flow,
            node=node,
            key=key,
            recorded=recorded,
            supervised=supervised,
            sort=sort,
            from_=from_,
            to=to,
            since=since,
            until=until,
        )
    ).parsed
