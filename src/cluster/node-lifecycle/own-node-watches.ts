import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import { PROGRAM_TURN } from '../objects/cluster-program.ts'
import { type Backoff, Reflector } from '../objects/reflector.ts'
import type { OwnNodes, OwnNodesPlan } from './own-nodes.ts'

/** The pauses after a failure (client-go tools/cache/reflector.go); kubelets start again after systemd's RestartSec. */
const BACKOFF: Backoff = { firstNs: 800 * NS_PER_MS, longestNs: 30 * NS_PER_S, restartNs: 10 * NS_PER_S }

/**
 * The kubelets' watches of their own Nodes, over the connections of the kubelets (pkg/kubelet/kubelet.go, nodeLister).
 */
export class OwnNodeWatches implements ClusterProgram {
  private readonly reflector: Reflector

  constructor({ arena, timeline, clients }: ProgramParts, ownNodes: OwnNodes, { nodes }: OwnNodesPlan) {
    this.reflector = new Reflector({
      arena,
      timeline,
      clients,
      watched: nodes,
      backoff: BACKOFF,
      wakeKind: PROGRAM_TURN,
      handler: { onObject: (watched) => ownNodes.noteNews(watched) },
    })
  }

  begin(): void {
    this.reflector.begin()
  }

  restart(host: number): void {
    this.reflector.restart(host)
  }
}
