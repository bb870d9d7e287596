import { ATTACK_TURN } from '../attack/step-scheduler.ts'
import { CERTIFICATE_TURN } from '../cluster/bootstrapping/signing-state.ts'
import { AGENT_CONNECT_DEADLINE, AGENT_SYNC } from '../cluster/konnectivity/konnectivity-agents.ts'
import { TUNNELLED_DEADLINE } from '../cluster/konnectivity/tunnelled-connections.ts'
import { REVIEW_RETRY } from '../cluster/kubelet/reviews.ts'
import { NODE_MONITOR } from '../cluster/node-lifecycle/node-lifecycle.ts'
import { EVICTION_PASS, TOLERATION_END } from '../cluster/node-lifecycle/pod-evictions.ts'
import { PROGRAM_TURN } from '../cluster/objects/cluster-program.ts'
import { DIAL_REFUSED } from '../cluster/paths/refused-dials.ts'
import { VOLUME_TURN } from '../cluster/pods/pod-volumes.ts'
import { TUNNEL_CHECK, TUNNELER_TURN } from '../cluster/tunnels/ssh-tunneler.ts'
import { LOGIN_DEADLINE } from '../cluster/tunnels/tunnels.ts'
import { UPSTREAM_IDLE } from '../cluster/upstreams/upstreams.ts'
import { inOrder } from '../engine/event-kind.ts'
import { HTTP2_HEALTH_CHECK } from '../http/http2-health.ts'
import { MIDDLEBOX_SWEEP } from '../network/middleboxes.ts'
import { PACKET_ARRIVAL } from '../network/packets-in-flight.ts'
import { WORK_DONE } from '../network/processor.ts'
import { TLS_HANDSHAKE_DEADLINE } from '../security/tls-deadlines.ts'
import { PROXY_DEADLINE } from '../transport/tcp-proxies.ts'
import { CONNECTION_TIMER } from '../transport/timing/timers.ts'
import { CHUNK_DUE } from '../workload/flows.ts'
import { HEARTBEAT_DUE, REQUEST_TIMEOUT } from '../workload/heartbeats.ts'
import { STREAM_PING } from '../workload/streaming/stream-sessions.ts'
import { CLIENT_TURN, REQUEST_ARRIVAL, WORKLOAD_START } from '../workload/workloads.ts'
import { SCENARIO_EVENT_BEGINS, SCENARIO_EVENT_ENDS } from './events/scenario-events.ts'

/**
 * All kinds of events. Events of one tick and target are processed in this order, so a new kind is placed among the
 * kinds of the same target.
 */
export const EVENT_KINDS = inOrder([
  PACKET_ARRIVAL,
  WORK_DONE,
  ATTACK_TURN,
  CONNECTION_TIMER,
  TLS_HANDSHAKE_DEADLINE,
  HTTP2_HEALTH_CHECK,
  STREAM_PING,
  WORKLOAD_START,
  REQUEST_ARRIVAL,
  CLIENT_TURN,
  LOGIN_DEADLINE,
  SCENARIO_EVENT_BEGINS,
  SCENARIO_EVENT_ENDS,
  CHUNK_DUE,
  REQUEST_TIMEOUT,
  TUNNELER_TURN,
  TUNNEL_CHECK,
  DIAL_REFUSED,
  AGENT_SYNC,
  AGENT_CONNECT_DEADLINE,
  TUNNELLED_DEADLINE,
  UPSTREAM_IDLE,
  REVIEW_RETRY,
  HEARTBEAT_DUE,
  NODE_MONITOR,
  EVICTION_PASS,
  TOLERATION_END,
  MIDDLEBOX_SWEEP,
  PROXY_DEADLINE,
  CERTIFICATE_TURN,
  VOLUME_TURN,
  PROGRAM_TURN,
])
