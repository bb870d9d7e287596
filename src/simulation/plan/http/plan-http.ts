import type { Bearer } from '../../../cluster/access/bearer.ts'
import type { WrittenObject } from '../../../cluster/access/node-restriction.ts'
import type { ObjectEncoding } from '../../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../../cluster/messages/operations.ts'
import { NONE } from '../../../engine/table.ts'
import type { HeaderField } from '../../../http/hpack/header-fields.ts'
import { HeaderFields } from '../../../http/hpack/header-fields.ts'
import { http1FieldBytes, http1RequestHeadBytes, http1ResponseHeadBytes } from '../../../http/http1-head.ts'
import type { HttpDirectory, HttpRequest, HttpResponse } from '../../../http/message.ts'
import type { Token } from '../../../security/bearer-token.ts'
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

  response(status: number, fields: readonly HeaderField[]): number {
    return this.responsePool.add({
      status,
      http1HeadBytes: http1ResponseHeadBytes(fields),
      http2Fields: this.fields.internAll(fields),
    })
  }

  directory(): HttpDirectory {
    return { requests: this.requests, responses: this.responsePool.values, fields: this.fields }
  }
}

function bearerOf({ token, bearer }: Caller): Bearer | null {
  return token === null ? (bearer ?? null) : { kind: 'service-account', token }
}
