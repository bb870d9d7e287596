import type { Bearer } from '../../../cluster/access/bearer.ts'
import type { PathMessage } from '../../../cluster/bootstrapping/bootstrapping-plan.ts'
import { apiserverResponseFields, clientRequestFields } from '../../../cluster/messages/api-headers.ts'
import { bearerBytes } from '../../../cluster/messages/bearer-bytes.ts'
import type { ObjectEncoding } from '../../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import type { ObjectDeskPlan } from '../../../cluster/objects/object-desk.ts'
import type {
  AskingProgram,
  ObjectAction,
  ObjectKeeper,
  ObjectRequest,
  Subscription,
} from '../../../cluster/objects/object-requests.ts'
import { NONE } from '../../../engine/table.ts'
import { formatAddress } from '../../../network/address-book.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'

/** One of a cluster's programs. */
export interface Program {
  /** `kubelet/v1.30.3 (linux/amd64) kubernetes/32cc146`. */
  readonly agent: string
  readonly path: string
  readonly bearer: Bearer | null
  readonly encoding: ObjectEncoding
  /** Of a kubelet: its node. */
  readonly node: string | null
}

export interface ObjectAnswer {
  readonly status: 200 | 201
  /** Of a list, without what is in it. */
  readonly bodyBytes: number
}

/** Gathers what a cluster's own programs ask the apiserver about objects. */
export class ObjectPlans {
  readonly requests = new Map<number, ObjectRequest>()
  private readonly programs: AskingProgram[] = []
  private readonly programByPlace = new Map<string, number>()
  private readonly objects: ObjectKeeper[] = []
  private readonly subscriptions: Subscription[] = []
  private readonly changes: ObjectKeeper[] = []
  private readonly network: PlannedNetwork
  private readonly paths: PlannedPaths
  private readonly catalogue: HttpCatalogue
  private readonly minor: number

  /** `minor` is the apiserver's. */
  constructor(network: PlannedNetwork, paths: PlannedPaths, catalogue: HttpCatalogue, minor: number) {
    this.network = network
    this.paths = paths
    this.catalogue = catalogue
    this.minor = minor
  }

  addObject(keeper: ObjectKeeper): number {
    return this.objects.push(keeper) - 1
  }

  subscribe(object: number): number {
    return this.subscriptions.push({ object }) - 1
  }

  /** So many kinds of changes more; returns the number of the first. */
  addChanges(keeper: ObjectKeeper, count: number): number {
    for (let i = 0; i < count; i++) this.changes.push(keeper)
    return this.changes.length - count
  }

  message(
    { agent, path, bearer, encoding, node }: Program,
    line: RequestLine,
    bodyBytes: number,
    { status, bodyBytes: answerBytes }: ObjectAnswer,
    action: ObjectAction,
  ): PathMessage {
    const { catalogue, paths, network } = this
    const index = lookUp(paths.pathIndex, path)
    const { remoteAddress, port } = paths.paths[index]
    const contentType = CONTENT_TYPES[encoding]
    const fields = clientRequestFields({
      method: line.method,
      authority: `${formatAddress(network.addresses.valueOf(remoteAddress))}:${port}`,
      path: line.target,
      userAgent: agent,
      accept: encoding === 'protobuf' ? `${CONTENT_TYPES.protobuf},${CONTENT_TYPES.json}` : CONTENT_TYPES.json,
      contentType: bodyBytes > 0 ? contentType : null,
      contentLengthBytes: bodyBytes,
      tokenBytes: bearer === null ? 0 : bearerBytes(bearer),
    })
    const request = catalogue.request(line, fields, false, { token: null, encoding, from: node })
    const isWhole = action.kind === 'read' || action.kind === 'change'
    const response = catalogue.response(
      status,
      apiserverResponseFields({
        status,
        contentType: action.kind === 'watch' ? `${contentType};stream=watch` : contentType,
        contentLengthBytes: isWhole ? answerBytes : null,
        hasAuditId: true,
        hasPriorityAndFairness: this.minor >= 20,
      }),
    )
    const program = this.programOf(agent, index)
    this.requests.set(request, { line, program, bearer, action, response, bodyBytes: answerBytes })
    return { path: index, request, bodyBytes }
  }

  /** Somebody else's request, whose answer and effect are the desk's business; its bearer is its caller's. */
  adopt(request: number, encoding: ObjectEncoding, answerBytes: number, action: ObjectAction): void {
    const response = this.responseOf(201, encoding, answerBytes)
    const line = this.catalogue.lines[request]
    this.requests.set(request, { line, program: NONE, bearer: null, action, response, bodyBytes: answerBytes })
  }

  private responseOf(status: 200 | 201, encoding: ObjectEncoding, contentLengthBytes: number): number {
    return this.catalogue.response(
      status,
      apiserverResponseFields({
        status,
        contentType: CONTENT_TYPES[encoding],
        contentLengthBytes,
        hasAuditId: true,
        hasPriorityAndFairness: this.minor >= 20,
      }),
    )
  }

  private programOf(agent: string, path: number): number {
    const host = this.network.hosts[this.paths.paths[path].fromHost].name
    const name = `${agent.slice(0, agent.indexOf('/'))}/${host}`
    const place = `${name} ${path}`
    const known = this.programByPlace.get(place)
    if (known !== undefined) return known
    this.programByPlace.set(place, this.programs.length)
    return this.programs.push({ name, path }) - 1
  }

  desk(): ObjectDeskPlan {
    const { requests, programs, objects, subscriptions, changes } = this
    return { requests, programs, objects, subscriptions, changes }
  }
}

const CONTENT_TYPES: Readonly<Record<ObjectEncoding, string>> = {
  protobuf: 'application/vnd.kubernetes.protobuf',
  json: 'application/json',
}
