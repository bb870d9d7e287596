import type { HeaderField } from '../../http/hpack/header-fields.ts'

/**
 * A request of a Kubernetes client. Header fields are in the order in which Go's HTTP/2 client and server write them;
 * HTTP/1.1 has the same ones (`http/http1-head.ts`).
 */

export interface ClientRequest {
  readonly method: string
  /** Host and port of the server. */
  readonly authority: string
  /** The path with its query. */
  readonly path: string
  readonly userAgent: string
  readonly accept: string | null
  readonly contentType: string | null
  /** The length of the body; 0 without a body. */
  readonly contentLengthBytes: number
  /** The length of the bearer token; 0 without one. */
  readonly tokenBytes: number
  /** The command of kubectl that sends the request; null for other programs, and before 1.22. */
  readonly kubectl?: string | null
}

/** Go sends the length of an empty body with these methods only (x/net http2, shouldSendReqContentLength). */
const METHODS_WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH']

/**
 * Returns the header fields of a client-go request. Go writes the fields between the pseudo-fields and `content-length`
 * in a varying order, which does not affect sizes.
 */
export function clientRequestFields(request: ClientRequest): readonly HeaderField[] {
  const { method, contentLengthBytes, tokenBytes } = request
  const hasLength = contentLengthBytes > 0 || METHODS_WITH_BODY.includes(method)
  return [
    { name: ':authority', value: request.authority },
    { name: ':method', value: method },
    { name: ':path', value: request.path },
    { name: ':scheme', value: 'https' },
    ...optionalField('accept', request.accept),
    ...optionalField('authorization', tokenBytes > 0 ? `Bearer ${sampleToken(tokenBytes)}` : null),
    ...optionalField('content-type', request.contentType),
    ...kubectlFields(request.kubectl ?? null),
    { name: 'user-agent', value: request.userAgent },
    ...optionalField('content-length', hasLength ? `${contentLengthBytes}` : null),
    { name: 'accept-encoding', value: 'gzip' },
  ]
}

/** The fields with which kubectl names its command, on by default from 1.22 on (KEP-859). */
function kubectlFields(command: string | null): readonly HeaderField[] {
  if (command === null) return []
  return [
    { name: 'kubectl-command', value: `kubectl ${command}` },
    { name: 'kubectl-session', value: AUDIT_ID },
  ]
}

/** A protocol that kubectl asks to switch to, and the subprotocols that it offers. */
export interface UpgradeOffer {
  readonly upgrade: 'SPDY/3.1' | 'websocket'
  readonly protocols: readonly string[]
}

export type UpgradeRequest = Pick<
  ClientRequest,
  'method' | 'authority' | 'path' | 'userAgent' | 'tokenBytes' | 'kubectl'
>

/**
 * The header fields of an upgrade by kubectl (apimachinery pkg/util/httpstream/spdy/roundtripper.go; gorilla/websocket
 * client.go).
 */
export function upgradeRequestFields(request: UpgradeRequest, { upgrade, protocols }: UpgradeOffer): HeaderField[] {
  const { method, authority, path, userAgent, tokenBytes } = request
  const isSpdy = upgrade === 'SPDY/3.1'
  return [
    { name: ':authority', value: authority },
    { name: ':method', value: method },
    { name: ':path', value: path },
    { name: ':scheme', value: 'https' },
    { name: 'user-agent', value: userAgent },
    ...optionalField('content-length', isSpdy ? '0' : null),
    ...optionalField('authorization', tokenBytes > 0 ? `Bearer ${sampleToken(tokenBytes)}` : null),
    { name: 'connection', value: 'Upgrade' },
    ...kubectlFields(request.kubectl ?? null),
    ...optionalField('sec-websocket-key', isSpdy ? null : WEBSOCKET_KEY),
    ...optionalField('sec-websocket-version', isSpdy ? null : '13'),
    { name: 'upgrade', value: upgrade },
    ...protocols.map((value) => ({ name: isSpdy ? SPDY_PROTOCOL : WEBSOCKET_PROTOCOL, value })),
  ]
}

/**
 * Returns the header fields of a switch of protocols. The API server's WebSocket library writes them without those of
 * net/http. For SPDY, the API server copies the response of the container runtime.
 */
export function switchFields({ upgrade }: UpgradeOffer, protocol: string): HeaderField[] {
  const isSpdy = upgrade === 'SPDY/3.1'
  return [
    { name: ':status', value: '101' },
    { name: 'connection', value: 'Upgrade' },
    { name: 'upgrade', value: upgrade },
    ...optionalField('sec-websocket-accept', isSpdy ? null : WEBSOCKET_ACCEPT),
    { name: isSpdy ? SPDY_PROTOCOL : WEBSOCKET_PROTOCOL, value: protocol },
    ...optionalField('date', isSpdy ? DATE : null),
  ]
}

const SPDY_PROTOCOL = 'x-stream-protocol-version'
const WEBSOCKET_PROTOCOL = 'sec-websocket-protocol'
/** The base64 of 16 bytes, and of a SHA-1 hash (RFC 6455 section 1.3, whose example this is). */
const WEBSOCKET_KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const WEBSOCKET_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

export interface ServerResponse {
  readonly status: number
  readonly contentType: string | null
  /**
   * Null if the server does not know the length when it sends the head, as for a watch. Go's server computes the length
   * if the handler writes the body at once and it fits a buffer: 4096 bytes with HTTP/2, 2048 with HTTP/1.1.
   */
  readonly contentLengthBytes: number | null
}

export interface ApiserverResponse extends ServerResponse {
  /** True if the response has the audit id of the request. Newer releases send it even without an audit log. */
  readonly hasAuditId: boolean
  /** True if the response names the flow schema and priority level of API Priority and Fairness (on since 1.20). */
  readonly hasPriorityAndFairness: boolean
}

/** UUIDs whose Huffman code has the average length: 26 bytes. */
const AUDIT_ID = '5d2e9a3b-7c41-4f86-b0d7-9e6a83f2c154'
const FLOW_SCHEMA_UID = '3f0a7c95-d682-4b1e-9c3d-70e5b8a2f416'
const PRIORITY_LEVEL_UID = 'a917e36d-02bf-4c58-8e94-6b1d3f7c05a2'

/** A date whose Huffman code has 22 bytes, as 19 of 20 dates have. */
const DATE = 'Tue, 24 Nov 2026 14:37:25 GMT'

/**
 * The header fields of a response by the API server (k8s.io/apiserver: responsewriters, WithAuditInit,
 * WithCacheControl, priority-and-fairness.go). Date and audit id are the same in all responses, as in the measurement
 * that the sizes are compared with (docs/facts/message-sizes.md: 629 bytes). Where both change, a response is 51 bytes
 * longer.
 */
export function apiserverResponseFields(response: ApiserverResponse): readonly HeaderField[] {
  const { hasAuditId, hasPriorityAndFairness } = response
  return [
    { name: ':status', value: `${response.status}` },
    ...optionalField('audit-id', hasAuditId ? AUDIT_ID : null),
    { name: 'cache-control', value: 'no-cache, private' },
    ...optionalField('content-type', response.contentType),
    ...optionalField('x-kubernetes-pf-flowschema-uid', hasPriorityAndFairness ? FLOW_SCHEMA_UID : null),
    ...optionalField('x-kubernetes-pf-prioritylevel-uid', hasPriorityAndFairness ? PRIORITY_LEVEL_UID : null),
    ...lengthAndDate(response),
  ]
}

/** The header fields of a response by the kubelet's server, which adds nothing to those of Go's server. */
export function kubeletResponseFields(response: ServerResponse): readonly HeaderField[] {
  return [
    { name: ':status', value: `${response.status}` },
    ...optionalField('content-type', response.contentType),
    ...lengthAndDate(response),
  ]
}

function lengthAndDate({ contentLengthBytes }: ServerResponse): readonly HeaderField[] {
  return [
    ...optionalField('content-length', contentLengthBytes === null ? null : `${contentLengthBytes}`),
    { name: 'date', value: DATE },
  ]
}

function optionalField(name: string, value: string | null): readonly HeaderField[] {
  return value === null ? [] : [{ name, value }]
}

/** Tokens are base64url (RFC 7515). Using each letter in turn gives the Huffman code its average length. */
const TOKEN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function sampleToken(bytes: number): string {
  return TOKEN_ALPHABET.repeat(Math.ceil(bytes / TOKEN_ALPHABET.length)).slice(0, bytes)
}

/** The User-Agent of a Kubernetes program (client-go rest/config.go, DefaultKubernetesUserAgent). */
export function agentOf(program: string, minor: number): string {
  return `${program}/v1.${minor}.3 (linux/amd64) kubernetes/32cc146`
}
