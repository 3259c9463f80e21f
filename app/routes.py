"""Every router of the web process, in the order in which addresses are looked up."""

from __future__ import annotations

import exchange.endpoints
import exchange.tmf621.endpoints
import exchange.tmf621.hub
import interactions.endpoints
import interactions.people.endpoints
import interactions.sharing.endpoints
import live.api.endpoints
import live.endpoints
import portal.account
import portal.account_factors
import portal.account_preferences
import portal.account_sessions
import portal.alarms
import portal.alerts
import portal.asks
import portal.asks_api
import portal.audit
import portal.audit_export
import portal.audit_heads
import portal.centre.call
import portal.centre.clients
import portal.centre.finish
import portal.centre.wizard
import portal.centre_access
import portal.centre_engines
import portal.centre_erasures
import portal.centre_lines
import portal.centre_people
import portal.centre_placements
import portal.commenting
import portal.confirm
import portal.connectors
import portal.control
import portal.control_api
import portal.control_feed
import portal.credentials
import portal.data
import portal.desk
import portal.desk_calls
import portal.desk_consent
import portal.desk_directory
import portal.desk_feed
import portal.desk_keys
import portal.desk_orders
import portal.desk_seat_tasks
import portal.desk_share
import portal.desk_tasks
import portal.desktop
import portal.developers
import portal.endpoint_pages
import portal.event_pages
import portal.exchange
import portal.exchange_channels
import portal.floor
import portal.floor_calls
import portal.floor_feed
import portal.floor_files
import portal.floor_orders
import portal.floor_taken
import portal.floor_tasks
import portal.for_systems
import portal.handed
import portal.hearing
import portal.help
import portal.holds
import portal.home
import portal.homes.page
import portal.hubs
import portal.identity
import portal.idp_sign_in
import portal.inbox.acts
import portal.inbox.listing
import portal.inbox.taken
import portal.interactions
import portal.isolation
import portal.live
import portal.live_listening
import portal.messages
import portal.nocall
import portal.notices
import portal.order_moments
import portal.orders.acts
import portal.orders.board
import portal.orders.feed
import portal.orders.page
import portal.palette
import portal.people_access
import portal.proofs
import portal.recovery
import portal.reveal
import portal.rewind
import portal.search_exports
import portal.search_exports_api
import portal.searching
import portal.second_step
import portal.settings.days_off
import portal.settings.desks
import portal.settings.drafting
import portal.settings.flows
import portal.settings.music
import portal.settings.order_types
import portal.settings.parts
import portal.settings.policies
import portal.settings.simple
import portal.settings.sla
import portal.settings.versions
import portal.shared
import portal.sharing
import portal.sign_in
import portal.staff_access
import portal.staff_feed
import portal.wall
import portal.wall_screen
import tenants.blueprints_api
import tenants.oauth.endpoints
import webhooks.endpoints
import workorders.asking.endpoints
import workorders.attachments.endpoints
import workorders.attachments.files
import workorders.cancelling.endpoints
import workorders.clocks.endpoints
import workorders.context.endpoints
import workorders.endpoints
import workorders.seat_tasks.endpoints

ROUTERS = (
    live.endpoints.router,  # first: thousands of pages open it at once when a server is back
    portal.home.router,
    portal.help.router,
    portal.order_moments.router,
    portal.palette.router,
    portal.homes.page.router,
    portal.handed.router,
    portal.idp_sign_in.router,
    portal.sign_in.router,
    portal.identity.router,
    portal.credentials.router,
    portal.developers.router,
    portal.endpoint_pages.router,
    portal.connectors.router,
    portal.event_pages.router,
    portal.exchange.router,
    portal.exchange_channels.router,
    portal.second_step.router,
    portal.recovery.router,
    portal.account.router,
    portal.account_factors.router,
    portal.account_preferences.router,
    portal.account_sessions.router,
    portal.confirm.router,
    portal.people_access.router,
    portal.proofs.router,
    portal.reveal.router,
    portal.audit.router,
    portal.audit_export.router,
    portal.audit_heads.router,
    portal.audit_heads.api,
    portal.isolation.router,
    portal.alarms.router,
    portal.staff_access.router,
    portal.centre_access.router,
    portal.centre_erasures.router,
    portal.centre_people.router,
    portal.centre_engines.router,
    portal.centre_lines.router,
    portal.centre_placements.router,
    portal.staff_feed.router,
    portal.alerts.router,
    portal.notices.router,
    portal.live.router,
    portal.rewind.router,
    portal.live_listening.router,
    portal.control.router,
    portal.control_feed.router,
    portal.asks.router,
    portal.desktop.router,
    portal.desk_share.router,
    portal.desk_consent.router,
    portal.floor.router,
    portal.floor_calls.router,
    portal.floor_taken.router,
    portal.floor_feed.router,
    portal.floor_files.router,
    portal.floor_orders.router,
    portal.floor_tasks.router,
    portal.search_exports.router,  # before the conversations, whose address takes any id
    portal.searching.router,
    portal.interactions.router,
    portal.hearing.router,
    portal.commenting.router,
    portal.sharing.router,
    portal.shared.router,
    portal.inbox.listing.router,
    portal.inbox.acts.router,
    portal.inbox.taken.router,
    portal.orders.board.router,  # before the page of one, whose address takes any id
    portal.orders.feed.router,
    portal.orders.page.router,
    portal.orders.acts.router,
    portal.hubs.router,
    portal.centre.clients.router,
    portal.centre.call.router,  # before the wizard as well
    portal.centre.finish.router,  # before the wizard, whose address takes any step
    portal.centre.wizard.router,
    portal.settings.days_off.router,
    portal.settings.desks.router,
    portal.settings.drafting.router,
    portal.settings.flows.router,
    portal.settings.order_types.router,
    portal.settings.parts.router,
    portal.settings.policies.router,
    portal.settings.simple.router,
    portal.settings.sla.router,
    portal.settings.music.router,
    portal.data.router,
    portal.holds.router,
    portal.nocall.router,
    portal.settings.versions.router,
    portal.desk.router,
    portal.desk_calls.router,
    portal.desk_directory.router,
    portal.desk_feed.router,
    portal.desk_keys.router,
    portal.desk_orders.router,
    portal.desk_seat_tasks.router,
    portal.desk_tasks.router,
    portal.for_systems.router,
    portal.asks_api.router,
    portal.control_api.router,
    portal.messages.router,
    portal.wall.router,
    portal.wall_screen.router,
    live.api.endpoints.router,
    portal.search_exports_api.router,  # as above
    interactions.endpoints.router,
    interactions.people.endpoints.router,
    interactions.sharing.endpoints.router,
    workorders.endpoints.router,
    workorders.asking.endpoints.router,
    workorders.cancelling.endpoints.router,
    workorders.seat_tasks.endpoints.router,
    workorders.seat_tasks.endpoints.waiting,
    exchange.endpoints.router,
    workorders.attachments.endpoints.router,
    workorders.attachments.files.router,
    exchange.tmf621.endpoints.router,
    exchange.tmf621.hub.router,
    webhooks.endpoints.router,
    workorders.clocks.endpoints.router,
    workorders.context.endpoints.router,
    tenants.oauth.endpoints.router,
    tenants.blueprints_api.router,
)
