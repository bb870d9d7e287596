import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import { CERTIFICATE_TURN } from '../event-kinds.ts'
import type { ObjectCalls, ObjectClient } from '../objects/object-calls.ts'
import type { BootstrappingPlan, CertificateControllerPlan, PathMessage } from './bootstrapping-plan.ts'
import { APPROVED, BY_THE_NODE, PENDING, phaseOf, requesterOf } from './signing-state.ts'

/** What is asked. */
const LIST = 0
const WATCH = 1
const ASK_SELF = 2
const ASK_NODE = 3
const APPROVE = 4
const SIGN = 5

/** A reflector tries again after 0.8 to 30 s; here after about the first pause (client-go tools/cache/reflector.go). */
const PAUSE_NS = NS_PER_S

/** By node, and one row more for what is about all of them. */
class ControllerTable implements ArenaTable {
  /** What it saw of the node's request last; it acts on each state once. */
  seen!: Int32Array
  isAllowed!: Uint8Array
  call!: Int32Array

  layOut(columns: Columns): void {
    this.seen = columns.int32()
    this.call = columns.int32()
    this.isAllowed = columns.uint8()
  }
}

/**
 * The controllers csrapproving and csrsigning of the controller manager, which share a watch of all signing requests:
 * one asks whether whoever wants a certificate may have it without a person's consent, the other signs what is
 * approved (pkg/controller/certificates). Serving certificates are no business of either.
 */
export class CertificateController implements ObjectClient, Worker {
  private readonly table = new ControllerTable()
  private readonly timeline: Timeline
  private readonly processors: Processors
  private readonly calls: ObjectCalls
  private readonly plan: CertificateControllerPlan | null
  private readonly all: number
  private readonly firstHostTarget: number
  private readonly nodeOfObject: ReadonlyMap<number, number>
  private readonly clientKind: number
  private readonly workerKind: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    processors: Processors,
    calls: ObjectCalls,
    { nodes, controller }: BootstrappingPlan,
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.processors = processors
    this.calls = calls
    this.plan = controller
    this.all = nodes.length
    this.firstHostTarget = firstHostTarget
    this.nodeOfObject = new Map(nodes.map(({ object }, node) => [object, node]))
    arena.attach(this.table, nodes.length + 1)
    this.table.seen.fill(0)
    this.table.call.fill(NONE)
    this.table.isAllowed.fill(0)
    this.clientKind = calls.register(this)
    this.workerKind = processors.register(this)
  }

  begin(): void {
    if (this.plan !== null) this.ask(this.all, LIST, this.plan.list)
  }

  /** The event CERTIFICATE_TURN of its host with this argument: it begins again. */
  get turn(): number {
    return this.all
  }

  /** Its host restarts. */
  forget(host: number): void {
    if (this.plan?.host !== host) return
    for (let row = 0; row <= this.all; row++) this.drop(row)
    this.table.seen.fill(0)
    this.pause()
  }

  onObject(row: number, step: number, object: number, state: number): void {
    if (step === LIST || step === WATCH) return this.see(this.nodeOfObject.get(object)!, state)
    if (step === ASK_SELF || step === ASK_NODE) this.table.isAllowed[row] = state
  }

  onBegun(): void {}

  onAnswered(row: number, step: number, status: number): void {
    const { table, plan } = this
    table.call[row] = NONE
    if (plan === null) return
    if (status >= 300) return this.onFailed(row, step)
    if (step === LIST) return this.ask(this.all, WATCH, plan.watch)
    if (step === WATCH) return this.ask(this.all, LIST, plan.list)
    const requests = plan.requests[row]
    if (step === ASK_SELF || step === ASK_NODE) {
      if (table.isAllowed[row] === 1) this.ask(row, APPROVE, requests.approve)
      else if (step === ASK_SELF) this.ask(row, ASK_NODE, requests.reviewNode)
    }
  }

  /** What was under way for a node is taken up again with the next list. */
  onFailed(row: number, _step: number): void {
    this.table.call[row] = NONE
    this.table.seen[row] = 0
    if (row === this.all) this.pause()
  }

  isPresent(): boolean {
    return true
  }

  /** Signed. */
  onWorkDone(node: number, state: number): void {
    if (this.plan !== null && this.table.seen[node] === state) this.ask(node, SIGN, this.plan.requests[node].sign)
  }

  private see(node: number, state: number): void {
    const { table, plan, processors, workerKind } = this
    if (plan === null || table.seen[node] === state) return
    table.seen[node] = state
    if (phaseOf(state) === PENDING) {
      const isOwn = requesterOf(state) === BY_THE_NODE
      const { reviewSelf, reviewNode } = plan.requests[node]
      this.drop(node)
      this.ask(node, isOwn ? ASK_SELF : ASK_NODE, isOwn ? reviewSelf : reviewNode)
    } else if (phaseOf(state) === APPROVED) {
      processors.run(plan.host, plan.signNs, 0, NONE, workerKind, node, 0, state)
    }
  }

  private ask(row: number, step: number, message: PathMessage): void {
    this.drop(row)
    this.table.isAllowed[row] = 0
    const call = this.calls.ask(message.path, message, this.clientKind, row, step)
    this.table.call[row] = call
  }

  private drop(row: number): void {
    const call = this.table.call[row]
    this.table.call[row] = NONE
    if (call !== NONE) this.calls.drop(call)
  }

  private pause(): void {
    const { timeline, plan, firstHostTarget, all } = this
    if (plan !== null) timeline.schedule(timeline.now + PAUSE_NS, firstHostTarget + plan.host, CERTIFICATE_TURN, all)
  }
}
