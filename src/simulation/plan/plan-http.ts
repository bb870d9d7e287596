import type { ObjectEncoding } from '../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { NONE } from '../../engine/table.ts'
import type { HeaderField } from '../../http/hpack/header-fields.ts'
import { HeaderFields } from '../../http/hpack/header-fields.ts'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../../http/http1-head.ts'
import type { HttpDirectory, HttpRequest, HttpResponse } from '../../http/message.ts'
import type { Token } from '../../security/bearer-token.ts'
import { Pool } from './plan-security.ts'

/** Who asks. */
export interface Caller {
  /** The bearer token that the request carries; null: none. */
  readonly token: Token | null
  /** What it wants refusals in. */
  readonly encoding: ObjectEncoding
  /** The node whose kubelet it is; null: somebody else. */
  readonly from: string | null
}

const NOBODY: Caller = { token: null, encoding: 'protobuf', from: null }

/** Requests and responses of a scenario, each once, by index. */
export class HttpCatalogue {
  private readonly fields = new HeaderFields()
  private readonly responsePool = new Pool<HttpResponse>()
  private readonly requests: HttpRequest[] = []
  /** By request: what it asks for. */
  readonly lines: RequestLine[] = []
  /** By request: who asks; `token` is the place among `tokens`. */
  readonly callers: (Omit<Caller, 'token'> & { readonly token: number })[] = []
  private readonly tokenPool = new Pool<Token>()

  /** Each use of a request has an index of its own, so that a server can tell what each asks for. */
  request(line: RequestLine, fields: readonly HeaderField[], isUpgrade: boolean, caller: Caller = NOBODY): number {
    const { token } = caller
    this.lines.push(line)
    this.callers.push({ ...caller, token: token === null ? NONE : this.tokenPool.add(token) })
    return (
      this.requests.push({
        http1HeadBytes: http1RequestHeadBytes(fields),
        http2Fields: this.fields.internAll(fields),
        isUpgrade,
      }) - 1
    )
  }

  get tokens(): readonly Token[] {
    return this.tokenPool.values
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
