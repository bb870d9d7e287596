import type { Bearer } from '../../../cluster/access/bearer.ts'
import type { WrittenObject } from '../../../cluster/access/node-restriction.ts'
import { apiserverResponseFields, clientRequestFields } from '../../../cluster/messages/api-headers.ts'
import type { ObjectEncoding } from '../../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import { NONE } from '../../../engine/table.ts'
import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import { HeaderFields } from '../../../http/hpack/header-fields.ts'
import { http1FieldBytes, http1RequestHeadBytes, http1ResponseHeadBytes } from '../../../http/http1-head.ts'
import type { HttpDirectory, HttpRequest, HttpResponse } from '../../../http/message.ts'
import type { Token } from '../../../security/bearer-token.ts'
import type { PlannedResponse, ResponseBody } from '../../../workload/planned-response.ts'
import { Pool } from '../security/plan-security.ts'

/** Who asks. */
export interface Caller {
  /** The bearer token that the request carries; null: none. */
  readonly token: Token | null
  /** What it wants refusals in. */
  readonly encoding: ObjectEncoding
  /** The node whose kubelet it is; null: somebody else. */
  readonly from: string | null
  /** Another bearer than a service account's token. */
  readonly bearer?: Bearer
  /** What it writes, where that is not what a kubelet writes of itself (`from`), or nothing in particular. */
  readonly written?: WrittenObject
  /** The address that it writes into Node.status, dotted; `additions.addresses` has it too. */
  readonly nodeAddress?: string
  /** The service that it creates, by its name among `additions.services`. */
  readonly service?: string
  /** The certificate that it asks for, by its name among `additions.certificates`. */
  readonly certificate?: string
}

/** What a request of client-go says in its head. */
export interface ClientMessage {
  readonly authority: string
  readonly userAgent: string
  /** The encoding that the client prefers for responses, and has its own body in. */
  readonly encoding: ObjectEncoding
  /** The type of the body, where it is not that of `encoding`. */
  readonly contentType?: string
  readonly bodyBytes?: number
  readonly tokenBytes?: number
}

export const CONTENT_TYPES: Readonly<Record<ObjectEncoding, string>> = {
  protobuf: 'application/vnd.kubernetes.protobuf',
  json: 'application/json',
}

/** The same by request; `bearer` is the place among `bearers`, NONE where it carries none. */
interface KnownCaller {
  readonly bearer: number
  readonly encoding: ObjectEncoding
  readonly from: string | null
  readonly written: WrittenObject | null
  readonly nodeAddress: string | null
  readonly service: string | null
  readonly certificate: string | null
}

const NOBODY: Caller = { token: null, encoding: 'protobuf', from: null }

/** Requests and responses of a scenario, each once, by index. */
export class HttpCatalogue {
  private readonly fields = new HeaderFields()
  private readonly responsePool = new Pool<HttpResponse>()
  private readonly requests: HttpRequest[] = []
  /** By request: what it asks for. */
  readonly lines: RequestLine[] = []
  /** By request: who asks. */
  readonly callers: KnownCaller[] = []
  private readonly bearerPool = new Pool<Bearer>()
  private readonly hasPriorityAndFairness: boolean

  /** `minor` is that of the apiserver's version. */
  constructor(minor: number) {
    this.hasPriorityAndFairness = minor >= 20
  }

  /** Each use of a request has an index of its own, so that a server can tell what each asks for. */
  request(
    line: RequestLine,
    fields: readonly HeaderField[],
    isUpgrade: boolean,
    caller: Caller = NOBODY,
    isHeadApart = false,
  ): number {
    const { encoding, from, written = null, nodeAddress = null, service = null, certificate = null } = caller
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
    })
    return (
      this.requests.push({
        http1HeadBytes: http1RequestHeadBytes(fields),
        http2Fields: this.fields.internAll(fields),
        isUpgrade,
        isHeadApart,
      }) - 1
    )
  }

  /** A request as client-go writes it (`api-headers.ts`). */
  clientRequest(
    line: RequestLine,
    { authority, userAgent, encoding, contentType, bodyBytes = 0, tokenBytes = 0 }: ClientMessage,
    caller: Caller,
    isUpgrade = false,
  ): number {
    const fields = clientRequestFields({
      method: line.method,
      authority,
      path: line.target,
      userAgent,
      accept: encoding === 'protobuf' ? `${CONTENT_TYPES.protobuf},${CONTENT_TYPES.json}` : CONTENT_TYPES.json,
      contentType: bodyBytes > 0 ? (contentType ?? CONTENT_TYPES[encoding]) : null,
      contentLengthBytes: bodyBytes,
      tokenBytes,
    })
    return this.request(line, fields, isUpgrade, caller)
  }

  /** The same request with another bearer in its head, in place of what it had. */
  copyWith(request: number, caller: Pick<Caller, 'token' | 'bearer'>, tokenBytes: number): number {
    const known = this.callers[request]
    const bearer = bearerOf({ ...NOBODY, ...caller })
    this.lines.push(this.lines[request])
    this.callers.push({ ...known, bearer: bearer === null ? NONE : this.bearerPool.add(bearer) })
    const copied = this.requests[request]
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

  /** The head of a response of the apiserver; `bodyBytes` null: the length is not known when the head is sent. */
  apiserverResponse(
    status: number,
    contentType: string,
    bodyBytes: number | null,
    hasPriorityAndFairness = this.hasPriorityAndFairness,
  ): number {
    const head = { status, contentType, contentLengthBytes: bodyBytes, hasAuditId: true, hasPriorityAndFairness }
    return this.response(status, apiserverResponseFields(head))
  }

  directory(): HttpDirectory {
    return { requests: this.requests, responses: this.responsePool.values, fields: this.fields }
  }
}

/** The answer of a server that grants every request. */
export function unconditional(body: ResponseBody, accepted: number): PlannedResponse {
  return { body, accepted, refused: accepted, refusalBodyBytes: 0, token: null }
}

function bearerOf({ token, bearer }: Caller): Bearer | null {
  return token === null ? (bearer ?? null) : { kind: 'service-account', token }
}
