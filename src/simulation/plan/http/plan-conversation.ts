import {
  SPDY,
  SPDY_IN_WEBSOCKET,
  STREAMS_OPENED,
  type StreamingProtocol,
  WEBSOCKET,
} from '../../../cluster/messages/streaming-protocols.ts'
import { pathKind } from '../../../cluster/paths/path-kinds.ts'
import { abilitiesOf } from '../../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../../cluster/versions/kubernetes-version.ts'
import type { StreamKey } from '../../../engine/streams.ts'
import { NS_PER_S } from '../../../engine/ticks.ts'
import type { UpgradePings } from '../../../http/message.ts'
import type { ResponseBody } from '../../../workload/planned-response.ts'
import type { Traffic } from '../../../workload/workload.ts'
import { isWatch } from '../../../workload/workload-kind.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../../blueprint.ts'

/** The place of a workload's instance among those on all instances of its path, in the order of names. */
export interface Share {
  readonly nth: number
  readonly of: number
}

/** The instance of a workload whose response goes on. */
export interface FlowContext {
  /** The index of the workload, whose events the chunks are. */
  readonly workload: number
  /** The key of its random arrivals. */
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

/** Plans the traffic after the head of a request. `flow` is for responses that go on. */
export function conversationOf(
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  version: KubernetesVersion,
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
  if (kind !== 'exec' && kind !== 'keystrokes' && kind !== 'port-forward') {
    return { traffic: { kind: 'answers' }, body: { kind: 'body', bodyBytes: responseBodyBytes }, status: 200 }
  }
  const protocol = protocolOf(workload, path, version)
  const openings = protocol.opensStreams ? streamsOf(workload) : 0
  const { openingBytes, openedBytes } = protocol
  if (arrivals.kind === 'open') {
    return {
      traffic: { kind: 'keys', openings, openingBytes, keyBytes: protocol.fromClientBytes(1) },
      body: { kind: 'echo', echoBytes: protocol.fromServerBytes(1), openedBytes },
      status: 101,
    }
  }
  const outputBytes = protocol.fromServerBytes(responseBodyBytes)
  return {
    traffic: { kind: 'output', openings, openingBytes },
    body: { kind: 'output', outputBytes, openings, openedBytes },
    status: 101,
  }
}

const ALONE: Share = { nth: 0, of: 1 }

/** The pings of WebSockets: exec (client-go tools/remotecommand/websocket.go), and SPDY inside for port-forward. */
const WEBSOCKET_PING_NS = 5 * NS_PER_S
const TUNNELLED_PING_NS = 10 * NS_PER_S

/** Returns the pings of kubectl on the connection that a workload upgrades; null where it sends none. */
export function pingsOf(
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  version: KubernetesVersion,
): UpgradePings | null {
  if (pathKind(path.kind).requests.upgradesTo !== 'as-client') return null
  const protocol = protocolOf(workload, path, version)
  const { pingBytes, pongBytes } = protocol
  if (protocol === SPDY) {
    const { spdyPingIntervalNs: intervalNs } = abilitiesOf(version).client
    return intervalNs === null ? null : { intervalNs, pingBytes, pongBytes }
  }
  const intervalNs = protocol === SPDY_IN_WEBSOCKET ? TUNNELLED_PING_NS : WEBSOCKET_PING_NS
  return { intervalNs, pingBytes, pongBytes }
}

function protocolOf({ kind }: WorkloadBlueprint, path: PathBlueprint, version: KubernetesVersion): StreamingProtocol {
  const { upgradesTo } = pathKind(path.kind).requests
  const { execProtocol, portForwardProtocol } = abilitiesOf(version).client
  if (upgradesTo !== 'as-client') return upgradesTo === 'spdy' ? SPDY : WEBSOCKET
  if (kind !== 'port-forward') return execProtocol === 'spdy' ? SPDY : WEBSOCKET
  return portForwardProtocol === 'spdy' ? SPDY : SPDY_IN_WEBSOCKET
}

function streamsOf({ kind, arrivals }: WorkloadBlueprint): number {
  if (kind === 'port-forward') return STREAMS_OPENED.port
  return arrivals.kind === 'open' ? STREAMS_OPENED.terminal : STREAMS_OPENED.command
}
