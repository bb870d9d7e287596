/** Sizes of HTTP/1.1 messages, from their text, as Go's net/http writes them (request.go, transfer.go, server.go). */

export interface HttpRequestShape {
  readonly method: 'GET' | 'POST'
  readonly target: string
  /** Host and port, as in the Host header. */
  readonly authority: string
  readonly userAgent: string
  /** Of a bearer token; 0: none is sent. */
  readonly tokenBytes: number
  readonly bodyBytes: number
}

const LINE_END = '\r\n'
const BEARER = 'Authorization: Bearer '

/** Headers and body. All text is ASCII. */
export function requestBytes(shape: HttpRequestShape): number {
  const lines = [
    `${shape.method} ${shape.target} HTTP/1.1`,
    `Host: ${shape.authority}`,
    `User-Agent: ${shape.userAgent}`,
    ...(shape.bodyBytes > 0 ? [`Content-Length: ${shape.bodyBytes}`] : []),
    'Accept-Encoding: gzip',
  ]
  const tokenLineBytes = shape.tokenBytes > 0 ? BEARER.length + shape.tokenBytes + LINE_END.length : 0
  return headBytes(lines) + tokenLineBytes + shape.bodyBytes
}

/** A date has 29 characters until the year 10000 (RFC 9110 section 5.6.7). */
const DATE = 'Tue, 24 Nov 2026 00:00:00 GMT'

/** Headers and body of an answer with a known length. */
export function responseBytes(status: HttpStatus, contentType: string, bodyBytes: number): number {
  const lines = [`HTTP/1.1 ${status}`, `Content-Type: ${contentType}`, `Date: ${DATE}`, `Content-Length: ${bodyBytes}`]
  return headBytes(lines) + bodyBytes
}

export type HttpStatus = '200 OK' | '401 Unauthorized'

function headBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + LINE_END.length, 0) + LINE_END.length
}
