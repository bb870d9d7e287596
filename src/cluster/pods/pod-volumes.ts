import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { fate32, fate53 } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { tokenRefreshDueS } from '../access/projected-token.ts'
import type { PathMessage } from '../bootstrapping/bootstrapping-plan.ts'
import { POD_TURN } from '../event-kinds.ts'
import type { ObjectCalls, ObjectClient } from '../objects/object-calls.ts'
import type { PathGates } from '../paths/path-gates.ts'
import type { PodsPlan } from './pods-plan.ts'

/** What is asked. */
const FETCH = 0
const WATCH = 1

/** A volume that could not be set up is tried again after 0.5 s, twice as long each time, to 122 s (pkg/util/goroutinemap/exponentialbackoff). */
const FIRST_PAUSE_NS = 500 * NS_PER_MS
const LONGEST_PAUSE_NS = 122 * NS_PER_S

/** pkg/kubelet/token/token_manager.go, maxJitter: a token is renewed up to so much earlier. */
const REFRESH_JITTER_S = 10

/** A kubelet that has restarted begins about then (systemd's RestartSec in kubeadm's 10-kubeadm.conf). */
const RESTART_PAUSE_NS = 10 * NS_PER_S

/** A row is a mount, or behind these a token. */
class VolumeTable implements ArenaTable {
  call!: Int32Array
  failures!: Int32Array
  refreshes!: Int32Array
  isThere!: Uint8Array
  dueTick!: Float64Array
  /** By pod: how much of what it mounts is not there, and when all of it was; -1: it is not. */
  missing!: Int32Array
  startTick!: Float64Array

  layOut(columns: Columns): void {
    this.dueTick = columns.float64()
    this.startTick = columns.float64()
    this.call = columns.int32()
    this.failures = columns.int32()
    this.refreshes = columns.int32()
    this.missing = columns.int32()
    this.isThere = columns.uint8()
  }
}

/**
 * What kubelets do for their pods' volumes over their own connections: tokens are made for them and renewed in time,
 * secrets and config maps fetched, and watched since 1.12. A pod starts, and what runs in it can ask the apiserver
 * something, when all that it mounts is there.
 */
export class PodVolumes implements ObjectClient {
  private readonly table = new VolumeTable()
  private readonly timeline: Timeline
  private readonly calls: ObjectCalls
  private readonly gates: PathGates
  private readonly plan: PodsPlan
  private readonly firstHostTarget: number
  private readonly rows: number
  private readonly clientKind: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    calls: ObjectCalls,
    gates: PathGates,
    plan: PodsPlan,
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.calls = calls
    this.gates = gates
    this.plan = plan
    this.firstHostTarget = firstHostTarget
    this.rows = plan.mounts.length + plan.tokens.length
    const { table } = this
    arena.attach(table, Math.max(1, this.rows, plan.pods.length))
    table.call.fill(NONE)
    table.failures.fill(0)
    table.refreshes.fill(0)
    table.isThere.fill(0)
    table.dueTick.fill(-1)
    table.startTick.fill(-1)
    table.missing.fill(0)
    this.clientKind = calls.register(this)
    for (let row = 0; row < this.rows; row++) {
      for (const pod of this.podsOf(row)) {
        table.missing[pod]++
        for (const path of plan.pods[pod].paths) gates.close(path)
      }
    }
  }

  /** When a pod had all that it mounts; -1: it has not. */
  startTickOf(pod: number): number {
    return this.table.startTick[pod]
  }

  begin(): void {
    for (let row = 0; row < this.rows; row++) this.ask(row, FETCH)
  }

  /** The event POD_TURN of its host. */
  onTurn(row: number): void {
    if (this.table.dueTick[row] !== this.timeline.now) return
    this.table.dueTick[row] = -1
    this.ask(row, FETCH)
  }

  /** Its host restarts. What is mounted stays; the kubelet fetches it all again. */
  forget(host: number): void {
    for (let row = 0; row < this.rows; row++) {
      if (this.hostOf(row) !== host) continue
      this.drop(row)
      this.turnAt(row, this.timeline.now + RESTART_PAUSE_NS)
    }
  }

  onObject(): void {}

  onBegun(): void {}

  onAnswered(row: number, step: number, status: number): void {
    const { table } = this
    table.call[row] = NONE
    if (status >= 300) return this.onFailed(row)
    table.failures[row] = 0
    if (step === FETCH) this.provide(row)
    this.goOn(row, step)
  }

  onFailed(row: number): void {
    const { table, timeline } = this
    table.call[row] = NONE
    table.failures[row]++
    let pauseNs = FIRST_PAUSE_NS
    for (let i = 1; i < table.failures[row]; i++) pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS)
    this.turnAt(row, timeline.now + pauseNs)
  }

  /** It is there for the first time. */
  private provide(row: number): void {
    const { table, gates, plan } = this
    if (table.isThere[row] === 1) return
    table.isThere[row] = 1
    for (const pod of this.podsOf(row)) {
      if (--table.missing[pod] === 0) table.startTick[pod] = this.timeline.now
      gates.open(plan.pods[pod].paths)
    }
  }

  private goOn(row: number, step: number): void {
    const { mounts, tokens } = this.plan
    if (row < mounts.length) {
      const { watch } = mounts[row]
      if (watch !== null) this.ask(row, step === FETCH ? WATCH : FETCH)
      return
    }
    const { requestedS, key } = tokens[row - mounts.length]
    const nth = this.table.refreshes[row]++
    const chance = fate53(fate32(key.hi, key.lo, 0, 0, nth, 0), fate32(key.lo, key.hi, 0, 0, nth, 0))
    const { now } = this.timeline
    const dueS = tokenRefreshDueS(now / NS_PER_S, requestedS) - chance * REFRESH_JITTER_S
    this.turnAt(row, Math.max(now + 1, Math.round(dueS * NS_PER_S)))
  }

  private ask(row: number, step: number): void {
    const message = this.messageOf(row, step)
    this.drop(row)
    const call = this.calls.ask(message.path, message, this.clientKind, row, step)
    this.table.call[row] = call
  }

  private messageOf(row: number, step: number): PathMessage {
    const { mounts, tokens } = this.plan
    if (row >= mounts.length) return tokens[row - mounts.length].create
    const { get, watch } = mounts[row]
    return step === WATCH && watch !== null ? watch : get
  }

  private podsOf(row: number): readonly number[] {
    const { mounts, tokens } = this.plan
    return row < mounts.length ? mounts[row].pods : [tokens[row - mounts.length].pod]
  }

  private hostOf(row: number): number {
    const { mounts, tokens } = this.plan
    return row < mounts.length ? mounts[row].host : tokens[row - mounts.length].host
  }

  private drop(row: number): void {
    const call = this.table.call[row]
    this.table.call[row] = NONE
    if (call !== NONE) this.calls.drop(call)
  }

  private turnAt(row: number, tick: number): void {
    const { table, timeline, firstHostTarget } = this
    table.dueTick[row] = tick
    timeline.schedule(tick, firstHostTarget + this.hostOf(row), POD_TURN, row)
  }
}
