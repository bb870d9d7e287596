import type { Bearer } from '../../../cluster/access/bearer.ts'
import { apiserverResponseFields, clientRequestFields } from '../../../cluster/messages/api-headers.ts'
import { bearerBytes } from '../../../cluster/messages/bearer-bytes.ts'
import type { ObjectEncoding } from '../../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import type {
  ObjectAction,
  ObjectRequest,
  ProgramPath,
  ProgramRequest,
  Subscription,
} from '../../../cluster/objects/object-requests.ts'
import type { ObjectStorePlan } from '../../../cluster/objects/object-store.ts'
import type { ReflectedResource } from '../../../cluster/objects/reflector.ts'
import { NONE } from '../../../engine/table.ts'
import { formatAddress } from '../../../network/address-book.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'

/** A program of the cluster on a host, as its requests show it. */
export interface Program {
  /** `kubelet/v1.30.3 (linux/amd64) kubernetes/32cc146`. */
  readonly agent: string
  readonly path: string
  readonly bearer: Bearer | null
  readonly encoding: ObjectEncoding
  /** Of a kubelet: its node. */
  readonly node: string | null
}

export interface ObjectResponse {
  readonly status: 200 | 201
  /** Of a list, without items. */
  readonly bodyBytes: number
}

/** A request before it is planned. */
export interface ObjectMessage {
  readonly line: RequestLine
  readonly bodyBytes: number
  readonly response: ObjectResponse
}

/** A list, and the watch that follows it. */
export interface WatchedResource {
  readonly list: RequestLine
  /** Of the list, without items. */
  readonly listBytes: number
  readonly watch: RequestLine
  readonly subscriptions: readonly number[]
}

/** How long client-go watches at most, in seconds: it draws between 5 and 10 minutes (tools/cache/reflector.go, minWatchTimeout). */
export const WATCH_TIMEOUT_S = 450

/** What all programs of a cluster gather together. */
export class GatheredObjects {
  readonly requests = new Map<number, ObjectRequest>()
  readonly programs: ProgramPath[] = []
  readonly programByPlace = new Map<string, number>()
  readonly objects: string[] = []
  readonly subscriptions: Subscription[] = []

  plan(): ObjectStorePlan {
    const { requests, programs, objects, subscriptions } = this
    return { requests, programs, objects, subscriptions }
  }
}

export interface ObjectPlansParts {
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly catalogue: HttpCatalogue
  /** Minor version of the apiserver. */
  readonly minor: number
}

/** The requests of one owner's programs about objects, and its own objects. */
export class ObjectPlans {
  private readonly owner: string
  private readonly gathered: GatheredObjects
  private readonly parts: ObjectPlansParts

  constructor(owner: string, gathered: GatheredObjects, parts: ObjectPlansParts) {
    this.owner = owner
    this.gathered = gathered
    this.parts = parts
  }

  addObject(): number {
    return this.gathered.objects.push(this.owner) - 1
  }

  subscribe(object: number): number {
    return this.gathered.subscriptions.push({ object }) - 1
  }

  /** A request that reads something that never changes. */
  read(program: Program, message: ObjectMessage): ProgramRequest {
    return this.request(program, message, { kind: 'read' })
  }

  /** A request that changes an object of this owner. */
  change(program: Program, message: ObjectMessage, change: number, subject: number): ProgramRequest {
    return this.request(program, message, { kind: 'change', owner: this.owner, change, subject })
  }

  list(program: Program, { list, listBytes, subscriptions }: WatchedResource): ProgramRequest {
    const message = { line: list, bodyBytes: 0, response: { status: 200, bodyBytes: listBytes } } as const
    return this.request(program, message, { kind: 'list', subscriptions })
  }

  watched(
    program: Program,
    host: number,
    resource: WatchedResource,
    jitter: ReflectedResource['jitter'] = null,
  ): ReflectedResource {
    const { watch, subscriptions } = resource
    const list = this.list(program, resource)
    const message = { line: watch, bodyBytes: 0, response: { status: 200, bodyBytes: 0 } } as const
    return { host, list, watch: this.request(program, message, { kind: 'watch', subscriptions }), jitter }
  }

  private request(
    { agent, path, bearer, encoding, node }: Program,
    { line, bodyBytes, response: { status, bodyBytes: responseBytes } }: ObjectMessage,
    action: ObjectAction,
  ): ProgramRequest {
    const { catalogue, paths, network, minor } = this.parts
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
        contentLengthBytes: isWhole ? responseBytes : null,
        hasAuditId: true,
        hasPriorityAndFairness: minor >= 20,
      }),
    )
    const program = this.programOf(agent, index)
    this.gathered.requests.set(request, { line, program, bearer, action, response, bodyBytes: responseBytes })
    return { path: index, request, bodyBytes }
  }

  /** A request of a workload or an attacker that changes an object of this owner; its bearer is its caller's. */
  adopt(request: number, encoding: ObjectEncoding, bodyBytes: number, change: number, subject: number): void {
    const { catalogue, minor } = this.parts
    const fields = apiserverResponseFields({
      status: 201,
      contentType: CONTENT_TYPES[encoding],
      contentLengthBytes: bodyBytes,
      hasAuditId: true,
      hasPriorityAndFairness: minor >= 20,
    })
    this.gathered.requests.set(request, {
      line: catalogue.lines[request],
      program: NONE,
      bearer: null,
      action: { kind: 'change', owner: this.owner, change, subject },
      response: catalogue.response(201, fields),
      bodyBytes,
    })
  }

  private programOf(agent: string, path: number): number {
    const { network, paths } = this.parts
    const { programs, programByPlace } = this.gathered
    const host = network.hosts[paths.paths[path].fromHost].name
    const name = `${agent.slice(0, agent.indexOf('/'))}/${host}`
    const place = `${name} ${path}`
    const known = programByPlace.get(place)
    if (known !== undefined) return known
    programByPlace.set(place, programs.length)
    return programs.push({ name, path }) - 1
  }
}

const CONTENT_TYPES: Readonly<Record<ObjectEncoding, string>> = {
  protobuf: 'application/vnd.kubernetes.protobuf',
  json: 'application/json',
}
