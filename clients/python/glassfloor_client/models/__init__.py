"""Contains all the data models used in inputs/outputs"""

from .acknowledged import Acknowledged
from .act import Act
from .actor import Actor
from .added import Added
from .agree_connection_agreement_act import AgreeConnectionAgreementAct
from .agreed import Agreed
from .agreed_only import AgreedOnly
from .agreed_only_additional_property_item import AgreedOnlyAdditionalPropertyItem
from .applied_plan import AppliedPlan
from .apply_blueprint_json_body import ApplyBlueprintJsonBody
from .ask import Ask
from .asks import Asks
from .assigned import Assigned
from .assignment import Assignment
from .attachment import Attachment
from .attachment_kind import AttachmentKind
from .attachment_scan_state import AttachmentScanState
from .attachment_visibility import AttachmentVisibility
from .attachments import Attachments
from .attempt import Attempt
from .author import Author
from .blueprint_revert import BlueprintRevert
from .board import Board
from .board_acts_item import BoardActsItem
from .board_document import BoardDocument
from .call import Call
from .call_begun import CallBegun
from .calls_document import CallsDocument
from .cancellation import Cancellation
from .cancellation_state import CancellationState
from .change import Change
from .clock import Clock
from .clocks import Clocks
from .closed_days import ClosedDays
from .comment import Comment
from .comment_page import CommentPage
from .comment_visibility import CommentVisibility
from .completion import Completion
from .completion_state import CompletionState
from .connection_brief import ConnectionBrief
from .connection_health import ConnectionHealth
from .connection_list import ConnectionList
from .connection_map import ConnectionMap
from .connector_body import ConnectorBody
from .connector_body_settings import ConnectorBodySettings
from .connector_settings_settings import ConnectorSettingsSettings
from .controls import Controls
from .create_attachment_files_body import CreateAttachmentFilesBody
from .create_attachment_files_body_visibility import CreateAttachmentFilesBodyVisibility
from .create_attachment_json_new_attachment import CreateAttachmentJsonNewAttachment
from .create_attachment_json_new_attachment_kind import CreateAttachmentJsonNewAttachmentKind
from .create_attachment_json_new_attachment_visibility_type_0 import CreateAttachmentJsonNewAttachmentVisibilityType0
from .created_by import CreatedBy
from .current import Current
from .day import Day
from .day_marks_item import DayMarksItem
from .day_quarters_item import DayQuartersItem
from .decision import Decision
from .delivered_figure import DeliveredFigure
from .delivered_on import DeliveredOn
from .delivery import Delivery
from .delivery_page import DeliveryPage
from .delivery_with_tries import DeliveryWithTries
from .do_not_call_lift import DoNotCallLift
from .door_body import DoorBody
from .drop_body import DropBody
from .endpoint import Endpoint
from .endpoint_change import EndpointChange
from .endpoint_change_format_type_0 import EndpointChangeFormatType0
from .endpoints import Endpoints
from .exchange_link import ExchangeLink
from .exchange_links import ExchangeLinks
from .export import Export
from .export_ended import ExportEnded
from .export_page import ExportPage
from .export_wants_item import ExportWantsItem
from .external_ref import ExternalRef
from .feed import Feed
from .feed_data_item import FeedDataItem
from .figure import Figure
from .figure_unit import FigureUnit
from .figures_document import FiguresDocument
from .file_attachment import FileAttachment
from .file_attachment_kind import FileAttachmentKind
from .file_attachment_scan_state import FileAttachmentScanState
from .file_attachment_visibility import FileAttachmentVisibility
from .file_link import FileLink
from .files_settings import FilesSettings
from .files_state import FilesState
from .formula_row import FormulaRow
from .formula_row_figures import FormulaRowFigures
from .get_asyncapi_response_200 import GetAsyncapiResponse200
from .get_live_schema_response_200 import GetLiveSchemaResponse200
from .get_oauth_metadata_response_200 import GetOauthMetadataResponse200
from .hand_over import HandOver
from .head_signed import HeadSigned
from .head_signed_head_type_0 import HeadSignedHeadType0
from .heads import Heads
from .heads_data_item import HeadsDataItem
from .held_now import HeldNow
from .history import History
from .history_entry import HistoryEntry
from .history_entry_changes import HistoryEntryChanges
from .hold import Hold
from .hold_line import HoldLine
from .hold_of_found import HoldOfFound
from .hold_of_interactions import HoldOfInteractions
from .hold_page import HoldPage
from .hold_reason import HoldReason
from .inbound_message import InboundMessage
from .inbound_messages import InboundMessages
from .info_answer import InfoAnswer
from .info_answer_fields import InfoAnswerFields
from .info_request import InfoRequest
from .info_request_fields import InfoRequestFields
from .info_requests import InfoRequests
from .interaction import Interaction
from .interaction_fact import InteractionFact
from .interaction_fact_actor import InteractionFactActor
from .interaction_fact_data import InteractionFactData
from .interaction_in_full import InteractionInFull
from .interaction_page import InteractionPage
from .interval import Interval
from .introspect_token_body import IntrospectTokenBody
from .issue_token_body import IssueTokenBody
from .kept import Kept
from .lifted import Lifted
from .limit import Limit
from .limits import Limits
from .link import Link
from .link_audience import LinkAudience
from .link_made import LinkMade
from .links import Links
from .list_work_orders_requester_side import ListWorkOrdersRequesterSide
from .listed import Listed
from .listed_page import ListedPage
from .made import Made
from .mail_body import MailBody
from .mail_body_locale import MailBodyLocale
from .mail_settings import MailSettings
from .mail_state import MailState
from .map_body import MapBody
from .mapped_field import MappedField
from .mapped_field_values_type_0 import MappedFieldValuesType0
from .mapped_status import MappedStatus
from .mark import Mark
from .marks import Marks
from .moment import Moment
from .moment_attachment import MomentAttachment
from .moment_attachment_kind import MomentAttachmentKind
from .moment_attachment_scan_state import MomentAttachmentScanState
from .moment_attachment_visibility import MomentAttachmentVisibility
from .moment_board import MomentBoard
from .new_address import NewAddress
from .new_announcement import NewAnnouncement
from .new_announcement_scope import NewAnnouncementScope
from .new_announcement_sounds import NewAnnouncementSounds
from .new_announcement_texts import NewAnnouncementTexts
from .new_assignment import NewAssignment
from .new_call import NewCall
from .new_cancellation import NewCancellation
from .new_comment import NewComment
from .new_comment_visibility import NewCommentVisibility
from .new_endpoint import NewEndpoint
from .new_endpoint_format import NewEndpointFormat
from .new_endpoint_made import NewEndpointMade
from .new_endpoint_signature import NewEndpointSignature
from .new_export import NewExport
from .new_export_filters import NewExportFilters
from .new_export_wants_item import NewExportWantsItem
from .new_hours import NewHours
from .new_hours_opening import NewHoursOpening
from .new_hours_scope import NewHoursScope
from .new_info_request import NewInfoRequest
from .new_message import NewMessage
from .new_numbers import NewNumbers
from .new_pause import NewPause
from .new_priority import NewPriority
from .new_recording_link import NewRecordingLink
from .new_recording_link_audience import NewRecordingLinkAudience
from .new_request import NewRequest
from .new_seat_task import NewSeatTask
from .new_seat_task_kind import NewSeatTaskKind
from .new_secret import NewSecret
from .new_transition import NewTransition
from .new_transition_pending_on_type_0 import NewTransitionPendingOnType0
from .new_work_order import NewWorkOrder
from .new_work_order_custom import NewWorkOrderCustom
from .new_work_order_priority import NewWorkOrderPriority
from .new_work_order_severity import NewWorkOrderSeverity
from .o_auth_error import OAuthError
from .occupancy import Occupancy
from .out_word import OutWord
from .out_word_of import OutWordOf
from .own_key import OwnKey
from .own_key_limits import OwnKeyLimits
from .own_key_type import OwnKeyType
from .party import Party
from .party_of import PartyOf
from .plan import Plan
from .plan_blueprint_json_body import PlanBlueprintJsonBody
from .priority_bounds import PriorityBounds
from .problem import Problem
from .problem_place import ProblemPlace
from .queue import Queue
from .queues_document import QueuesDocument
from .reason import Reason
from .recording import Recording
from .recording_gaps_item import RecordingGapsItem
from .reference import Reference
from .related import Related
from .related_thing import RelatedThing
from .relation import Relation
from .relation_type import RelationType
from .relationship import Relationship
from .relationship_type import RelationshipType
from .replay import Replay
from .replayed import Replayed
from .request import Request
from .resolution import Resolution
from .resolved import Resolved
from .revoke_token_body import RevokeTokenBody
from .revoke_token_response_200 import RevokeTokenResponse200
from .rotated import Rotated
from .rotation import Rotation
from .rotation_signature_type_0 import RotationSignatureType0
from .schemas import Schemas
from .seat import Seat
from .seat_task import SeatTask
from .seat_task_kind import SeatTaskKind
from .seat_tasks import SeatTasks
from .seats_document import SeatsDocument
from .secret_body import SecretBody
from .share import Share
from .shown_field import ShownField
from .shown_field_values_type_0 import ShownFieldValuesType0
from .shown_status import ShownStatus
from .shown_word import ShownWord
from .side import Side
from .socket_pass import SocketPass
from .sound import Sound
from .span import Span
from .status import Status
from .step import Step
from .step_requires_item import StepRequiresItem
from .step_taken import StepTaken
from .steps import Steps
from .task_agent import TaskAgent
from .telling import Telling
from .tellings import Tellings
from .tenant import Tenant
from .token import Token
from .token_state import TokenState
from .totals import Totals
from .totals_engine import TotalsEngine
from .totals_moved import TotalsMoved
from .trial import Trial
from .trial_answer import TrialAnswer
from .trial_payload_type_0 import TrialPayloadType0
from .upload_sound_use import UploadSoundUse
from .version import Version
from .versions import Versions
from .waiting_seat_tasks import WaitingSeatTasks
from .watching import Watching
from .way_in import WayIn
from .way_out import WayOut
from .work_order import WorkOrder
from .work_order_custom import WorkOrderCustom
from .work_order_page import WorkOrderPage
from .work_order_patch import WorkOrderPatch
from .work_order_patch_custom_type_0 import WorkOrderPatchCustomType0
from .work_order_patch_priority_type_0 import WorkOrderPatchPriorityType0
from .work_order_patch_severity_type_0 import WorkOrderPatchSeverityType0
from .work_order_priority import WorkOrderPriority
from .work_order_severity import WorkOrderSeverity

__all__ = (
    "Acknowledged",
    "Act",
    "Actor",
    "Added",
    "AgreeConnectionAgreementAct",
    "Agreed",
    "AgreedOnly",
    "AgreedOnlyAdditionalPropertyItem",
    "AppliedPlan",
    "ApplyBlueprintJsonBody",
    "Ask",
    "Asks",
    "Assigned",
    "Assignment",
    "Attachment",
    "AttachmentKind",
    "AttachmentScanState",
    "AttachmentVisibility",
    "Attachments",
    "Attempt",
    "Author",
    "BlueprintRevert",
    "Board",
    "BoardActsItem",
    "BoardDocument",
    "Call",
    "CallBegun",
    "CallsDocument",
    "Cancellation",
    "CancellationState",
    "Change",
    "Clock",
    "Clocks",
    "ClosedDays",
    "Comment",
    "CommentPage",
    "CommentVisibility",
    "Completion",
    "CompletionState",
    "ConnectionBrief",
    "ConnectionHealth",
    "ConnectionList",
    "ConnectionMap",
    "ConnectorBody",
    "ConnectorBodySettings",
    "ConnectorSettingsSettings",
    "Controls",
    "CreateAttachmentFilesBody",
    "CreateAttachmentFilesBodyVisibility",
    "CreateAttachmentJsonNewAttachment",
    "CreateAttachmentJsonNewAttachmentKind",
    "CreateAttachmentJsonNewAttachmentVisibilityType0",
    "CreatedBy",
    "Current",
    "Day",
    "DayMarksItem",
    "DayQuartersItem",
    "Decision",
    "DeliveredFigure",
    "DeliveredOn",
    "Delivery",
    "DeliveryPage",
    "DeliveryWithTries",
    "DoNotCallLift",
    "DoorBody",
    "DropBody",
    "Endpoint",
    "EndpointChange",
    "EndpointChangeFormatType0",
    "Endpoints",
    "ExchangeLink",
    "ExchangeLinks",
    "Export",
    "ExportEnded",
    "ExportPage",
    "ExportWantsItem",
    "ExternalRef",
    "Feed",
    "FeedDataItem",
    "Figure",
    "FigureUnit",
    "FiguresDocument",
    "FileAttachment",
    "FileAttachmentKind",
    "FileAttachmentScanState",
    "FileAttachmentVisibility",
    "FileLink",
    "FilesSettings",
    "FilesState",
    "FormulaRow",
    "FormulaRowFigures",
    "GetAsyncapiResponse200",
    "GetLiveSchemaResponse200",
    "GetOauthMetadataResponse200",
    "HandOver",
    "HeadSigned",
    "HeadSignedHeadType0",
    "Heads",
    "HeadsDataItem",
    "HeldNow",
    "History",
    "HistoryEntry",
    "HistoryEntryChanges",
    "Hold",
    "HoldLine",
    "HoldOfFound",
    "HoldOfInteractions",
    "HoldPage",
    "HoldReason",
    "InboundMessage",
    "InboundMessages",
    "InfoAnswer",
    "InfoAnswerFields",
    "InfoRequest",
    "InfoRequestFields",
    "InfoRequests",
    "Interaction",
    "InteractionFact",
    "InteractionFactActor",
    "InteractionFactData",
    "InteractionInFull",
    "InteractionPage",
    "Interval",
    "IntrospectTokenBody",
    "IssueTokenBody",
    "Kept",
    "Lifted",
    "Limit",
    "Limits",
    "Link",
    "LinkAudience",
    "LinkMade",
    "Links",
    "ListWorkOrdersRequesterSide",
    "Listed",
    "ListedPage",
    "Made",
    "MailBody",
    "MailBodyLocale",
    "MailSettings",
    "MailState",
    "MapBody",
    "MappedField",
    "MappedFieldValuesType0",
    "MappedStatus",
    "Mark",
    "Marks",
    "Moment",
    "MomentAttachment",
    "MomentAttachmentKind",
    "MomentAttachmentScanState",
    "MomentAttachmentVisibility",
    "MomentBoard",
    "NewAddress",
    "NewAnnouncement",
    "NewAnnouncementScope",
    "NewAnnouncementSounds",
    "NewAnnouncementTexts",
    "NewAssignment",
    "NewCall",
    "NewCancellation",
    "NewComment",
    "NewCommentVisibility",
    "NewEndpoint",
    "NewEndpointFormat",
    "NewEndpointMade",
    "NewEndpointSignature",
    "NewExport",
    "NewExportFilters",
    "NewExportWantsItem",
    "NewHours",
    "NewHoursOpening",
    "NewHoursScope",
    "NewInfoRequest",
    "NewMessage",
    "NewNumbers",
    "NewPause",
    "NewPriority",
    "NewRecordingLink",
    "NewRecordingLinkAudience",
    "NewRequest",
    "NewSeatTask",
    "NewSeatTaskKind",
    "NewSecret",
    "NewTransition",
    "NewTransitionPendingOnType0",
    "NewWorkOrder",
    "NewWorkOrderCustom",
    "NewWorkOrderPriority",
    "NewWorkOrderSeverity",
    "OAuthError",
    "Occupancy",
    "OutWord",
    "OutWordOf",
    "OwnKey",
    "OwnKeyLimits",
    "OwnKeyType",
    "Party",
    "PartyOf",
    "Plan",
    "PlanBlueprintJsonBody",
    "PriorityBounds",
    "Problem",
    "ProblemPlace",
    "Queue",
    "QueuesDocument",
    "Reason",
    "Recording",
    "RecordingGapsItem",
    "Reference",
    "Related",
    "RelatedThing",
    "Relation",
    "RelationType",
    "Relationship",
    "RelationshipType",
    "Replay",
    "Replayed",
    "Request",
    "Resolution",
    "Resolved",
    "RevokeTokenBody",
    "RevokeTokenResponse200",
    "Rotated",
    "Rotation",
    "RotationSignatureType0",
    "Schemas",
    "Seat",
    "SeatTask",
    "SeatTaskKind",
    "SeatTasks",
    "SeatsDocument",
    "SecretBody",
    "Share",
    "ShownField",
    "ShownFieldValuesType0",
    "ShownStatus",
    "ShownWord",
    "Side",
    "SocketPass",
    "Sound",
    "Span",
    "Status",
    "Step",
    "StepRequiresItem",
    "StepTaken",
    "Steps",
    "TaskAgent",
    "Telling",
    "Tellings",
    "Tenant",
    "Token",
    "TokenState",
    "Totals",
    "TotalsEngine",
    "TotalsMoved",
    "Trial",
    "TrialAnswer",
    "TrialPayloadType0",
    "UploadSoundUse",
    "Version",
    "Versions",
    "WaitingSeatTasks",
    "Watching",
    "WayIn",
    "WayOut",
    "WorkOrder",
    "WorkOrderCustom",
    "WorkOrderPage",
    "WorkOrderPatch",
    "WorkOrderPatchCustomType0",
    "WorkOrderPatchPriorityType0",
    "WorkOrderPatchSeverityType0",
    "WorkOrderPriority",
    "WorkOrderSeverity",
)
