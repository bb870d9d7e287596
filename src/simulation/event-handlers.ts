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
import type { EventKind } from '../engine/event-kind.ts'
import { HTTP2_HEALTH_CHECK } from '../http/http2-health.ts'
import { MIDDLEBOX_SWEEP } from '../network/middleboxes.ts'
import { TLS_HANDSHAKE_DEADLINE } from '../security/tls-deadlines.ts'
import { PROXY_DEADLINE } from '../transport/tcp-proxies.ts'
import { CHUNK_DUE } from '../workload/flows.ts'
import { HEARTBEAT_DUE, REQUEST_TIMEOUT } from '../workload/heartbeats.ts'
import { STREAM_PING } from '../workload/streaming/stream-sessions.ts'
import { CLIENT_TURN, REQUEST_ARRIVAL, WORKLOAD_START } from '../workload/workloads.ts'
import { SCENARIO_EVENT_BEGINS, SCENARIO_EVENT_ENDS } from './events/scenario-events.ts'
import type { Parts } from './parts.ts'
import type { TargetNumbers } from './plan.ts'

/** Handles an event, about the nth host, tunnel or workload, or about what else is a target. */
type Handle = (index: number, argument: number) => void

/** The handler of a kind of events, and the first target that they can have. */
export interface EventHandler {
  readonly first: number
  readonly handle: Handle
}

/** Returns the handlers of all kinds of events but arrivals, work and timers of connections, by number of the kind. */
export function handlersOf(parts: Parts, targets: TargetNumbers): readonly EventHandler[] {
  const handlers: EventHandler[] = []
  const add = (first: number, of: Handlers) => {
    for (const [kind, handle] of of) handlers[kind.number] = { first, handle }
  }
  add(targets.firstHost, handlersOfHosts(parts))
  add(targets.firstTunnel, handlersOfTunnels(parts))
  add(targets.firstWorkload, handlersOfWorkloads(parts))
  add(targets.scenario, handlersOfScenario(parts))
  add(targets.attack, [[ATTACK_TURN, (_, turn) => parts.attack?.scheduler.onTurn(turn)]])
  return handlers
}

type Handlers = readonly (readonly [EventKind, Handle])[]

function handlersOfHosts(parts: Parts): Handlers {
  const { tls, http, sessions, tunneler, refusals, konnectivity, middleboxes, tcpProxies, cluster, attack } = parts
  const upstreams = attack?.upstreams ?? cluster.upstreams
  const wake: Handle = (_, client) => cluster.background?.clients.onWake(client)
  return [
    [TLS_HANDSHAKE_DEADLINE, (host, session) => tls.onDeadline(host, session)],
    [HTTP2_HEALTH_CHECK, (host, connection) => http.onHealthCheck(host, connection)],
    [STREAM_PING, (host, session) => sessions.onPing(host, session)],
    [TUNNELER_TURN, () => tunneler.onSync()],
    [DIAL_REFUSED, (host, dial) => refusals.onDue(host, dial)],
    [AGENT_SYNC, (_, agent) => konnectivity.agents.onSync(agent)],
    [AGENT_CONNECT_DEADLINE, (_, agent) => konnectivity.agents.onConnectDeadline(agent)],
    [TUNNELLED_DEADLINE, (host, connection) => konnectivity.tunnelled.onDeadline(host, connection)],
    [UPSTREAM_IDLE, (host, connection) => upstreams?.onIdle(host, connection)],
    [REVIEW_RETRY, (host, review) => cluster.onReviewRetry(host, review)],
    [MIDDLEBOX_SWEEP, (host) => middleboxes?.onSweep(host)],
    [PROXY_DEADLINE, (host, side) => tcpProxies.onDeadline(host, side)],
    [CERTIFICATE_TURN, wake],
    [VOLUME_TURN, wake],
    [PROGRAM_TURN, wake],
  ]
}

function handlersOfTunnels({ tunnels, tunneler }: Parts): Handlers {
  return [
    [LOGIN_DEADLINE, (tunnel, dial) => tunnels.onDeadline(tunnel, dial)],
    [TUNNEL_CHECK, (tunnel, check) => tunneler.onCheck(tunnel, check)],
  ]
}

function handlersOfWorkloads({ workloads, answers }: Parts): Handlers {
  return [
    [WORKLOAD_START, (workload) => workloads.start(workload)],
    [REQUEST_ARRIVAL, (workload, request) => workloads.onArrival(workload, request)],
    [CLIENT_TURN, (workload, client) => workloads.onTurn(workload, client)],
    [CHUNK_DUE, (workload, flow) => answers.onChunkDue(flow, workload)],
    [REQUEST_TIMEOUT, (workload, request) => workloads.onTimeout(workload, request)],
    [HEARTBEAT_DUE, (workload, loop) => workloads.onHeartbeatDue(workload, loop)],
  ]
}

function handlersOfScenario({ scenarioEvents, nodeLifecycle }: Parts): Handlers {
  return [
    [SCENARIO_EVENT_BEGINS, (_, event) => scenarioEvents.onEvent(event, true)],
    [SCENARIO_EVENT_ENDS, (_, event) => scenarioEvents.onEvent(event, false)],
    [NODE_MONITOR, () => nodeLifecycle.onMonitor()],
    [EVICTION_PASS, (_, pass) => nodeLifecycle.evictions.onPass(pass)],
    [TOLERATION_END, (_, node) => nodeLifecycle.evictions.onTolerationEnd(node)],
  ]
}
