import type { RequestLine } from '../cluster/operations.ts'
import type { HeaderField } from '../http/hpack/header-fields.ts'
import { HeaderFields } from '../http/hpack/header-fields.ts'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../http/http1-head.ts'
import type { HttpDirectory, HttpRequest, HttpResponse } from '../http/message.ts'
import { Pool } from './plan-security.ts'

/** Requests and responses of a scenario, each once, by index. */
export class HttpCatalogue {
  private readonly fields = new HeaderFields()
  private readonly responsePool = new Pool<HttpResponse>()
  private readonly requests: HttpRequest[] = []
  /** By request: what it asks for. */
  readonly lines: RequestLine[] = []

  /** Each use of a request has an index of its own, so that a server can tell what each asks for. */
  request(line: RequestLine, fields: readonly HeaderField[], isUpgrade: boolean): number {
    this.lines.push(line)
    return (
      this.requests.push({
        http1HeadBytes: http1RequestHeadBytes(fields),
        http2Fields: this.fields.internAll(fields),
        isUpgrade,
      }) - 1
    )
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
