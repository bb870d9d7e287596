import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import { PROGRAM_TURN } from '../objects/cluster-program.ts'
import type { ClientHandler, ProgramClients } from '../objects/program-clients.ts'
import type { Endpoints } from './endpoints.ts'
import type { EndpointPod } from './kube-proxy-plan.ts'

/** The time from a pod's start to its first readiness probe, which succeeds. */
const STARTING_NS = NS_PER_S
/**
 * The delay before a kubelet sends a status again that the API server did not accept
 * (pkg/kubelet/status/status_manager.go, syncPeriod).
 */
const RETRY_NS = 10 * NS_PER_S

class ReadinessTable implements ArenaTable {
  isReady!: Uint8Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
    this.isReady.fill(1)
  }

  layOut(columns: Columns): void {
    this.isReady = columns.uint8()
  }
}

/**
 * Reports the readiness of pods that restart, for their kubelets: unready when they end, ready a while after they
 * start.
 */
export class PodReadiness implements ClusterProgram, ClientHandler {
  private readonly table: ReadinessTable
  private readonly timeline: Timeline
  private readonly clients: ProgramClients
  private readonly endpoints: Endpoints
  private readonly pods: readonly EndpointPod[]
  private readonly firstClient: number

  constructor({ arena, timeline, clients }: ProgramParts, endpoints: Endpoints, pods: readonly EndpointPod[]) {
    this.table = new ReadinessTable(arena, pods.length)
    this.timeline = timeline
    this.clients = clients
    this.endpoints = endpoints
    this.pods = pods
    this.firstClient = clients.open(
      this,
      pods.map(({ host }) => host),
      PROGRAM_TURN,
    )
  }

  begin(): void {}

  restart(host: number): void {
    this.pods.forEach(({ host: own }, pod) => {
      if (own !== host) return
      this.table.isReady[pod] = 0
      this.report(pod)
      this.clients.wakeAt(this.firstClient + pod, this.timeline.now + STARTING_NS)
    })
  }

  /**
   * Removes a deleted pod. The API server is informed of the deletion at once, and the kubelet reports nothing more
   * about the pod.
   */
  deletePod(endpoint: number): void {
    this.clients.cancel(this.firstClient + endpoint)
    this.clients.cancelWake(this.firstClient + endpoint)
    this.endpoints.setReady(endpoint, false)
  }

  onWake(pod: number): void {
    this.table.isReady[pod] = 1
    this.report(pod)
  }

  onResponse(): void {}

  onFailed(pod: number): void {
    const isStarting = this.table.isReady[pod] === 0
    if (!isStarting) this.clients.wakeAt(this.firstClient + pod, this.timeline.now + RETRY_NS)
  }

  private report(pod: number): void {
    const { report } = this.pods[pod]
    const isReady = this.table.isReady[pod] === 1
    if (report === null) return this.endpoints.setReady(pod, isReady)
    this.clients.send(this.firstClient + pod, isReady ? report.ready : report.unready, 0)
  }
}
