import type { HeaderField } from './hpack/header-fields.ts'

/**
 * Sizes of HTTP/1.1 heads, from the fields that HTTP/2 would send (RFC 9112 sections 2 to 5): the pseudo-fields make
 * the first line and Host. All text is ASCII.
 */

const VERSION = 'HTTP/1.1'
const LINE_END = '\r\n'

/** net/http status.go, the phrases of what Kubernetes' components answer. */
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

/** A request with `content-length` or without a body. */
export function http1RequestHeadBytes(fields: readonly HeaderField[]): number {
  const method = valueOfField(fields, ':method')
  const target = valueOfField(fields, ':path') ?? valueOfField(fields, ':authority')
  const host = { name: 'host', value: valueOfField(fields, ':authority') ?? '' }
  return linesBytes(`${method} ${target} ${VERSION}`, [host, ...withoutPseudoFields(fields)])
}

/** Go's server sends a body in chunks where it may have one and no field tells its length. */
export function http1ResponseHeadBytes(fields: readonly HeaderField[]): number {
  const status = valueOfField(fields, ':status') ?? ''
  const isChunked = mayHaveBody(status) && valueOfField(fields, 'content-length') === undefined
  const framing = isChunked ? [{ name: 'transfer-encoding', value: 'chunked' }] : []
  return linesBytes(`${VERSION} ${status} ${REASONS[status] ?? `status code ${status}`}`, [
    ...withoutPseudoFields(fields),
    ...framing,
  ])
}

/** RFC 9110 section 6.4.1. */
function mayHaveBody(status: string): boolean {
  return !status.startsWith('1') && status !== '204' && status !== '304'
}

function valueOfField(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value
}

function withoutPseudoFields(fields: readonly HeaderField[]): readonly HeaderField[] {
  return fields.filter(({ name }) => !name.startsWith(':'))
}

/** What one field more makes of a head. */
export function http1FieldBytes({ name, value }: HeaderField): number {
  return `${name}: ${value}${LINE_END}`.length
}

function linesBytes(firstLine: string, fields: readonly HeaderField[]): number {
  const lines = [firstLine, ...fields.map(({ name, value }) => `${name}: ${value}`), '']
  return lines.reduce((sum, line) => sum + line.length + LINE_END.length, 0)
}
