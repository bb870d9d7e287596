import type { ArenaTable, Columns } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { drawFraction } from '../../engine/streams.ts'
import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import { tokenRefreshDueS } from '../access/projected-token.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import { type Backoff, Reflector, type ReflectorHandler } from '../objects/reflector.ts'
import type { PodsPlan } from './pods-plan.ts'

/** A kubelet of a host (the target) that sets up volumes continues. */
export const VOLUME_TURN = new EventKind('volume turn')

/**
 * Retries of a volume whose setup failed (pkg/util/goroutinemap/exponentialbackoff). A kubelet starts again after
 * systemd's RestartSec in kubeadm's 10-kubeadm.conf.
 */
const BACKOFF: Backoff = { firstNs: 500 * NS_PER_MS, longestNs: 122 * NS_PER_S, restartNs: 10 * NS_PER_S }

/** A token is renewed up to so many seconds earlier (pkg/kubelet/token/token_manager.go, maxJitter). */
const REFRESH_JITTER_S = 10

class VolumeTable implements ArenaTable {
  refreshes!: Int32Array
  isThere!: Uint8Array
  /**
   * The number of each pod's volumes that are not set up yet. `startTick` is the tick at which the last one was set up;
   * -1 before that.
   */
  missing!: Int32Array
  startTick!: Float64Array

  layOut(columns: Columns): void {
    this.startTick = columns.float64()
    this.refreshes = columns.int32()
    this.missing = columns.int32()
    this.isThere = columns.uint8()
  }
}

/**
 * Sets up the volumes of pods, over their kubelets' connections. Kubelets request tokens and renew them in time, and
 * fetch secrets and config maps, which they watch since 1.12. A pod starts, and can send requests to the API server,
 * when all its volumes are set up. The rows are mounts, followed by tokens.
 */
export class PodVolumes implements ClusterProgram, ReflectorHandler {
  private readonly table = new VolumeTable()
  private readonly parts: ProgramParts
  private readonly plan: PodsPlan
  private readonly reflector: Reflector

  constructor(parts: ProgramParts, plan: PodsPlan) {
    const { arena, timeline, clients, gates } = parts
    const { mounts, tokens, pods } = plan
    this.parts = parts
    this.plan = plan
    const { table } = this
    const watched = [...mounts, ...tokens]
    arena.attach(table, Math.max(1, watched.length, pods.length))
    table.refreshes.fill(0)
    table.isThere.fill(0)
    table.startTick.fill(-1)
    table.missing.fill(0)
    this.reflector = new Reflector({
      arena,
      timeline,
      clients,
      watched,
      backoff: BACKOFF,
      wakeKind: VOLUME_TURN,
      handler: this,
    })
    for (const { pods: own } of watched) {
      for (const pod of own) {
        table.missing[pod]++
        for (const path of pods[pod].paths) gates.close(path)
      }
    }
  }

  /** Returns the tick at which all volumes of a pod had been set up; -1 before that. */
  startTickOf(pod: number): number {
    return this.table.startTick[pod]
  }

  begin(): void {
    this.reflector.begin()
  }

  /** Called when a host restarts. Mounted volumes survive; the kubelet fetches their contents again. */
  restart(host: number): void {
    this.reflector.restart(host)
  }

  onListed(row: number): void {
    const { mounts, tokens } = this.plan
    if (this.table.isThere[row] === 0)
      this.markSetUp(row, (row < mounts.length ? mounts[row] : tokens[row - mounts.length]).pods)
    if (row < mounts.length) return
    const { requestedS, key } = tokens[row - mounts.length]
    const nth = this.table.refreshes[row]++
    const { now } = this.parts.timeline
    const earlierS = drawFraction(key.hi, key.lo, 0, 0, nth, 0) * REFRESH_JITTER_S
    const dueS = tokenRefreshDueS(now / NS_PER_S, requestedS) - earlierS
    this.reflector.startAt(row, Math.max(now + 1, Math.round(dueS * NS_PER_S)))
  }

  private markSetUp(row: number, pods: readonly number[]): void {
    const { table, plan } = this
    const { gates, timeline } = this.parts
    table.isThere[row] = 1
    for (const pod of pods) {
      if (--table.missing[pod] === 0) table.startTick[pod] = timeline.now
      gates.open(plan.pods[pod].paths)
    }
  }
}
