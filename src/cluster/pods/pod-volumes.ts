import type { ArenaTable, Columns } from '../../engine/arena.ts'
import { VOLUME_TURN } from '../../engine/event-kinds.ts'
import { drawFraction } from '../../engine/streams.ts'
import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import { tokenRefreshDueS } from '../access/projected-token.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import { type Backoff, Reflector, type ReflectorHandler } from '../objects/reflector.ts'
import type { PodsPlan } from './pods-plan.ts'

/**
 * A volume that could not be set up is tried again (pkg/util/goroutinemap/exponentialbackoff). A kubelet that has
 * restarted begins after systemd's RestartSec in kubeadm's 10-kubeadm.conf.
 */
const BACKOFF: Backoff = { firstNs: 500 * NS_PER_MS, longestNs: 122 * NS_PER_S, restartNs: 10 * NS_PER_S }

/** pkg/kubelet/token/token_manager.go, maxJitter: a token is renewed up to so much earlier. */
const REFRESH_JITTER_S = 10

class VolumeTable implements ArenaTable {
  refreshes!: Int32Array
  isThere!: Uint8Array
  /** By pod: how many of its volumes are missing, and when the last came; -1: it has not. */
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
 * Kubelets set up their pods' volumes over their own connections: they request tokens and renew them in time, and fetch
 * secrets and config maps, which they watch since 1.12. A pod starts, and what runs in it can send requests to the
 * apiserver, when all that it mounts is there. A row is a mount, or behind these a token.
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

  /** When a pod had all that it mounts; -1: it has not. */
  startTickOf(pod: number): number {
    return this.table.startTick[pod]
  }

  begin(): void {
    this.reflector.begin()
  }

  /** What is mounted stays; the kubelet fetches it all again. */
  restart(host: number): void {
    this.reflector.restart(host)
  }

  onListed(row: number): void {
    const { mounts, tokens } = this.plan
    if (this.table.isThere[row] === 0)
      this.provide(row, (row < mounts.length ? mounts[row] : tokens[row - mounts.length]).pods)
    if (row < mounts.length) return
    const { requestedS, key } = tokens[row - mounts.length]
    const nth = this.table.refreshes[row]++
    const { now } = this.parts.timeline
    const earlierS = drawFraction(key.hi, key.lo, 0, 0, nth, 0) * REFRESH_JITTER_S
    const dueS = tokenRefreshDueS(now / NS_PER_S, requestedS) - earlierS
    this.reflector.startAt(row, Math.max(now + 1, Math.round(dueS * NS_PER_S)))
  }

  private provide(row: number, pods: readonly number[]): void {
    const { table, plan } = this
    const { gates, timeline } = this.parts
    table.isThere[row] = 1
    for (const pod of pods) {
      if (--table.missing[pod] === 0) table.startTick[pod] = timeline.now
      gates.open(plan.pods[pod].paths)
    }
  }
}
