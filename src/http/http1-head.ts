import type { HeaderField } from './hpack/header-fields.ts'

/**
 * Sizes of HTTP/1.1 heads, from the fields that HTTP/2 would send (RFC 9112 sections 2 to 5): the pseudo-fields make
 * the first line and Host. All text is ASCII.
 */

const VERSION = 'HTTP/1.1'
const LINE_END = '\r\n'

/** Reason phrases of the statuses that Kubernetes components send (net/http/status.go). */
const REASONS: Readonly<Record<string, string>> = {
  100: 'Continue',
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/**
 * Returns the size of the head of a request, which has a `content-length` or no body.
 *
 * The size follows from the fields that HTTP/2 would send (RFC 9112 sections 2 to 5): the pseudo-fields give the first
 * line and Host. All text is ASCII.
 */
export function http1RequestHeadBytes(fields: readonly HeaderField[]): number {
  const method = valueOfField(fields, ':method')
  const target = valueOfField(fields, ':path') ?? valueOfField(fields, ':authority')
  const host = { name: 'host', value: valueOfField(fields, ':authority') ?? '' }
  return linesBytes(`${method} ${target} ${VERSION}`, [host, ...withoutPseudoFields(fields)])
}

/**
 * Returns the size of the head of a response. Go's server sends the body in chunks if a body is allowed and no field
 * gives its length (net/http/server.go, writeHeader).
 */
export function http1ResponseHeadBytes(fields: readonly HeaderField[]): number {
  const status = valueOfField(fields, ':status') ?? ''
  const isChunked = canHaveBody(status) && valueOfField(fields, 'content-length') === undefined
  const framing = isChunked ? [{ name: 'transfer-encoding', value: 'chunked' }] : []
  return linesBytes(`${VERSION} ${status} ${REASONS[status] ?? `status code ${status}`}`, [
    ...withoutPseudoFields(fields),
    ...framing,
  ])
}

/** Returns whether a response with this status can have a body (RFC 9110 section 6.4.1). */
function canHaveBody(status: string): boolean {
  return !status.startsWith('1') && status !== '204' && status !== '304'
}

function valueOfField(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value
}

function withoutPseudoFields(fields: readonly HeaderField[]): readonly HeaderField[] {
  return fields.filter(({ name }) => !name.startsWith(':'))
}

/** Returns the number of bytes that a field adds to a head. */
export function http1FieldBytes({ name, value }: HeaderField): number {
  return `${name}: ${value}${LINE_END}`.length
}

function linesBytes(firstLine: string, fields: readonly HeaderField[]): number {
  const lines = [firstLine, ...fields.map(({ name, value }) => `${name}: ${value}`), '']
  return lines.reduce((sum, line) => sum + line.length + LINE_END.length, 0)
}
