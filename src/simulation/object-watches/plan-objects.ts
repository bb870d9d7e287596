import { type Bearer, bearerBytes } from '../../cluster/access/bearer.ts'
import { agentOf } from '../../cluster/messages/api-headers.ts'
import type { ObjectEncoding } from '../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import type {
  ObjectAction,
  ObjectRequest,
  ProgramPath,
  ProgramRequest,
  Subscription,
} from '../../cluster/objects/object-requests.ts'
import type { ObjectStorePlan } from '../../cluster/objects/object-store.ts'
import type { ReflectedResource } from '../../cluster/objects/reflector.ts'
import { NONE } from '../../engine/table.ts'
import type { Workload } from '../../workload/workload.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import { lookUp } from '../by-name.ts'
import { CONTENT_TYPES, type Discovery, unconditional } from '../http/plan-http.ts'
import type { PlanContext } from '../plan-context.ts'
import { authorityOf } from '../plan-context.ts'

/** A program of the cluster on a host, as its requests identify it. */
export interface Program {
  /** `kubelet/v1.30.3 (linux/amd64) kubernetes/32cc146`. */
  readonly agent: string
  readonly path: string
  readonly bearer: Bearer | null
  readonly encoding: ObjectEncoding
  /** The node of a kubelet; null for other programs. */
  readonly node: string | null
}

/** Returns the kubelet of a node. Without `bearer`, its client certificate is its credential. */
export function kubeletOf({ name, version }: NodeBlueprint, path: string, bearer: Bearer | null = null): Program {
  return { agent: agentOf('kubelet', version.minor), path, bearer, encoding: 'protobuf', node: name }
}

/** A request before it is planned, and its response. */
export interface ObjectMessage {
  readonly line: RequestLine
  /** The length of the request body. Default: 0. */
  readonly bodyBytes?: number
  /** The status of the response. Default: 200. */
  readonly status?: 200 | 201
  /** The length of the response body; for a list, without its items. */
  readonly responseBytes: number
  /** The node that accepts the response from anybody who has its token. Default: none. */
  readonly discovery?: Discovery
}

/** A list and the watch that follows it. */
export interface WatchedResource {
  readonly list: RequestLine
  /** The length of the list without its items. */
  readonly listBytes: number
  readonly watch: RequestLine
  readonly subscriptions: readonly number[]
}

/**
 * The duration of a watch in seconds. client-go draws between 5 and 10 minutes (tools/cache/reflector.go,
 * minWatchTimeout).
 */
export const WATCH_TIMEOUT_S = 450

/** The requests, objects and subscriptions of all programs of a cluster. */
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

/** Plans the objects of one owner, and the requests of its programs. */
export class ObjectPlans {
  private readonly owner: string
  private readonly gathered: GatheredObjects
  private readonly context: PlanContext

  constructor(owner: string, gathered: GatheredObjects, context: PlanContext) {
    this.owner = owner
    this.gathered = gathered
    this.context = context
  }

  addObject(): number {
    return this.gathered.objects.push(this.owner) - 1
  }

  subscribe(object: number): number {
    return this.gathered.subscriptions.push({ object }) - 1
  }

  /** Plans a request that reads an object that never changes. */
  read(program: Program, message: ObjectMessage): ProgramRequest {
    return this.request(program, message, { kind: 'read' })
  }

  /** Plans a request that changes an object of this owner. */
  change(program: Program, message: ObjectMessage, change: number, subject: number): ProgramRequest {
    return this.request(program, message, { kind: 'change', owner: this.owner, change, subject })
  }

  watched(
    program: Program,
    host: number,
    resource: WatchedResource,
    jitter: ReflectedResource['jitter'] = null,
  ): ReflectedResource {
    const { list, listBytes, watch, subscriptions } = resource
    return {
      host,
      list: this.request(program, { line: list, responseBytes: listBytes }, { kind: 'list', subscriptions }),
      watch: this.request(program, { line: watch, responseBytes: 0 }, { kind: 'watch', subscriptions }),
      jitter,
    }
  }

  private request(
    { agent, path, bearer, encoding, node }: Program,
    { line, bodyBytes = 0, status = 200, responseBytes, discovery }: ObjectMessage,
    action: ObjectAction,
  ): ProgramRequest {
    const { catalogue, paths } = this.context
    const index = lookUp(paths.pathIndex, path)
    const request = catalogue.clientRequest(
      line,
      {
        authority: authorityOf(this.context, index),
        userAgent: agent,
        encoding,
        bodyBytes,
        tokenBytes: bearer === null ? 0 : bearerBytes(bearer),
      },
      { token: null, encoding, from: node, ...(discovery === undefined ? {} : { discovery }) },
    )
    const isWhole = action.kind === 'read' || action.kind === 'change'
    const contentType = action.kind === 'watch' ? `${CONTENT_TYPES[encoding]};stream=watch` : CONTENT_TYPES[encoding]
    const response = catalogue.apiserverResponse(status, contentType, isWhole ? responseBytes : null)
    if (discovery !== undefined)
      this.context.answers[request] = unconditional({ kind: 'body', bodyBytes: responseBytes }, response)
    const program = this.programOf(agent, index)
    this.gathered.requests.set(request, { line, program, bearer, action, response, bodyBytes: responseBytes })
    return { path: index, request, bodyBytes }
  }

  /**
   * Registers a request of a workload or an attacker that changes an object of this owner. It keeps the credential of
   * its caller.
   */
  adopt(request: number, encoding: ObjectEncoding, bodyBytes: number, change: number, subject: number): void {
    const { catalogue } = this.context
    this.gathered.requests.set(request, {
      line: catalogue.lines[request],
      program: NONE,
      bearer: null,
      action: { kind: 'change', owner: this.owner, change, subject },
      response: catalogue.apiserverResponse(201, CONTENT_TYPES[encoding], bodyBytes),
      bodyBytes,
    })
  }

  private programOf(agent: string, path: number): number {
    const { network, paths } = this.context
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

/** The context for planning the programs of a cluster. */
export interface ProgramContext extends PlanContext {
  readonly cluster: ClusterBlueprint
  readonly workloads: readonly Workload[]
  /** The objects and requests of the program that is being planned. */
  readonly objects: ObjectPlans
}
