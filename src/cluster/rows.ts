import type { Row } from '../engine/table.ts'

/** A row of AgentTable (konnectivity/agent-table.ts). */
export type Agent = Row<'Agent'>

/** A row of CallTable (upstreams/upstream-tables.ts). */
export type UpstreamCall = Row<'UpstreamCall'>

/** A row of ClientTable (objects/program-clients.ts). */
export type Client = Row<'Client'>

/** A row of EntryTable (kubelet/review-cache.ts). */
export type CachedReview = Row<'Entry'>

/** A row of FirstTable (kubelet/review-cache.ts). */
export type CachedReviewList = Row<'First'>

/** A row of HealthCheckTable (tunnels/ssh-tunneler-health.ts). */
export type HealthCheck = Row<'HealthCheck'>

/** A row of InFlightTable (apiserver/in-flight.ts). */
export type InFlightCount = Row<'InFlightCount'>

/** A row of NodeChangeTable (node-lifecycle/node-lifecycle-table.ts). */
export type NodeChange = Row<'NodeChange'>

/** A row of OnwardDialTable (tunnels/onward-dials.ts). */
export type OnwardDial = Row<'OnwardDial'>

/** A row of PendingTable (kubelet/kubelet-service.ts). */
export type PendingRequest = Row<'Pending'>

/** A row of PipeTable (apiserver/refused-upgrades.ts). */
export type Pipe = Row<'Pipe'>

/** A row of PooledTable (upstreams/upstream-tables.ts). */
export type Pooled = Row<'Pooled'>

/** A row of ProxiedRequestTable (apiserver/proxied-requests.ts). */
export type ProxiedRequest = Row<'ProxiedRequest'>

/** A row of QueuedPacketTable (konnectivity/tunnel-tables.ts). */
export type QueuedPacket = Row<'QueuedPacket'>

/** A row of RefusedDialTable (paths/refused-dials.ts). */
export type RefusedDial = Row<'RefusedDial'>

/** A row of ResponseTable (objects/object-store.ts). */
export type Response = Row<'Response'>

/** A row of ReviewTable (apiserver/review-responder.ts). */
export type ReviewRequest = Row<'ReviewRequest'>

/** A row of ReviewTable (kubelet/reviews.ts). */
export type Review = Row<'Review'>

/** A row of RevisionTable (kube-proxy/endpoints.ts). */
export type Revision = Row<'Revision'>

/** A row of TunnelEndTable (konnectivity/tunnel-tables.ts). */
export type TunnelEnd = Row<'TunnelEnd'>

/** A row of TunnelTable (tunnels/tunnels.ts). */
export type SshTunnel = Row<'SshTunnel'>

/** A row of TunnelledConnectionTable (konnectivity/tunnel-tables.ts). */
export type TunnelledConnection = Row<'TunnelledConnection'>

/** A row of TurnTable (apiserver/proxied-requests.ts). */
export type Turn = Row<'Turn'>

/** A row of UpstreamCounts (upstreams/upstream-tables.ts). */
export type UpstreamCount = Row<'UpstreamCount'>
