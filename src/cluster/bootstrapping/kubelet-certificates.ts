import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { fate32, fate53 } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { LONGEST_RUN_NS, NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { PathConnections } from '../../workload/path-connections.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import { CERTIFICATE_TURN } from '../event-kinds.ts'
import type { ObjectCalls, ObjectClient } from '../objects/object-calls.ts'
import type { PathGates } from '../paths/path-gates.ts'
import type { CertifiedNode, PathMessage, SigningMessages } from './bootstrapping-plan.ts'
import type { IssuedCertificates } from './issued-certificates.ts'
import { phaseOf, SIGNED, serialOf } from './signing-state.ts'

/** What a node is about to do, or has asked. */
const DISCOVER = 0
const VERIFY = 1
const MAKE_KEY = 2
const CREATE = 3
const LIST = 4
const WATCH = 5
/** It has a certificate, and takes it. */
const TAKE = 6
const REST = 7

/** kubeadm asks for cluster-info every 5 s (constants.go, DiscoveryRetryInterval); a kubelet that failed starts again after 10 s (kubeadm's 10-kubeadm.conf, RestartSec). */
const DISCOVERY_PAUSE_NS = 5 * NS_PER_S
const PAUSE_NS = 10 * NS_PER_S

class KubeletTable implements ArenaTable {
  step!: Uint8Array
  /** Of ObjectCalls; NONE: nothing is asked. */
  call!: Int32Array
  /** Of the signing request that it waits for. */
  serial!: Int32Array
  /** Of keys: work for one that is not wanted any more is for nothing. */
  attempts!: Int32Array
  /** Its next turn; -1: none. */
  dueTick!: Float64Array
  /** -1: it has no certificate yet. */
  joinedTick!: Float64Array
  /** Certificates that it was given. */
  certificates!: Float64Array

  layOut(columns: Columns): void {
    this.dueTick = columns.float64()
    this.joinedTick = columns.float64()
    this.certificates = columns.float64()
    this.call = columns.int32()
    this.serial = columns.int32()
    this.attempts = columns.int32()
    this.step = columns.uint8()
  }
}

/**
 * How kubelets come by their client certificates. A node that joins reads the cluster's CA, asks with its bootstrap
 * token for a certificate, watches until it is signed, and dials anew with it; nothing else that it has to say to the
 * apiserver can be said before. With `rotateCertificates` it asks for the next one in time, and closes what it had
 * dialled with the last (kubelet bootstrap.go; client-go util/certificate; kubeadm discovery/token).
 */
export class KubeletCertificates implements ObjectClient, Worker {
  readonly table = new KubeletTable()
  private readonly timeline: Timeline
  private readonly processors: Processors
  private readonly calls: ObjectCalls
  private readonly connections: PathConnections
  private readonly shared: SharedConnections
  private readonly gates: PathGates
  private readonly issued: IssuedCertificates
  private readonly nodes: readonly CertifiedNode[]
  private readonly cpus: readonly CpuProfile[]
  private readonly firstHostTarget: number
  private readonly clientKind: number
  private readonly workerKind: number

  /** `cpus` by host. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    processors: Processors,
    calls: ObjectCalls,
    connections: PathConnections,
    shared: SharedConnections,
    gates: PathGates,
    issued: IssuedCertificates,
    nodes: readonly CertifiedNode[],
    cpus: readonly CpuProfile[],
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.processors = processors
    this.calls = calls
    this.connections = connections
    this.shared = shared
    this.gates = gates
    this.issued = issued
    this.nodes = nodes
    this.cpus = cpus
    this.firstHostTarget = firstHostTarget
    const { table } = this
    arena.attach(table, Math.max(1, nodes.length))
    table.step.fill(REST)
    table.call.fill(NONE)
    table.serial.fill(0)
    table.attempts.fill(0)
    table.dueTick.fill(-1)
    table.joinedTick.fill(-1)
    table.certificates.fill(0)
    this.clientKind = calls.register(this)
    this.workerKind = processors.register(this)
    for (const { join, paths } of nodes) if (join !== null) for (const path of paths) gates.close(path)
  }

  begin(): void {
    this.nodes.forEach(({ join }, node) => {
      if (join !== null) this.go(node, join.discovery === null ? MAKE_KEY : DISCOVER)
      else this.awaitRotation(node)
    })
  }

  /** The event CERTIFICATE_TURN of its host. */
  onTurn(node: number): void {
    const { table } = this
    if (table.dueTick[node] !== this.timeline.now) return
    table.dueTick[node] = -1
    if (table.step[node] === TAKE) this.take(node)
    else this.go(node, table.step[node] === REST ? MAKE_KEY : table.step[node])
  }

  /** Its host restarts: what it has, it has on disk; what it was about to get, it must ask for again. */
  forget(host: number): void {
    this.nodes.forEach(({ host: own }, node) => {
      if (own !== host || this.table.step[node] === REST) return
      this.drop(node)
      this.table.step[node] = Math.min(this.table.step[node], MAKE_KEY)
      this.turnAt(node, this.timeline.now + PAUSE_NS)
    })
  }

  // From what it asked.

  onObject(node: number, step: number, _object: number, state: number): void {
    const { table, timeline } = this
    if (step === CREATE) table.serial[node] = serialOf(state)
    const isSigned = phaseOf(state) === SIGNED && serialOf(state) >= table.serial[node]
    if (!isSigned || (step !== LIST && step !== WATCH) || table.step[node] === TAKE) return
    table.step[node] = TAKE
    this.turnAt(node, timeline.now + 1)
  }

  onBegun(): void {}

  onAnswered(node: number, step: number, status: number): void {
    const { table } = this
    table.call[node] = NONE
    if (table.step[node] === TAKE) return
    if (status >= 300) return this.onFailed(node, step)
    switch (step) {
      case DISCOVER:
        return this.go(node, this.nodes[node].join?.verifiedDiscovery == null ? MAKE_KEY : VERIFY)
      case VERIFY:
        return this.go(node, MAKE_KEY)
      case CREATE:
      case WATCH:
        return this.go(node, LIST)
      case LIST:
        return this.go(node, WATCH)
    }
  }

  onFailed(node: number, step: number): void {
    const { table, timeline } = this
    table.call[node] = NONE
    if (table.step[node] === TAKE) return
    const isDiscovery = step === DISCOVER || step === VERIFY
    table.step[node] = isDiscovery ? DISCOVER : MAKE_KEY
    this.turnAt(node, timeline.now + (isDiscovery ? DISCOVERY_PAUSE_NS : PAUSE_NS))
  }

  // Work that is done: there is a key, and a request signed with it.

  isPresent(): boolean {
    return true
  }

  onWorkDone(node: number, attempt: number): void {
    if (this.table.attempts[node] === attempt && this.table.step[node] === MAKE_KEY) this.go(node, CREATE)
  }

  private go(node: number, step: number): void {
    const { join, rotation } = this.nodes[node]
    this.table.step[node] = step
    const signing: SigningMessages | null = this.table.joinedTick[node] < 0 && join !== null ? join.signing : rotation
    if (step === DISCOVER && join?.discovery != null) this.ask(node, step, join.discovery)
    else if (step === VERIFY && join?.verifiedDiscovery != null) this.ask(node, step, join.verifiedDiscovery)
    else if (step === MAKE_KEY) this.makeKey(node)
    else if (signing !== null && step === CREATE) this.ask(node, step, signing.create)
    else if (signing !== null && step === LIST) this.ask(node, step, signing.list)
    else if (signing !== null && step === WATCH) this.ask(node, step, signing.watch)
  }

  /** To make a key of P-256 is one multiplication of the base point, which is most of what a signature is. */
  private makeKey(node: number): void {
    const { table, processors, workerKind } = this
    const { join, host } = this.nodes[node]
    this.hangUp(join?.discovery)
    this.hangUp(join?.verifiedDiscovery)
    table.attempts[node]++
    const costNs = 2 * this.cpus[host].signNs['ecdsa-p256']
    processors.run(host, costNs, 0, NONE, workerKind, node, 0, table.attempts[node])
  }

  /** From now on it is who it wanted to be. */
  private take(node: number): void {
    const { table, timeline, gates, connections } = this
    const { join, paths } = this.nodes[node]
    this.drop(node)
    table.step[node] = REST
    table.certificates[node]++
    if (join !== null && table.joinedTick[node] < 0) {
      table.joinedTick[node] = timeline.now
      this.hangUp(join.signing.create)
      this.awaitRotation(node)
      return gates.open(paths)
    }
    this.awaitRotation(node)
    for (const path of paths) connections.breakAll(path)
  }

  /** Between 70 and 90 % of its life (client-go certificate_manager.go, nextRotationDeadline). */
  private awaitRotation(node: number): void {
    const { table, issued } = this
    const { rotation, key } = this.nodes[node]
    if (rotation === null) return
    const nth = table.certificates[node]
    const chance = fate53(fate32(key.hi, key.lo, 0, 0, nth, 0), fate32(key.lo, key.hi, 0, 0, nth, 0))
    const notBeforeS = issued.notBeforeS(node)
    const lifeS = issued.notAfterS(node) - notBeforeS
    const dueTick = Math.round((notBeforeS + lifeS * (0.7 + 0.2 * chance)) * NS_PER_S)
    if (dueTick < LONGEST_RUN_NS) this.turnAt(node, Math.max(dueTick, this.timeline.now + 1))
  }

  private ask(node: number, step: number, message: PathMessage): void {
    this.drop(node)
    const call = this.calls.ask(message.path, message, this.clientKind, node, step)
    this.table.call[node] = call
  }

  private drop(node: number): void {
    const call = this.table.call[node]
    this.table.call[node] = NONE
    if (call !== NONE) this.calls.drop(call)
  }

  /** What it asked there is answered, and nobody else uses the connection. */
  private hangUp(message: PathMessage | null | undefined): void {
    if (message == null) return
    this.connections.close(this.shared.rowOf(message.path))
  }

  private turnAt(node: number, tick: number): void {
    const { table, timeline, firstHostTarget, nodes } = this
    table.dueTick[node] = tick
    timeline.schedule(tick, firstHostTarget + nodes[node].host, CERTIFICATE_TURN, node)
  }
}
