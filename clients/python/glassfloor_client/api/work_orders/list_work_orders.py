from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_work_orders_requester_side import ListWorkOrdersRequesterSide
from ...models.problem import Problem
from ...models.work_order_page import WorkOrderPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    archived: bool | Unset = UNSET,
    id: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    status: str | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    description: str | Unset = UNSET,
    parties_id: str | Unset = UNSET,
    parties_name: str | Unset = UNSET,
    related_id: str | Unset = UNSET,
    related_name: str | Unset = UNSET,
    assignment_team: str | Unset = UNSET,
    assignment_person: str | Unset = UNSET,
    external_ref: str | Unset = UNSET,
    relationships_id: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    type_: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    channel: str | Unset = UNSET,
    sla_state: str | Unset = UNSET,
    sla_due_at_gte: str | Unset = UNSET,
    sla_due_at_lt: str | Unset = UNSET,
    resolution_code: str | Unset = UNSET,
    created_by_name: str | Unset = UNSET,
    requested_resolution_at: str | Unset = UNSET,
    requested_resolution_at_gte: str | Unset = UNSET,
    requested_resolution_at_lt: str | Unset = UNSET,
    expected_resolution_at: str | Unset = UNSET,
    expected_resolution_at_gte: str | Unset = UNSET,
    expected_resolution_at_lt: str | Unset = UNSET,
    created_at: str | Unset = UNSET,
    created_at_gte: str | Unset = UNSET,
    created_at_lt: str | Unset = UNSET,
    updated_at: str | Unset = UNSET,
    updated_at_gte: str | Unset = UNSET,
    updated_at_lt: str | Unset = UNSET,
    acknowledged_at: str | Unset = UNSET,
    acknowledged_at_gte: str | Unset = UNSET,
    acknowledged_at_lt: str | Unset = UNSET,
    started_at: str | Unset = UNSET,
    started_at_gte: str | Unset = UNSET,
    started_at_lt: str | Unset = UNSET,
    resolved_at: str | Unset = UNSET,
    resolved_at_gte: str | Unset = UNSET,
    resolved_at_lt: str | Unset = UNSET,
    auto_close_at: str | Unset = UNSET,
    auto_close_at_gte: str | Unset = UNSET,
    auto_close_at_lt: str | Unset = UNSET,
    closed_at: str | Unset = UNSET,
    closed_at_gte: str | Unset = UNSET,
    closed_at_lt: str | Unset = UNSET,
    number: str | Unset = UNSET,
    number_gte: str | Unset = UNSET,
    number_lt: str | Unset = UNSET,
    version: str | Unset = UNSET,
    version_gte: str | Unset = UNSET,
    version_lt: str | Unset = UNSET,
    sequence: str | Unset = UNSET,
    sequence_gte: str | Unset = UNSET,
    sequence_lt: str | Unset = UNSET,
    fields: str | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["archived"] = archived

    params["id"] = id

    params["connection"] = connection

    params["status"] = status

    json_interaction_id: str | Unset = UNSET
    if not isinstance(interaction_id, Unset):
        json_interaction_id = str(interaction_id)
    params["interaction_id"] = json_interaction_id

    params["title"] = title

    params["status_reason"] = status_reason

    params["description"] = description

    params["parties.id"] = parties_id

    params["parties.name"] = parties_name

    params["related.id"] = related_id

    params["related.name"] = related_name

    params["assignment.team"] = assignment_team

    params["assignment.person"] = assignment_person

    params["external_ref"] = external_ref

    params["relationships.id"] = relationships_id

    json_requester_side: str | Unset = UNSET
    if not isinstance(requester_side, Unset):
        json_requester_side = requester_side.value

    params["requester_side"] = json_requester_side

    params["type"] = type_

    params["priority"] = priority

    params["severity"] = severity

    params["pending_on"] = pending_on

    params["channel"] = channel

    params["sla.state"] = sla_state

    params["sla.due_at.gte"] = sla_due_at_gte

    params["sla.due_at.lt"] = sla_due_at_lt

    params["resolution.code"] = resolution_code

    params["created_by.name"] = created_by_name

    params["requested_resolution_at"] = requested_resolution_at

    params["requested_resolution_at.gte"] = requested_resolution_at_gte

    params["requested_resolution_at.lt"] = requested_resolution_at_lt

    params["expected_resolution_at"] = expected_resolution_at

    params["expected_resolution_at.gte"] = expected_resolution_at_gte

    params["expected_resolution_at.lt"] = expected_resolution_at_lt

    params["created_at"] = created_at

    params["created_at.gte"] = created_at_gte

    params["created_at.lt"] = created_at_lt

    params["updated_at"] = updated_at

    params["updated_at.gte"] = updated_at_gte

    params["updated_at.lt"] = updated_at_lt

    params["acknowledged_at"] = acknowledged_at

    params["acknowledged_at.gte"] = acknowledged_at_gte

    params["acknowledged_at.lt"] = acknowledged_at_lt

    params["started_at"] = started_at

    params["started_at.gte"] = started_at_gte

    params["started_at.lt"] = started_at_lt

    params["resolved_at"] = resolved_at

    params["resolved_at.gte"] = resolved_at_gte

    params["resolved_at.lt"] = resolved_at_lt

    params["auto_close_at"] = auto_close_at

    params["auto_close_at.gte"] = auto_close_at_gte

    params["auto_close_at.lt"] = auto_close_at_lt

    params["closed_at"] = closed_at

    params["closed_at.gte"] = closed_at_gte

    params["closed_at.lt"] = closed_at_lt

    params["number"] = number

    params["number.gte"] = number_gte

    params["number.lt"] = number_lt

    params["version"] = version

    params["version.gte"] = version_gte

    params["version.lt"] = version_lt

    params["sequence"] = sequence

    params["sequence.gte"] = sequence_gte

    params["sequence.lt"] = sequence_lt

    params["fields"] = fields

    params["limit"] = limit

    params["after"] = after

    params["before"] = before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/work-orders",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | WorkOrderPage | None:
    if response.status_code == 200:
        response_200 = WorkOrderPage.from_dict(response.json())

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
) -> Response[Problem | WorkOrderPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    id: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    status: str | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    description: str | Unset = UNSET,
    parties_id: str | Unset = UNSET,
    parties_name: str | Unset = UNSET,
    related_id: str | Unset = UNSET,
    related_name: str | Unset = UNSET,
    assignment_team: str | Unset = UNSET,
    assignment_person: str | Unset = UNSET,
    external_ref: str | Unset = UNSET,
    relationships_id: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    type_: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    channel: str | Unset = UNSET,
    sla_state: str | Unset = UNSET,
    sla_due_at_gte: str | Unset = UNSET,
    sla_due_at_lt: str | Unset = UNSET,
    resolution_code: str | Unset = UNSET,
    created_by_name: str | Unset = UNSET,
    requested_resolution_at: str | Unset = UNSET,
    requested_resolution_at_gte: str | Unset = UNSET,
    requested_resolution_at_lt: str | Unset = UNSET,
    expected_resolution_at: str | Unset = UNSET,
    expected_resolution_at_gte: str | Unset = UNSET,
    expected_resolution_at_lt: str | Unset = UNSET,
    created_at: str | Unset = UNSET,
    created_at_gte: str | Unset = UNSET,
    created_at_lt: str | Unset = UNSET,
    updated_at: str | Unset = UNSET,
    updated_at_gte: str | Unset = UNSET,
    updated_at_lt: str | Unset = UNSET,
    acknowledged_at: str | Unset = UNSET,
    acknowledged_at_gte: str | Unset = UNSET,
    acknowledged_at_lt: str | Unset = UNSET,
    started_at: str | Unset = UNSET,
    started_at_gte: str | Unset = UNSET,
    started_at_lt: str | Unset = UNSET,
    resolved_at: str | Unset = UNSET,
    resolved_at_gte: str | Unset = UNSET,
    resolved_at_lt: str | Unset = UNSET,
    auto_close_at: str | Unset = UNSET,
    auto_close_at_gte: str | Unset = UNSET,
    auto_close_at_lt: str | Unset = UNSET,
    closed_at: str | Unset = UNSET,
    closed_at_gte: str | Unset = UNSET,
    closed_at_lt: str | Unset = UNSET,
    number: str | Unset = UNSET,
    number_gte: str | Unset = UNSET,
    number_lt: str | Unset = UNSET,
    version: str | Unset = UNSET,
    version_gte: str | Unset = UNSET,
    version_lt: str | Unset = UNSET,
    sequence: str | Unset = UNSET,
    sequence_gte: str | Unset = UNSET,
    sequence_lt: str | Unset = UNSET,
    fields: str | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Response[Problem | WorkOrderPage]:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        archived (bool | Unset):
        id (str | Unset):
        connection (str | Unset):
        status (str | Unset):
        interaction_id (UUID | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        description (str | Unset):
        parties_id (str | Unset):
        parties_name (str | Unset):
        related_id (str | Unset):
        related_name (str | Unset):
        assignment_team (str | Unset):
        assignment_person (str | Unset):
        external_ref (str | Unset):
        relationships_id (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        type_ (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        pending_on (str | Unset):
        channel (str | Unset):
        sla_state (str | Unset):
        sla_due_at_gte (str | Unset):
        sla_due_at_lt (str | Unset):
        resolution_code (str | Unset):
        created_by_name (str | Unset):
        requested_resolution_at (str | Unset):
        requested_resolution_at_gte (str | Unset):
        requested_resolution_at_lt (str | Unset):
        expected_resolution_at (str | Unset):
        expected_resolution_at_gte (str | Unset):
        expected_resolution_at_lt (str | Unset):
        created_at (str | Unset):
        created_at_gte (str | Unset):
        created_at_lt (str | Unset):
        updated_at (str | Unset):
        updated_at_gte (str | Unset):
        updated_at_lt (str | Unset):
        acknowledged_at (str | Unset):
        acknowledged_at_gte (str | Unset):
        acknowledged_at_lt (str | Unset):
        started_at (str | Unset):
        started_at_gte (str | Unset):
        started_at_lt (str | Unset):
        resolved_at (str | Unset):
        resolved_at_gte (str | Unset):
        resolved_at_lt (str | Unset):
        auto_close_at (str | Unset):
        auto_close_at_gte (str | Unset):
        auto_close_at_lt (str | Unset):
        closed_at (str | Unset):
        closed_at_gte (str | Unset):
        closed_at_lt (str | Unset):
        number (str | Unset):
        number_gte (str | Unset):
        number_lt (str | Unset):
        version (str | Unset):
        version_gte (str | Unset):
        version_lt (str | Unset):
        sequence (str | Unset):
        sequence_gte (str | Unset):
        sequence_lt (str | Unset):
        fields (str | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkOrderPage]
    """
    kwargs = _get_kwargs(
        archived=archived,
        id=id,
        connection=connection,
        status=status,
        interaction_id=interaction_id,
        title=title,
        status_reason=status_reason,
        description=description,
        parties_id=parties_id,
        parties_name=parties_name,
        related_id=related_id,
        related_name=related_name,
        assignment_team=assignment_team,
        assignment_person=assignment_person,
        external_ref=external_ref,
        relationships_id=relationships_id,
        requester_side=requester_side,
        type_=type_,
        priority=priority,
        severity=severity,
        pending_on=pending_on,
        channel=channel,
        sla_state=sla_state,
        sla_due_at_gte=sla_due_at_gte,
        sla_due_at_lt=sla_due_at_lt,
        resolution_code=resolution_code,
        created_by_name=created_by_name,
        requested_resolution_at=requested_resolution_at,
        requested_resolution_at_gte=requested_resolution_at_gte,
        requested_resolution_at_lt=requested_resolution_at_lt,
        expected_resolution_at=expected_resolution_at,
        expected_resolution_at_gte=expected_resolution_at_gte,
        expected_resolution_at_lt=expected_resolution_at_lt,
        created_at=created_at,
        created_at_gte=created_at_gte,
        created_at_lt=created_at_lt,
        updated_at=updated_at,
        updated_at_gte=updated_at_gte,
        updated_at_lt=updated_at_lt,
        acknowledged_at=acknowledged_at,
        acknowledged_at_gte=acknowledged_at_gte,
        acknowledged_at_lt=acknowledged_at_lt,
        started_at=started_at,
        started_at_gte=started_at_gte,
        started_at_lt=started_at_lt,
        resolved_at=resolved_at,
        resolved_at_gte=resolved_at_gte,
        resolved_at_lt=resolved_at_lt,
        auto_close_at=auto_close_at,
        auto_close_at_gte=auto_close_at_gte,
        auto_close_at_lt=auto_close_at_lt,
        closed_at=closed_at,
        closed_at_gte=closed_at_gte,
        closed_at_lt=closed_at_lt,
        number=number,
        number_gte=number_gte,
        number_lt=number_lt,
        version=version,
        version_gte=version_gte,
        version_lt=version_lt,
        sequence=sequence,
        sequence_gte=sequence_gte,
        sequence_lt=sequence_lt,
        fields=fields,
        limit=limit,
        after=after,
        before=before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    id: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    status: str | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    description: str | Unset = UNSET,
    parties_id: str | Unset = UNSET,
    parties_name: str | Unset = UNSET,
    related_id: str | Unset = UNSET,
    related_name: str | Unset = UNSET,
    assignment_team: str | Unset = UNSET,
    assignment_person: str | Unset = UNSET,
    external_ref: str | Unset = UNSET,
    relationships_id: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    type_: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    channel: str | Unset = UNSET,
    sla_state: str | Unset = UNSET,
    sla_due_at_gte: str | Unset = UNSET,
    sla_due_at_lt: str | Unset = UNSET,
    resolution_code: str | Unset = UNSET,
    created_by_name: str | Unset = UNSET,
    requested_resolution_at: str | Unset = UNSET,
    requested_resolution_at_gte: str | Unset = UNSET,
    requested_resolution_at_lt: str | Unset = UNSET,
    expected_resolution_at: str | Unset = UNSET,
    expected_resolution_at_gte: str | Unset = UNSET,
    expected_resolution_at_lt: str | Unset = UNSET,
    created_at: str | Unset = UNSET,
    created_at_gte: str | Unset = UNSET,
    created_at_lt: str | Unset = UNSET,
    updated_at: str | Unset = UNSET,
    updated_at_gte: str | Unset = UNSET,
    updated_at_lt: str | Unset = UNSET,
    acknowledged_at: str | Unset = UNSET,
    acknowledged_at_gte: str | Unset = UNSET,
    acknowledged_at_lt: str | Unset = UNSET,
    started_at: str | Unset = UNSET,
    started_at_gte: str | Unset = UNSET,
    started_at_lt: str | Unset = UNSET,
    resolved_at: str | Unset = UNSET,
    resolved_at_gte: str | Unset = UNSET,
    resolved_at_lt: str | Unset = UNSET,
    auto_close_at: str | Unset = UNSET,
    auto_close_at_gte: str | Unset = UNSET,
    auto_close_at_lt: str | Unset = UNSET,
    closed_at: str | Unset = UNSET,
    closed_at_gte: str | Unset = UNSET,
    closed_at_lt: str | Unset = UNSET,
    number: str | Unset = UNSET,
    number_gte: str | Unset = UNSET,
    number_lt: str | Unset = UNSET,
    version: str | Unset = UNSET,
    version_gte: str | Unset = UNSET,
    version_lt: str | Unset = UNSET,
    sequence: str | Unset = UNSET,
    sequence_gte: str | Unset = UNSET,
    sequence_lt: str | Unset = UNSET,
    fields: str | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Problem | WorkOrderPage | None:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        archived (bool | Unset):
        id (str | Unset):
        connection (str | Unset):
        status (str | Unset):
        interaction_id (UUID | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        description (str | Unset):
        parties_id (str | Unset):
        parties_name (str | Unset):
        related_id (str | Unset):
        related_name (str | Unset):
        assignment_team (str | Unset):
        assignment_person (str | Unset):
        external_ref (str | Unset):
        relationships_id (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        type_ (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        pending_on (str | Unset):
        channel (str | Unset):
        sla_state (str | Unset):
        sla_due_at_gte (str | Unset):
        sla_due_at_lt (str | Unset):
        resolution_code (str | Unset):
        created_by_name (str | Unset):
        requested_resolution_at (str | Unset):
        requested_resolution_at_gte (str | Unset):
        requested_resolution_at_lt (str | Unset):
        expected_resolution_at (str | Unset):
        expected_resolution_at_gte (str | Unset):
        expected_resolution_at_lt (str | Unset):
        created_at (str | Unset):
        created_at_gte (str | Unset):
        created_at_lt (str | Unset):
        updated_at (str | Unset):
        updated_at_gte (str | Unset):
        updated_at_lt (str | Unset):
        acknowledged_at (str | Unset):
        acknowledged_at_gte (str | Unset):
        acknowledged_at_lt (str | Unset):
        started_at (str | Unset):
        started_at_gte (str | Unset):
        started_at_lt (str | Unset):
        resolved_at (str | Unset):
        resolved_at_gte (str | Unset):
        resolved_at_lt (str | Unset):
        auto_close_at (str | Unset):
        auto_close_at_gte (str | Unset):
        auto_close_at_lt (str | Unset):
        closed_at (str | Unset):
        closed_at_gte (str | Unset):
        closed_at_lt (str | Unset):
        number (str | Unset):
        number_gte (str | Unset):
        number_lt (str | Unset):
        version (str | Unset):
        version_gte (str | Unset):
        version_lt (str | Unset):
        sequence (str | Unset):
        sequence_gte (str | Unset):
        sequence_lt (str | Unset):
        fields (str | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkOrderPage
    """
    return sync_detailed(
        client=client,
        archived=archived,
        id=id,
        connection=connection,
        status=status,
        interaction_id=interaction_id,
        title=title,
        status_reason=status_reason,
        description=description,
        parties_id=parties_id,
        parties_name=parties_name,
        related_id=related_id,
        related_name=related_name,
        assignment_team=assignment_team,
        assignment_person=assignment_person,
        external_ref=external_ref,
        relationships_id=relationships_id,
        requester_side=requester_side,
        type_=type_,
        priority=priority,
        severity=severity,
        pending_on=pending_on,
        channel=channel,
        sla_state=sla_state,
        sla_due_at_gte=sla_due_at_gte,
        sla_due_at_lt=sla_due_at_lt,
        resolution_code=resolution_code,
        created_by_name=created_by_name,
        requested_resolution_at=requested_resolution_at,
        requested_resolution_at_gte=requested_resolution_at_gte,
        requested_resolution_at_lt=requested_resolution_at_lt,
        expected_resolution_at=expected_resolution_at,
        expected_resolution_at_gte=expected_resolution_at_gte,
        expected_resolution_at_lt=expected_resolution_at_lt,
        created_at=created_at,
        created_at_gte=created_at_gte,
        created_at_lt=created_at_lt,
        updated_at=updated_at,
        updated_at_gte=updated_at_gte,
        updated_at_lt=updated_at_lt,
        acknowledged_at=acknowledged_at,
        acknowledged_at_gte=acknowledged_at_gte,
        acknowledged_at_lt=acknowledged_at_lt,
        started_at=started_at,
        started_at_gte=started_at_gte,
        started_at_lt=started_at_lt,
        resolved_at=resolved_at,
        resolved_at_gte=resolved_at_gte,
        resolved_at_lt=resolved_at_lt,
        auto_close_at=auto_close_at,
        auto_close_at_gte=auto_close_at_gte,
        auto_close_at_lt=auto_close_at_lt,
        closed_at=closed_at,
        closed_at_gte=closed_at_gte,
        closed_at_lt=closed_at_lt,
        number=number,
        number_gte=number_gte,
        number_lt=number_lt,
        version=version,
        version_gte=version_gte,
        version_lt=version_lt,
        sequence=sequence,
        sequence_gte=sequence_gte,
        sequence_lt=sequence_lt,
        fields=fields,
        limit=limit,
        after=after,
        before=before,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    id: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    status: str | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    description: str | Unset = UNSET,
    parties_id: str | Unset = UNSET,
    parties_name: str | Unset = UNSET,
    related_id: str | Unset = UNSET,
    related_name: str | Unset = UNSET,
    assignment_team: str | Unset = UNSET,
    assignment_person: str | Unset = UNSET,
    external_ref: str | Unset = UNSET,
    relationships_id: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    type_: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    channel: str | Unset = UNSET,
    sla_state: str | Unset = UNSET,
    sla_due_at_gte: str | Unset = UNSET,
    sla_due_at_lt: str | Unset = UNSET,
    resolution_code: str | Unset = UNSET,
    created_by_name: str | Unset = UNSET,
    requested_resolution_at: str | Unset = UNSET,
    requested_resolution_at_gte: str | Unset = UNSET,
    requested_resolution_at_lt: str | Unset = UNSET,
    expected_resolution_at: str | Unset = UNSET,
    expected_resolution_at_gte: str | Unset = UNSET,
    expected_resolution_at_lt: str | Unset = UNSET,
    created_at: str | Unset = UNSET,
    created_at_gte: str | Unset = UNSET,
    created_at_lt: str | Unset = UNSET,
    updated_at: str | Unset = UNSET,
    updated_at_gte: str | Unset = UNSET,
    updated_at_lt: str | Unset = UNSET,
    acknowledged_at: str | Unset = UNSET,
    acknowledged_at_gte: str | Unset = UNSET,
    acknowledged_at_lt: str | Unset = UNSET,
    started_at: str | Unset = UNSET,
    started_at_gte: str | Unset = UNSET,
    started_at_lt: str | Unset = UNSET,
    resolved_at: str | Unset = UNSET,
    resolved_at_gte: str | Unset = UNSET,
    resolved_at_lt: str | Unset = UNSET,
    auto_close_at: str | Unset = UNSET,
    auto_close_at_gte: str | Unset = UNSET,
    auto_close_at_lt: str | Unset = UNSET,
    closed_at: str | Unset = UNSET,
    closed_at_gte: str | Unset = UNSET,
    closed_at_lt: str | Unset = UNSET,
    number: str | Unset = UNSET,
    number_gte: str | Unset = UNSET,
    number_lt: str | Unset = UNSET,
    version: str | Unset = UNSET,
    version_gte: str | Unset = UNSET,
    version_lt: str | Unset = UNSET,
    sequence: str | Unset = UNSET,
    sequence_gte: str | Unset = UNSET,
    sequence_lt: str | Unset = UNSET,
    fields: str | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Response[Problem | WorkOrderPage]:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        archived (bool | Unset):
        id (str | Unset):
        connection (str | Unset):
        status (str | Unset):
        interaction_id (UUID | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        description (str | Unset):
        parties_id (str | Unset):
        parties_name (str | Unset):
        related_id (str | Unset):
        related_name (str | Unset):
        assignment_team (str | Unset):
        assignment_person (str | Unset):
        external_ref (str | Unset):
        relationships_id (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        type_ (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        pending_on (str | Unset):
        channel (str | Unset):
        sla_state (str | Unset):
        sla_due_at_gte (str | Unset):
        sla_due_at_lt (str | Unset):
        resolution_code (str | Unset):
        created_by_name (str | Unset):
        requested_resolution_at (str | Unset):
        requested_resolution_at_gte (str | Unset):
        requested_resolution_at_lt (str | Unset):
        expected_resolution_at (str | Unset):
        expected_resolution_at_gte (str | Unset):
        expected_resolution_at_lt (str | Unset):
        created_at (str | Unset):
        created_at_gte (str | Unset):
        created_at_lt (str | Unset):
        updated_at (str | Unset):
        updated_at_gte (str | Unset):
        updated_at_lt (str | Unset):
        acknowledged_at (str | Unset):
        acknowledged_at_gte (str | Unset):
        acknowledged_at_lt (str | Unset):
        started_at (str | Unset):
        started_at_gte (str | Unset):
        started_at_lt (str | Unset):
        resolved_at (str | Unset):
        resolved_at_gte (str | Unset):
        resolved_at_lt (str | Unset):
        auto_close_at (str | Unset):
        auto_close_at_gte (str | Unset):
        auto_close_at_lt (str | Unset):
        closed_at (str | Unset):
        closed_at_gte (str | Unset):
        closed_at_lt (str | Unset):
        number (str | Unset):
        number_gte (str | Unset):
        number_lt (str | Unset):
        version (str | Unset):
        version_gte (str | Unset):
        version_lt (str | Unset):
        sequence (str | Unset):
        sequence_gte (str | Unset):
        sequence_lt (str | Unset):
        fields (str | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | WorkOrderPage]
    """
    kwargs = _get_kwargs(
        archived=archived,
        id=id,
        connection=connection,
        status=status,
        interaction_id=interaction_id,
        title=title,
        status_reason=status_reason,
        description=description,
        parties_id=parties_id,
        parties_name=parties_name,
        related_id=related_id,
        related_name=related_name,
        assignment_team=assignment_team,
        assignment_person=assignment_person,
        external_ref=external_ref,
        relationships_id=relationships_id,
        requester_side=requester_side,
        type_=type_,
        priority=priority,
        severity=severity,
        pending_on=pending_on,
        channel=channel,
        sla_state=sla_state,
        sla_due_at_gte=sla_due_at_gte,
        sla_due_at_lt=sla_due_at_lt,
        resolution_code=resolution_code,
        created_by_name=created_by_name,
        requested_resolution_at=requested_resolution_at,
        requested_resolution_at_gte=requested_resolution_at_gte,
        requested_resolution_at_lt=requested_resolution_at_lt,
        expected_resolution_at=expected_resolution_at,
        expected_resolution_at_gte=expected_resolution_at_gte,
        expected_resolution_at_lt=expected_resolution_at_lt,
        created_at=created_at,
        created_at_gte=created_at_gte,
        created_at_lt=created_at_lt,
        updated_at=updated_at,
        updated_at_gte=updated_at_gte,
        updated_at_lt=updated_at_lt,
        acknowledged_at=acknowledged_at,
        acknowledged_at_gte=acknowledged_at_gte,
        acknowledged_at_lt=acknowledged_at_lt,
        started_at=started_at,
        started_at_gte=started_at_gte,
        started_at_lt=started_at_lt,
        resolved_at=resolved_at,
        resolved_at_gte=resolved_at_gte,
        resolved_at_lt=resolved_at_lt,
        auto_close_at=auto_close_at,
        auto_close_at_gte=auto_close_at_gte,
        auto_close_at_lt=auto_close_at_lt,
        closed_at=closed_at,
        closed_at_gte=closed_at_gte,
        closed_at_lt=closed_at_lt,
        number=number,
        number_gte=number_gte,
        number_lt=number_lt,
        version=version,
        version_gte=version_gte,
        version_lt=version_lt,
        sequence=sequence,
        sequence_gte=sequence_gte,
        sequence_lt=sequence_lt,
        fields=fields,
        limit=limit,
        after=after,
        before=before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    id: str | Unset = UNSET,
    connection: str | Unset = UNSET,
    status: str | Unset = UNSET,
    interaction_id: UUID | Unset = UNSET,
    title: str | Unset = UNSET,
    status_reason: str | Unset = UNSET,
    description: str | Unset = UNSET,
    parties_id: str | Unset = UNSET,
    parties_name: str | Unset = UNSET,
    related_id: str | Unset = UNSET,
    related_name: str | Unset = UNSET,
    assignment_team: str | Unset = UNSET,
    assignment_person: str | Unset = UNSET,
    external_ref: str | Unset = UNSET,
    relationships_id: str | Unset = UNSET,
    requester_side: ListWorkOrdersRequesterSide | Unset = UNSET,
    type_: str | Unset = UNSET,
    priority: str | Unset = UNSET,
    severity: str | Unset = UNSET,
    pending_on: str | Unset = UNSET,
    channel: str | Unset = UNSET,
    sla_state: str | Unset = UNSET,
    sla_due_at_gte: str | Unset = UNSET,
    sla_due_at_lt: str | Unset = UNSET,
    resolution_code: str | Unset = UNSET,
    created_by_name: str | Unset = UNSET,
    requested_resolution_at: str | Unset = UNSET,
    requested_resolution_at_gte: str | Unset = UNSET,
    requested_resolution_at_lt: str | Unset = UNSET,
    expected_resolution_at: str | Unset = UNSET,
    expected_resolution_at_gte: str | Unset = UNSET,
    expected_resolution_at_lt: str | Unset = UNSET,
    created_at: str | Unset = UNSET,
    created_at_gte: str | Unset = UNSET,
    created_at_lt: str | Unset = UNSET,
    updated_at: str | Unset = UNSET,
    updated_at_gte: str | Unset = UNSET,
    updated_at_lt: str | Unset = UNSET,
    acknowledged_at: str | Unset = UNSET,
    acknowledged_at_gte: str | Unset = UNSET,
    acknowledged_at_lt: str | Unset = UNSET,
    started_at: str | Unset = UNSET,
    started_at_gte: str | Unset = UNSET,
    started_at_lt: str | Unset = UNSET,
    resolved_at: str | Unset = UNSET,
    resolved_at_gte: str | Unset = UNSET,
    resolved_at_lt: str | Unset = UNSET,
    auto_close_at: str | Unset = UNSET,
    auto_close_at_gte: str | Unset = UNSET,
    auto_close_at_lt: str | Unset = UNSET,
    closed_at: str | Unset = UNSET,
    closed_at_gte: str | Unset = UNSET,
    closed_at_lt: str | Unset = UNSET,
    number: str | Unset = UNSET,
    number_gte: str | Unset = UNSET,
    number_lt: str | Unset = UNSET,
    version: str | Unset = UNSET,
    version_gte: str | Unset = UNSET,
    version_lt: str | Unset = UNSET,
    sequence: str | Unset = UNSET,
    sequence_gte: str | Unset = UNSET,
    sequence_lt: str | Unset = UNSET,
    fields: str | Unset = UNSET,
    limit: int | Unset = 50,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
) -> Problem | WorkOrderPage | None:
    """List work orders

     List work orders, newest first; every parameter but `limit`, `after` and `before` is an equality
    filter.

    Permission: `work_order.read`.

    Args:
        archived (bool | Unset):
        id (str | Unset):
        connection (str | Unset):
        status (str | Unset):
        interaction_id (UUID | Unset):
        title (str | Unset):
        status_reason (str | Unset):
        description (str | Unset):
        parties_id (str | Unset):
        parties_name (str | Unset):
        related_id (str | Unset):
        related_name (str | Unset):
        assignment_team (str | Unset):
        assignment_person (str | Unset):
        external_ref (str | Unset):
        relationships_id (str | Unset):
        requester_side (ListWorkOrdersRequesterSide | Unset):
        type_ (str | Unset):
        priority (str | Unset):
        severity (str | Unset):
        pending_on (str | Unset):
        channel (str | Unset):
        sla_state (str | Unset):
        sla_due_at_gte (str | Unset):
        sla_due_at_lt (str | Unset):
        resolution_code (str | Unset):
        created_by_name (str | Unset):
        requested_resolution_at (str | Unset):
        requested_resolution_at_gte (str | Unset):
        requested_resolution_at_lt (str | Unset):
        expected_resolution_at (str | Unset):
        expected_resolution_at_gte (str | Unset):
        expected_resolution_at_lt (str | Unset):
        created_at (str | Unset):
        created_at_gte (str | Unset):
        created_at_lt (str | Unset):
        updated_at (str | Unset):
        updated_at_gte (str | Unset):
        updated_at_lt (str | Unset):
        acknowledged_at (str | Unset):
        acknowledged_at_gte (str | Unset):
        acknowledged_at_lt (str | Unset):
        started_at (str | Unset):
        started_at_gte (str | Unset):
        started_at_lt (str | Unset):
        resolved_at (str | Unset):
        resolved_at_gte (str | Unset):
        resolved_at_lt (str | Unset):
        auto_close_at (str | Unset):
        auto_close_at_gte (str | Unset):
        auto_close_at_lt (str | Unset):
        closed_at (str | Unset):
        closed_at_gte (str | Unset):
        closed_at_lt (str | Unset):
        number (str | Unset):
        number_gte (str | Unset):
        number_lt (str | Unset):
        version (str | Unset):
        version_gte (str | Unset):
        version_lt (str | Unset):
        sequence (str | Unset):
        sequence_gte (str | Unset):
        sequence_lt (str | Unset):
        fields (str | Unset):
        limit (int | Unset):  Default: 50.
        after (str | Unset):
        before (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | WorkOrderPage
    """
    return (
        await asyncio_detailed(
            client=client,
            archived=archived,
            id=id,
            connection=connection,
            status=status,
            interaction_id=interaction_id,
            title=title,
            status_reason=status_reason,
            description=description,
            parties_id=parties_id,
            parties_name=parties_name,
            related_id=related_id,
            related_name=related_name,
            assignment_team=assignment_team,
            assignment_person=assignment_person,
            external_ref=external_ref,
            relationships_id=relationships_id,
            requester_side=requester_side,
            type_=type_,
            priority=priority,
            severity=severity,
            pending_on=pending_on,
            channel=channel,
            sla_state=sla_state,
            sla_due_at_gte=sla_due_at_gte,
            sla_due_at_lt=sla_due_at_lt,
            resolution_code=resolution_code,
            created_by_name=created_by_name,
            requested_resolution_at=requested_resolution_at,
            requested_resolution_at_gte=requested_resolution_at_gte,
            requested_resolution_at_lt=requested_resolution_at_lt,
            expected_resolution_at=expected_resolution_at,
            expected_resolution_at_gte=expected_resolution_at_gte,
            expected_resolution_at_lt=expected_resolution_at_lt,
            created_at=created_at,
            created_at_gte=created_at_gte,
            created_at_lt=created_at_lt,
            updated_at=updated_at,
            updated_at_gte=updated_at_gte,
            updated_at_lt=updated_at_lt,
            acknowledged_at=acknowledged_at,
            acknowledged_at_gte=acknowledged_at_gte,
            acknowledged_at_lt=acknowledged_at_lt,
            started_at=started_at,
            started_at_gte=started_at_gte,
            started_at_lt=started_at_lt,
            resolved_at=resolved_at,
            resolved_at_gte=resolved_at_gte,
            resolved_at_lt=resolved_at_lt,
            auto_close_at=auto_close_at,
            auto_close_at_gte=auto_close_at_gte,
            auto_close_at_lt=auto_close_at_lt,
            closed_at=closed_at,
            closed_at_gte=closed_at_gte,
            closed_at_lt=closed_at_lt,
            number=number,
            number_gte=number_gte,
            number_lt=number_lt,
            version=version,
            version_gte=version_gte,
            version_lt=version_lt,
            sequence=sequence,
            sequence_gte=sequence_gte,
            sequence_lt=sequence_lt,
            fields=fields,
            limit=limit,
            after=after,
            before=before,
        )
    ).parsed
