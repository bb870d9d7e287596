import type { HeaderField } from './hpack/header-fields.ts'

/**
 * Heads of HTTP/1.1 messages and their sizes, from the fields that HTTP/2 would send (RFC 9112 sections 2 to 5): the
 * pseudo-fields make the first line and Host. All text is ASCII.
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

/** Returns the size of the head of a request, which has a `content-length` or no body. */
export function http1RequestHeadBytes(fields: readonly HeaderField[]): number {
  return http1RequestHead(fields).length
}

export function http1ResponseHeadBytes(fields: readonly HeaderField[]): number {
  return http1ResponseHead(fields).length
}

/** Returns the head of a request, up to and with the empty line. */
export function http1RequestHead(fields: readonly HeaderField[]): string {
  const method = valueOfField(fields, ':method')
  const target = valueOfField(fields, ':path') ?? valueOfField(fields, ':authority')
  const host = { name: 'host', value: valueOfField(fields, ':authority') ?? '' }
  return linesOf(`${method} ${target} ${VERSION}`, [host, ...withoutPseudoFields(fields)])
}

/**
 * Returns the head of a response. Go's server sends the body in chunks if a body is allowed and no field gives its length
 * (net/http/server.go, writeHeader).
 */
export function http1ResponseHead(fields: readonly HeaderField[]): string {
  const status = valueOfField(fields, ':status') ?? ''
  const isChunked = canHaveBody(status) && valueOfField(fields, 'content-length') === undefined
  const framing = isChunked ? [{ name: 'transfer-encoding', value: 'chunked' }] : []
  return linesOf(`${VERSION} ${status} ${REASONS[status] ?? `status code ${status}`}`, [
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

function linesOf(firstLine: string, fields: readonly HeaderField[]): string {
  const lines = [firstLine, ...fields.map(({ name, value }) => `${name}: ${value}`), '']
  return lines.map((line) => line + LINE_END).join('')
}
