import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { ENDPOINT_TURN } from '../event-kinds.ts'
import type { ObjectCalls, ObjectClient } from '../objects/object-calls.ts'
import type { Endpoints } from './endpoints.ts'
import type { EndpointPod } from './kube-proxy-plan.ts'

/** So long after its start a pod is called ready: the first probe of one that is well. */
const STARTING_NS = NS_PER_S
/** What the apiserver has not taken is said again (pkg/kubelet/status/status_manager.go, syncPeriod). */
const PAUSE_NS = 10 * NS_PER_S

class ReadinessTable implements ArenaTable {
  isReady!: Uint8Array
  call!: Int32Array
  dueTick!: Float64Array

  layOut(columns: Columns): void {
    this.dueTick = columns.float64()
    this.call = columns.int32()
    this.isReady = columns.uint8()
  }
}

/** What kubelets say of pods that restart: unready when they end, ready a while after they have begun. */
export class PodReadiness implements ObjectClient {
  private readonly table = new ReadinessTable()
  private readonly timeline: Timeline
  private readonly calls: ObjectCalls
  private readonly endpoints: Endpoints
  private readonly pods: readonly EndpointPod[]
  private readonly firstTurn: number
  private readonly firstHostTarget: number
  private readonly clientKind: number

  /** `firstTurn`: the argument of its first pod's events. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    calls: ObjectCalls,
    endpoints: Endpoints,
    pods: readonly EndpointPod[],
    firstTurn: number,
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.calls = calls
    this.endpoints = endpoints
    this.pods = pods
    this.firstTurn = firstTurn
    this.firstHostTarget = firstHostTarget
    arena.attach(this.table, Math.max(1, pods.length))
    this.table.isReady.fill(1)
    this.table.call.fill(NONE)
    this.table.dueTick.fill(-1)
    this.clientKind = calls.register(this)
  }

  forget(host: number): void {
    this.pods.forEach(({ host: own }, pod) => {
      if (own !== host) return
      this.table.isReady[pod] = 0
      this.report(pod)
      this.turnAt(pod, this.timeline.now + STARTING_NS)
    })
  }

  /** The apiserver knows by itself, and nothing that its kubelet has yet to say brings it back. */
  deletePod(pod: number): void {
    const before = this.table.call[pod]
    this.table.call[pod] = NONE
    if (before !== NONE) this.calls.drop(before)
    this.table.dueTick[pod] = -1
    this.endpoints.setReady(pod, false)
  }

  /** The event ENDPOINT_TURN of its host. */
  onTurn(turn: number): void {
    const { table, timeline } = this
    const pod = turn - this.firstTurn
    if (table.dueTick[pod] !== timeline.now) return
    table.isReady[pod] = 1
    this.report(pod)
  }

  onObject(): void {}

  onBegun(): void {}

  onAnswered(pod: number, _step: number, status: number): void {
    this.table.call[pod] = NONE
    if (status >= 300) this.onFailed(pod)
  }

  onFailed(pod: number): void {
    const { table, timeline } = this
    table.call[pod] = NONE
    const isStarting = table.isReady[pod] === 0
    if (!isStarting) this.turnAt(pod, timeline.now + PAUSE_NS)
  }

  private report(pod: number): void {
    const { table, calls, clientKind } = this
    const { report } = this.pods[pod]
    const isReady = table.isReady[pod] === 1
    if (report === null) return this.endpoints.setReady(pod, isReady)
    const before = table.call[pod]
    table.call[pod] = NONE
    if (before !== NONE) calls.drop(before)
    const message = isReady ? report.ready : report.unready
    const call = calls.ask(message.path, message, clientKind, pod, 0)
    table.call[pod] = call
  }

  private turnAt(pod: number, tick: number): void {
    const { table, timeline, firstTurn, firstHostTarget, pods } = this
    table.dueTick[pod] = tick
    timeline.schedule(tick, firstHostTarget + pods[pod].host, ENDPOINT_TURN, firstTurn + pod)
  }
}
