import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { ClusterProgram, ProgramParts } from '../objects/cluster-program.ts'
import type { ProgramRequest } from '../objects/object-requests.ts'
import type { ClientHandler, ProgramClients } from '../objects/program-clients.ts'
import { type Backoff, Reflector } from '../objects/reflector.ts'
import type { BootstrappingPlan, CertificateControllerPlan } from './bootstrapping-plan.ts'
import { APPROVED, BY_THE_NODE, CERTIFICATE_TURN, PENDING, phaseOf, requesterOf } from './signing-state.ts'

/** The requests that the controllers send about a node, as steps of their client. */
const REVIEW_SELF = 0
const REVIEW_NODE = 1
const APPROVE = 2
const SIGN = 3

/**
 * The pauses of the watch after a failure. client-go retries after 0.8 to 30 s (tools/cache/reflector.go); this model
 * always retries after about its first delay.
 */
const BACKOFF: Backoff = { firstNs: NS_PER_S, longestNs: NS_PER_S, restartNs: NS_PER_S }

/** The state of the controllers, by node. */
class ControllerTable implements ArenaTable {
  /** The last state of the node's signing request that the controllers handled; they handle each state once. */
  seen!: Int32Array
  isAllowed!: Uint8Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
    this.seen.fill(0)
    this.isAllowed.fill(0)
  }

  layOut(columns: Columns): void {
    this.seen = columns.int32()
    this.isAllowed = columns.uint8()
  }
}

/**
 * The controllers csrapproving and csrsigning of the controller manager, which share a watch of all signing requests.
 * The first asks the API server, by a SubjectAccessReview, whether the requester's certificate may be approved
 * automatically. The second signs approved requests (pkg/controller/certificates). Neither handles serving
 * certificates.
 */
export class CertificateController implements ClusterProgram, ClientHandler, Worker {
  private readonly table: ControllerTable
  private readonly processors: Processors
  private readonly clients: ProgramClients
  private readonly plan: CertificateControllerPlan
  private readonly nodes: BootstrappingPlan['nodes']
  private readonly firstClient: number
  private readonly reflector: Reflector
  private readonly workerKind: number

  constructor(
    { arena, timeline, processors, clients }: ProgramParts,
    nodes: BootstrappingPlan['nodes'],
    plan: CertificateControllerPlan,
  ) {
    this.table = new ControllerTable(arena, nodes.length)
    this.processors = processors
    this.clients = clients
    this.plan = plan
    this.nodes = nodes
    const nodeOfObject = new Map(nodes.map(({ object }, node) => [object, node]))
    this.firstClient = clients.open(
      this,
      nodes.map(() => plan.host),
      CERTIFICATE_TURN,
    )
    this.reflector = new Reflector({
      arena,
      timeline,
      clients,
      watched: [plan.signingRequests],
      backoff: BACKOFF,
      wakeKind: CERTIFICATE_TURN,
      handler: { onObject: (_watched, object, state) => this.handleState(nodeOfObject.get(object)!, state) },
    })
    this.workerKind = processors.register(this)
  }

  begin(): void {
    this.reflector.begin()
  }

  restart(host: number): void {
    if (this.plan.host !== host) return
    this.nodes.forEach((_, node) => {
      this.clients.cancel(this.firstClient + node)
    })
    this.table.seen.fill(0)
    this.reflector.restart(host)
  }

  onObject(node: number, step: number, _object: number, state: number): void {
    if (step === REVIEW_SELF || step === REVIEW_NODE) this.table.isAllowed[node] = state
  }

  onResponse(node: number, step: number): void {
    const { approve, reviewNode } = this.plan.requests[node]
    if (step !== REVIEW_SELF && step !== REVIEW_NODE) return
    if (this.table.isAllowed[node] === 1) this.send(node, APPROVE, approve)
    else if (step === REVIEW_SELF) this.send(node, REVIEW_NODE, reviewNode)
  }

  /** Forgets the node's state, so that the next list makes the controllers handle it again. */
  onFailed(node: number): void {
    this.table.seen[node] = 0
  }

  isPresent(): boolean {
    return true
  }

  /** Called when the signature is computed. */
  onWorkDone(node: number, state: number): void {
    if (this.table.seen[node] === state) this.send(node, SIGN, this.plan.requests[node].sign)
  }

  private handleState(node: number, state: number): void {
    const { table, plan, processors, workerKind } = this
    if (table.seen[node] === state) return
    table.seen[node] = state
    if (phaseOf(state) === PENDING) {
      const isOwn = requesterOf(state) === BY_THE_NODE
      const { reviewSelf, reviewNode } = plan.requests[node]
      this.send(node, isOwn ? REVIEW_SELF : REVIEW_NODE, isOwn ? reviewSelf : reviewNode)
    } else if (phaseOf(state) === APPROVED) {
      processors.run(plan.host, plan.signNs, 0, NONE, workerKind, node, 0, state)
    }
  }

  private send(node: number, step: number, request: ProgramRequest): void {
    this.table.isAllowed[node] = 0
    this.clients.send(this.firstClient + node, request, step)
  }
}
