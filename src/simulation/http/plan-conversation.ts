import type { UpgradeTreatment } from '../../cluster/apiserver/proxied-request-plan.ts'
import { type StreamingProtocol, type StreamUse, sessionPlan } from '../../cluster/messages/streaming-protocols.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { Abilities } from '../../cluster/versions/abilities.ts'
import type { StreamKey } from '../../engine/streams.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { ResponseBody } from '../../workload/planned-response.ts'
import type { SessionPlan } from '../../workload/streaming/session-plan.ts'
import type { Traffic } from '../../workload/workload.ts'
import { isCommand, isWatch } from '../../workload/workload-kind.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../blueprint.ts'

/** The number of a workload's instance among the instances on all paths of the declaration, in the order of names. */
export interface Share {
  readonly nth: number
  readonly of: number
}

/** The workload instance that sends a stream of chunks as its response. */
export interface FlowContext {
  /** The index of the workload. Its chunks are events of this workload. */
  readonly workload: number
  /** The random key of its arrivals. */
  readonly key: StreamKey
  readonly share: Share
}

/** The exchange between a workload and its server after the head of a request. */
export interface Conversation {
  readonly traffic: Traffic
  readonly body: ResponseBody
  /** The status of the response. */
  readonly status: number
}

/** Plans the traffic after the head of a request. `flow` is given for responses that are streams. */
export function conversationOf(
  workload: WorkloadBlueprint,
  responseBodyBytes: number,
  { workload: index, key, share }: FlowContext,
): Conversation {
  const { arrivals, kind } = workload
  if (arrivals.kind === 'flow' || (isWatch(kind) && arrivals.kind === 'open')) {
    const chunkBytes = arrivals.kind === 'flow' ? arrivals.chunkBytes : responseBodyBytes
    const forNs = arrivals.forNs ?? Number.POSITIVE_INFINITY
    const ratePerS = arrivals.kind === 'flow' ? arrivals.bytesPerS / chunkBytes : arrivals.ratePerS
    const resumes = kind === 'pod-changes'
    const { nth, of } = resumes ? share : ALONE
    const body: ResponseBody = {
      kind: 'flow',
      chunkBytes,
      intervalNs: (NS_PER_S * of) / ratePerS,
      earlierNs: (NS_PER_S * (of - 1 - nth)) / ratePerS,
      poisson: arrivals.kind === 'open' && arrivals.spacing === 'poisson' ? key : null,
      resumes,
      forNs,
      workload: index,
    }
    return { traffic: { kind: 'flow', chunkBytes, forNs }, body, status: 200 }
  }
  if (!isCommand(kind) && kind !== 'port-forward') {
    return { traffic: { kind: 'answers' }, body: { kind: 'body', bodyBytes: responseBodyBytes }, status: 200 }
  }
  if (arrivals.kind === 'open') return { traffic: { kind: 'keys' }, body: { kind: 'echo' }, status: 101 }
  const body = { kind: 'output', inputBytes: workload.requestBytes, outputBytes: responseBodyBytes } as const
  return { traffic: { kind: 'output' }, body, status: 101 }
}

const ALONE: Share = { nth: 0, of: 1 }

/**
 * The interval of WebSocket pings for exec (client-go tools/remotecommand/websocket.go), and of SPDY pings inside for
 * port-forward.
 */
const WEBSOCKET_PING_NS = 5 * NS_PER_S
const TUNNELLED_PING_NS = 10 * NS_PER_S
/**
 * The interval of pings from the API server to a kubelet, if it translates the stream (kubernetes/apiserver,
 * streamtranslator.go).
 */
const TRANSLATOR_PING_NS = 5 * NS_PER_S

/** Returns the session on a connection that a client with these abilities upgrades to a protocol on a path. */
export function sessionOf(
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  protocol: StreamingProtocol,
  { spdyPingIntervalNs }: Abilities['client'],
): SessionPlan {
  const ownNs = { spdy: spdyPingIntervalNs, websocket: WEBSOCKET_PING_NS, tunnel: TUNNELLED_PING_NS }[protocol]
  const isKubectl = pathKind(path.kind).requests.upgradesTo === 'as-client'
  return sessionPlan(useOf(workload), protocol, isKubectl ? ownNs : null)
}

/** Returns the session on the upgraded connection to a kubelet. */
export function onwardSessionOf(
  workload: WorkloadBlueprint,
  protocol: StreamingProtocol,
  treatment: UpgradeTreatment,
): SessionPlan {
  return sessionPlan(useOf(workload), protocol, treatment === 'translated' ? TRANSLATOR_PING_NS : null)
}

function useOf({ kind, arrivals, hasInput }: WorkloadBlueprint): StreamUse {
  if (kind === 'port-forward') return 'forwarded-port'
  if (arrivals.kind === 'open') return 'terminal'
  return hasInput === true ? 'command-with-input' : 'command'
}
