import { client } from './client.gen.js';
import { urlSearchParamsBodySerializer } from './client/index.js';
export const listWorkOrders = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders',
    ...options
});
export const createWorkOrder = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getWorkOrder = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}',
    ...options
});
export const updateWorkOrder = (options) => (options.client ?? client).patch({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listComments = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/comments',
    ...options
});
export const createComment = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/comments',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getWorkOrderHistory = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/history',
    ...options
});
export const listTransitions = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/transitions',
    ...options
});
export const transitionWorkOrder = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/transitions',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const assignWorkOrder = (options) => (options.client ?? client).put({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/assignment',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listInfoRequests = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/info-requests',
    ...options
});
export const createInfoRequest = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/info-requests',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getInfoRequest = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/info-requests/{info_request_id}',
    ...options
});
export const answerInfoRequest = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/info-requests/{info_request_id}/answer',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getCancellation = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/cancellation',
    ...options
});
export const requestCancellation = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/cancellation',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const decideCancellation = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/cancellation/decision',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const takeUpCancellation = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/cancellation/take-up',
    ...options
});
export const listWaitingSeatTasks = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/seat-tasks',
    ...options
});
export const listSeatTasks = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks',
    ...options
});
export const createSeatTask = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getSeatTask = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}',
    ...options
});
export const acceptSeatTask = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/accept',
    ...options
});
export const handOverSeatTask = (options) => (options.client ?? client).put({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/agent',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const completeSeatTask = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/completion',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const withdrawSeatTask = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/withdraw',
    ...options
});
export const getLinkedFile = (options) => (options.client ?? client).get({ url: '/v1/files/{file_token}', ...options });
export const listAttachments = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments',
    ...options
});
export const createAttachment = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const deleteAttachment = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments/{attachment_id}',
    ...options
});
export const getAttachment = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments/{attachment_id}',
    ...options
});
export const getAttachmentContent = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments/{attachment_id}/content',
    ...options
});
export const putAttachmentContent = (options) => (options.client ?? client).put({
    bodySerializer: null,
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments/{attachment_id}/content',
    ...options,
    headers: {
        'Content-Type': 'application/octet-stream',
        ...options.headers
    }
});
export const revokeAttachmentLinks = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments/{attachment_id}/link',
    ...options
});
export const createAttachmentLink = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/attachments/{attachment_id}/link',
    ...options
});
export const listClocks = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/sla',
    ...options
});
export const getWorkOrderContext = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/context',
    ...options
});
export const revokeContextLinks = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/work-orders/{work_order_id}/context/links',
    ...options
});
export const listEvents = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/events',
    ...options
});
export const getDelivery = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/deliveries/{delivery_id}',
    ...options
});
export const redeliverEvent = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/deliveries/{delivery_id}/redeliver',
    ...options
});
export const listEndpoints = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints',
    ...options
});
export const createEndpoint = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const deleteEndpoint = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}',
    ...options
});
export const getEndpoint = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}',
    ...options
});
export const changeEndpoint = (options) => (options.client ?? client).patch({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listDeliveries = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/deliveries',
    ...options
});
export const disableEndpoint = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/disable',
    ...options
});
export const enableEndpoint = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/enable',
    ...options
});
export const replayEvents = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/replay',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const rotateSecret = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/rotate',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const testEndpoint = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/test',
    ...options
});
export const verifyEndpoint = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/endpoints/{endpoint_id}/verify',
    ...options
});
export const sendInboundMessage = (options) => (options.client ?? client).post({
    url: '/v1/inbound/{connection_token}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listConnections = (options) => (options?.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections',
    ...options
});
export const getConnection = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}',
    ...options
});
export const makeInboundAddress = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/address',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const agreeConnection = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/agreement/{agreement_act}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getConnector = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/connector',
    ...options
});
export const putConnector = (options) => (options.client ?? client).put({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/connector',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getConnectionFiles = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/files',
    ...options
});
export const putConnectionFiles = (options) => (options.client ?? client).put({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/files',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listExchangeLinks = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/links',
    ...options
});
export const getConnectionMail = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/mail',
    ...options
});
export const putConnectionMail = (options) => (options.client ?? client).put({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/mail',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const rotateConnectionMailKey = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/mail/key',
    ...options
});
export const getConnectionMap = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/map',
    ...options
});
export const putConnectionMap = (options) => (options.client ?? client).put({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/map',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listInboundMessages = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/messages',
    ...options
});
export const changeInboundSecret = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/secret',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const tryInboundMessage = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/connections/{connection}/trial',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listInteractions = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions',
    ...options
});
export const listExports = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/exports',
    ...options
});
export const createExport = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/exports',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const cancelExport = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/exports/{export_id}',
    ...options
});
export const getExport = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/exports/{export_id}',
    ...options
});
export const getExportFile = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/exports/{export_id}/file',
    ...options
});
export const getInteraction = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/{interaction_id}',
    ...options
});
export const listRecordingLinks = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/{interaction_id}/links',
    ...options
});
export const createRecordingLink = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/{interaction_id}/links',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const revokeRecordingLink = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/{interaction_id}/links/{link_id}',
    ...options
});
export const getRecording = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/{interaction_id}/recording',
    ...options
});
export const acknowledgeContext = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/contexts/{context_id}/acknowledge',
    ...options
});
export const getContextDelivered = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/figures/context-delivered',
    ...options
});
export const listContexts = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/interactions/{interaction_id}/contexts',
    ...options
});
export const beginCall = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/calls',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const cancelCall = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/calls/{interaction_id}',
    ...options
});
export const getAsyncapi = (options) => (options?.client ?? client).get({ url: '/v1/live/asyncapi.json', ...options });
export const getBoard = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/board',
    ...options
});
export const listFigures = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/figures',
    ...options
});
export const listLiveInteractions = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/interactions',
    ...options
});
export const getPastBoard = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/past/board',
    ...options
});
export const getPastDay = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/past/day',
    ...options
});
export const listPastEvents = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/past/events',
    ...options
});
export const listLiveQueues = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/queues',
    ...options
});
export const listLiveSchemas = (options) => (options?.client ?? client).get({ url: '/v1/live/schemas', ...options });
export const getLiveSchema = (options) => (options.client ?? client).get({ url: '/v1/live/schemas/{schema_name}', ...options });
export const listLiveSeats = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/seats',
    ...options
});
export const createSocketTicket = (options) => (options?.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/live/tickets',
    ...options
});
export const listControls = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls',
    ...options
});
export const controlAnnouncement = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/announcements',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listAsks = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/asks',
    ...options
});
export const controlHours = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/hours',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const askToListen = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/listening',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const sendMessage = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/messages',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const controlPause = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/pauses',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const controlPriority = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/priorities',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const endControl = (options) => (options.client ?? client).delete({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/{act_id}',
    ...options
});
export const getControl = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/controls/{act_id}',
    ...options
});
export const uploadSound = (options) => (options.client ?? client).post({
    bodySerializer: null,
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/sounds',
    ...options,
    headers: {
        'Content-Type': 'audio/wav',
        ...options.headers
    }
});
export const getBlueprint = (options) => (options?.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint',
    ...options
});
export const applyBlueprint = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/apply',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const closeCalendarDays = (options) => (options.client ?? client).post({
    bodySerializer: null,
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/calendars/{code}/days-off',
    ...options,
    headers: {
        'Content-Type': 'text/calendar',
        ...options.headers
    }
});
export const compareBlueprintVersions = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/diff',
    ...options
});
export const planBlueprint = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/plan',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const revertBlueprint = (options) => (options.client ?? client).post({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/revert',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listBlueprintVersions = (options) => (options?.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/versions',
    ...options
});
export const getBlueprintVersion = (options) => (options.client ?? client).get({
    security: [{
            in: 'cookie',
            name: 'gf',
            type: 'apiKey'
        }],
    url: '/v1/blueprint/versions/{version}',
    ...options
});
export const listDoNotCall = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/do-not-call',
    ...options
});
export const addDoNotCall = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/do-not-call',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const liftDoNotCall = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/do-not-call/{line_id}/lift',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listHolds = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/holds',
    ...options
});
export const holdInteractions = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/holds',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const holdFoundInteractions = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/holds/found',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const getHold = (options) => (options.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/holds/{interaction_id}',
    ...options
});
export const holdInteraction = (options) => (options.client ?? client).put({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/holds/{interaction_id}',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const liftHold = (options) => (options.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/holds/{interaction_id}/lift',
    ...options,
    headers: {
        'Content-Type': 'application/json',
        ...options.headers
    }
});
export const listJournalHeads = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/journal/heads',
    ...options
});
export const signJournalHead = (options) => (options?.client ?? client).post({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/journal/heads',
    ...options
});
export const getOauthMetadata = (options) => (options?.client ?? client).get({ url: '/.well-known/oauth-authorization-server', ...options });
export const introspectToken = (options) => (options.client ?? client).post({
    ...urlSearchParamsBodySerializer,
    url: '/oauth/introspect',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});
export const revokeToken = (options) => (options.client ?? client).post({
    ...urlSearchParamsBodySerializer,
    url: '/oauth/revoke',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});
export const issueToken = (options) => (options.client ?? client).post({
    ...urlSearchParamsBodySerializer,
    url: '/oauth/token',
    ...options,
    headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...options.headers
    }
});
export const getOwnKey = (options) => (options?.client ?? client).get({
    security: [{ scheme: 'bearer', type: 'http' }, { scheme: 'bearer', type: 'http' }],
    url: '/v1/keys/self',
    ...options
});
