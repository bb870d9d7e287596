import type { Bearer } from '../../cluster/access/bearer.ts'
import type { WrittenObject } from '../../cluster/access/node-restriction.ts'
import { apiserverResponseFields, clientRequestFields } from '../../cluster/messages/api-headers.ts'
import type { ObjectEncoding } from '../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { NONE } from '../../engine/table.ts'
import type { HeaderField } from '../../http/hpack/header-fields.ts'
import { HeaderFields } from '../../http/hpack/header-fields.ts'
import { http1FieldBytes, http1RequestHeadBytes, http1ResponseHeadBytes } from '../../http/http1-head.ts'
import type { HttpDirectory, HttpRequest, HttpResponse } from '../../http/message.ts'
import type { Token } from '../../security/bearer-token.ts'
import type { PlannedResponse, ResponseBody } from '../../workload/planned-response.ts'
import type { SessionPlan } from '../../workload/streaming/session-plan.ts'
import { Pool } from '../security/plan-security.ts'

/** The client of a request, as the server sees it. */
export interface Caller {
  /** The bearer token in the request; null for none. */
  readonly token: Token | null
  /** The encoding in which it accepts refusals. */
  readonly encoding: ObjectEncoding
  /** The node whose kubelet sends the request; null for other clients. */
  readonly from: string | null
  /** A bearer credential other than a service-account token. */
  readonly bearer?: Bearer
  /**
   * The object that the request writes. Absent: for a kubelet (`from`) its own objects, otherwise no particular object.
   */
  readonly written?: WrittenObject
  /** The address that it writes into Node.status, in dotted form. `additions.addresses` has it too. */
  readonly nodeAddress?: string
  /** The service that it creates, by its name in `additions.services`. */
  readonly service?: string
  /** The certificate that it requests, by its name in `additions.certificates`. */
  readonly certificate?: string
  /** The node that accepts a response from anybody who can sign it with the node's bootstrap token. */
  readonly discovery?: Discovery
}

/** A node that reads the CA of its cluster without verification, and the name of the token that signs the response. */
export interface Discovery {
  readonly node: string
  readonly token: string
}

/** The variable parts of the head of a client-go request. */
export interface ClientMessage {
  readonly authority: string
  readonly userAgent: string
  /** The preferred encoding of responses, which is also the encoding of its own body. */
  readonly encoding: ObjectEncoding
  /** The content type of the body, if it differs from `encoding`. */
  readonly contentType?: string
  readonly bodyBytes?: number
  readonly tokenBytes?: number
}

/** The content type of each encoding of objects. */
export const CONTENT_TYPES: Readonly<Record<ObjectEncoding, string>> = {
  protobuf: 'application/vnd.kubernetes.protobuf',
  json: 'application/json',
}

/** The client of a request. `bearer` is an index into `bearers`; NONE if it sends no credential. */
interface KnownCaller {
  readonly bearer: number
  readonly encoding: ObjectEncoding
  readonly from: string | null
  readonly written: WrittenObject | null
  readonly nodeAddress: string | null
  readonly service: string | null
  readonly certificate: string | null
  readonly discovery: Discovery | null
}

/** The head of a request in both versions of HTTP. */
type RequestHead = Pick<HttpRequest, 'http1HeadBytes' | 'http2Fields'>

const UNKNOWN_CALLER: Caller = { token: null, encoding: 'protobuf', from: null }

/** The requests and responses of a scenario, by index. */
export class HttpCatalogue {
  private readonly fields = new HeaderFields()
  private readonly responsePool = new Pool<HttpResponse>()
  /** The responses of the apiserver, by the parameters that determine them. */
  private readonly apiserverResponses = new Map<string, number>()
  private readonly requests: HttpRequest[] = []
  /** The heads of client-go requests, by the parameters that determine them. Kubelets send thousands of equal ones. */
  private readonly clientHeads = new Map<string, RequestHead>()
  /** The method and target of each request. */
  readonly lines: RequestLine[] = []
  /** The client of each request. */
  readonly callers: KnownCaller[] = []
  /** The sessions that requests begin after an upgrade. */
  readonly sessions = new Map<number, SessionPlan>()
  private readonly bearerPool = new Pool<Bearer>()
  private readonly hasPriorityAndFairness: boolean

  /** `minor` is the minor version of the apiserver. */
  constructor(minor: number) {
    this.hasPriorityAndFairness = minor >= 20
  }

  /** Adds a request. Each use of a request gets its own index, so that a server can tell the uses apart. */
  request(
    line: RequestLine,
    fields: readonly HeaderField[],
    isUpgrade: boolean,
    caller: Caller = UNKNOWN_CALLER,
    { flushesHead = false, isReadByLine = false } = {},
  ): number {
    return this.add(line, this.headOf(fields), caller, { isUpgrade, flushesHead, isReadByLine })
  }

  private add(
    line: RequestLine,
    head: RequestHead,
    caller: Caller,
    { isUpgrade, flushesHead, isReadByLine }: Omit<HttpRequest, keyof RequestHead>,
  ): number {
    const { encoding, from, written = null, nodeAddress = null, service = null, certificate = null } = caller
    const { discovery = null } = caller
    const bearer = bearerOf(caller)
    this.lines.push(line)
    this.callers.push({
      bearer: bearer === null ? NONE : this.bearerPool.add(bearer),
      encoding,
      from,
      written,
      nodeAddress,
      service,
      certificate,
      discovery,
    })
    const { http1HeadBytes, http2Fields } = head
    // V8 gives each object that is assembled by spreads a shape of its own.
    return this.requests.push({ http1HeadBytes, http2Fields, isUpgrade, flushesHead, isReadByLine }) - 1
  }

  private headOf(fields: readonly HeaderField[]): RequestHead {
    return { http1HeadBytes: http1RequestHeadBytes(fields), http2Fields: this.fields.internAll(fields) }
  }

  /** Adds a request with the head that client-go writes. */
  clientRequest(line: RequestLine, message: ClientMessage, caller: Caller, isUpgrade = false): number {
    return this.add(line, this.clientHead(line, message), caller, {
      isUpgrade,
      flushesHead: false,
      isReadByLine: false,
    })
  }

  private clientHead({ method, target }: RequestLine, message: ClientMessage): RequestHead {
    const { authority, userAgent, encoding, contentType, bodyBytes = 0, tokenBytes = 0 } = message
    const key = [method, target, authority, userAgent, encoding, contentType, bodyBytes, tokenBytes].join('\n')
    const known = this.clientHeads.get(key)
    if (known !== undefined) return known
    const fields = clientRequestFields({
      method,
      authority,
      path: target,
      userAgent,
      accept: encoding === 'protobuf' ? `${CONTENT_TYPES.protobuf},${CONTENT_TYPES.json}` : CONTENT_TYPES.json,
      contentType: bodyBytes > 0 ? (contentType ?? CONTENT_TYPES[encoding]) : null,
      contentLengthBytes: bodyBytes,
      tokenBytes,
    })
    const head = this.headOf(fields)
    this.clientHeads.set(key, head)
    return head
  }

  /** Adds a copy of a request with another bearer token in its head. */
  copyWith(request: number, caller: Pick<Caller, 'token' | 'bearer'>, tokenBytes: number): number {
    const known = this.callers[request]
    const bearer = bearerOf({ ...UNKNOWN_CALLER, ...caller })
    this.lines.push(this.lines[request])
    this.callers.push({ ...known, bearer: bearer === null ? NONE : this.bearerPool.add(bearer) })
    const copied = this.requests[request]
    const session = this.sessions.get(request)
    if (session !== undefined) this.sessions.set(this.requests.length, session)
    if (known.bearer !== NONE) return this.requests.push({ ...copied }) - 1
    const field = { name: 'authorization', value: `Bearer ${'x'.repeat(tokenBytes)}` }
    return (
      this.requests.push({
        ...copied,
        http1HeadBytes: copied.http1HeadBytes + http1FieldBytes(field),
        http2Fields: [...copied.http2Fields, ...this.fields.internAll([field])],
      }) - 1
    )
  }

  get bearers(): readonly Bearer[] {
    return this.bearerPool.values
  }

  isUpgrade(request: number): boolean {
    return this.requests[request].isUpgrade
  }

  response(status: number, fields: readonly HeaderField[]): number {
    return this.responsePool.add({
      status,
      http1HeadBytes: http1ResponseHeadBytes(fields),
      http2Fields: this.fields.internAll(fields),
    })
  }

  /** Adds the head of an apiserver response. `bodyBytes` is null if the length is not known yet. */
  apiserverResponse(
    status: number,
    contentType: string,
    bodyBytes: number | null,
    hasPriorityAndFairness = this.hasPriorityAndFairness,
  ): number {
    const key = `${status} ${bodyBytes} ${hasPriorityAndFairness} ${contentType}`
    const known = this.apiserverResponses.get(key)
    if (known !== undefined) return known
    const head = { status, contentType, contentLengthBytes: bodyBytes, hasAuditId: true, hasPriorityAndFairness }
    const response = this.response(status, apiserverResponseFields(head))
    this.apiserverResponses.set(key, response)
    return response
  }

  directory(): HttpDirectory {
    return { requests: this.requests, responses: this.responsePool.values, fields: this.fields }
  }
}

/** Returns the response of a server that refuses no request. */
export function unconditional(body: ResponseBody, accepted: number): PlannedResponse {
  return { body, accepted, refused: accepted, refusalBodyBytes: 0, token: null }
}

function bearerOf({ token, bearer }: Caller): Bearer | null {
  return token === null ? (bearer ?? null) : { kind: 'service-account', token }
}
