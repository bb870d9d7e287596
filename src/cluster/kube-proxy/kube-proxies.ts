import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { fate32, fate53 } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PathMessage } from '../bootstrapping/bootstrapping-plan.ts'
import { ENDPOINT_TURN } from '../event-kinds.ts'
import type { ObjectCalls, ObjectClient } from '../objects/object-calls.ts'
import type { Endpoints } from './endpoints.ts'
import type { ProxyNode } from './kube-proxy-plan.ts'

/** What a reflector does: two of them in each kube-proxy. */
const LIST = 0
const WATCH = 1
const STEPS = 2
const SERVICES = 0
const ENDPOINTS = 1
const REFLECTORS = 2

/** client-go tools/cache/reflector.go: pauses double from 0.8 to 30 s, each up to twice as long. */
const FIRST_PAUSE_NS = 800 * NS_PER_MS
const LONGEST_PAUSE_NS = 30 * NS_PER_S

/** A row is a reflector: `node * REFLECTORS + which`. */
class ReflectorTable implements ArenaTable {
  call!: Int32Array
  /** In a row. */
  failures!: Int32Array
  /** In all, which pauses are named by. */
  pauses!: Int32Array
  dueTick!: Float64Array

  layOut(columns: Columns): void {
    this.dueTick = columns.float64()
    this.call = columns.int32()
    this.failures = columns.int32()
    this.pauses = columns.int32()
  }
}

/**
 * The kube-proxy of each node lists and watches services and their endpoints on a connection of its own, and makes
 * rules of what it hears. While it hears nothing, its rules stay as they are.
 */
export class KubeProxies implements ObjectClient {
  private readonly table = new ReflectorTable()
  private readonly timeline: Timeline
  private readonly calls: ObjectCalls
  private readonly endpoints: Endpoints
  private readonly nodes: readonly ProxyNode[]
  private readonly firstHostTarget: number
  private readonly clientKind: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    calls: ObjectCalls,
    endpoints: Endpoints,
    nodes: readonly ProxyNode[],
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.calls = calls
    this.endpoints = endpoints
    this.nodes = nodes
    this.firstHostTarget = firstHostTarget
    const { table } = this
    arena.attach(table, Math.max(1, nodes.length * REFLECTORS))
    table.call.fill(NONE)
    table.failures.fill(0)
    table.pauses.fill(0)
    table.dueTick.fill(-1)
    this.clientKind = calls.register(this)
  }

  /** Arguments of its events are below this. */
  get turns(): number {
    return this.nodes.length * REFLECTORS
  }

  begin(): void {
    for (let row = 0; row < this.turns; row++) this.ask(row, LIST)
  }

  /** The event ENDPOINT_TURN of its host. */
  onTurn(row: number): void {
    const { table, timeline } = this
    if (table.dueTick[row] !== timeline.now) return
    table.dueTick[row] = -1
    this.ask(row, LIST)
  }

  /** Its host restarts. What it has told the kernel stays there, until it has listed anew. */
  forget(host: number): void {
    this.nodes.forEach(({ host: own }, node) => {
      if (own !== host) return
      for (const which of [SERVICES, ENDPOINTS]) {
        const row = node * REFLECTORS + which
        this.drop(row)
        this.table.failures[row] = 0
        this.pause(row)
      }
    })
  }

  onObject(row: number, _step: number, object: number, state: number): void {
    const node = Math.floor(row / REFLECTORS)
    if (row % REFLECTORS === ENDPOINTS) this.endpoints.installAt(this.nodes[node].host, object, state)
  }

  onBegun(row: number, step: number): void {
    if (step === WATCH) this.table.failures[row] = 0
  }

  onAnswered(row: number, step: number, status: number): void {
    this.table.call[row] = NONE
    if (status >= 300) this.onFailed(row)
    else this.ask(row, (step + 1) % STEPS)
  }

  onFailed(row: number): void {
    const { table } = this
    table.call[row] = NONE
    table.failures[row]++
    this.pause(row)
  }

  private ask(row: number, step: number): void {
    const { services, endpoints } = this.nodes[Math.floor(row / REFLECTORS)]
    const { list, watch } = row % REFLECTORS === SERVICES ? services : endpoints
    const message: PathMessage = step === LIST ? list : watch
    this.drop(row)
    const call = this.calls.ask(message.path, message, this.clientKind, row, step)
    this.table.call[row] = call
  }

  private drop(row: number): void {
    const call = this.table.call[row]
    this.table.call[row] = NONE
    if (call !== NONE) this.calls.drop(call)
  }

  private pause(row: number): void {
    const { table, timeline, nodes, firstHostTarget } = this
    const { host, key } = nodes[Math.floor(row / REFLECTORS)]
    let pauseNs = FIRST_PAUSE_NS
    for (let i = 1; i < table.failures[row]; i++) pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS)
    const nth = table.pauses[row]++
    const which = row % REFLECTORS
    const chance = fate53(fate32(key.hi, key.lo, which, 0, nth, 0), fate32(key.lo, key.hi, which, 0, nth, 0))
    table.dueTick[row] = timeline.now + Math.round(pauseNs * (1 + chance))
    timeline.schedule(table.dueTick[row], firstHostTarget + host, ENDPOINT_TURN, row)
  }
}
