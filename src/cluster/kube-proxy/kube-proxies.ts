import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import { PROGRAM_TURN } from '../objects/cluster-program.ts'
import { type Backoff, Reflector } from '../objects/reflector.ts'
import type { Endpoints } from './endpoints.ts'
import type { ProxyNode } from './kube-proxy-plan.ts'

/** The second of the two resources that each kube-proxy watches: services, then endpoints. */
const ENDPOINTS = 1
const RESOURCES = 2

/** The pauses of the watches after a failure (client-go tools/cache/reflector.go, NewReflectorWithOptions). */
const BACKOFF: Backoff = { firstNs: 800 * NS_PER_MS, longestNs: 30 * NS_PER_S, restartNs: null }

/**
 * The kube-proxy of each node, which watches services and their endpoints on a connection of its own and derives the
 * node's address translation from them. The translation stays as it is while no update arrives, and when the host
 * restarts.
 */
export class KubeProxies implements ClusterProgram {
  private readonly reflector: Reflector

  constructor({ arena, timeline, clients }: ProgramParts, endpoints: Endpoints, nodes: readonly ProxyNode[]) {
    this.reflector = new Reflector({
      arena,
      timeline,
      clients,
      watched: nodes.flatMap((node) => [node.services, node.endpoints]),
      backoff: BACKOFF,
      wakeKind: PROGRAM_TURN,
      handler: {
        onObject: (watched, object, state) => {
          const node = nodes[Math.floor(watched / RESOURCES)]
          if (watched % RESOURCES === ENDPOINTS) endpoints.installAt(node.endpoints.host, object, state)
        },
      },
    })
  }

  begin(): void {
    this.reflector.begin()
  }

  restart(host: number): void {
    this.reflector.restart(host)
  }
}
