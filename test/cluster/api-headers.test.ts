import { describe, expect, test } from 'vitest'
import {
  apiserverResponseFields,
  clientRequestFields,
  kubeletResponseFields,
} from '../../src/cluster/messages/api-headers.ts'
import { Arena } from '../../src/engine/arena.ts'
import { HeaderFields } from '../../src/http/hpack/header-fields.ts'
import { HpackTables } from '../../src/http/hpack/hpack-tables.ts'
import { http1RequestHeadBytes, http1ResponseHeadBytes } from '../../src/http/http1-head.ts'
import { dataFrameBytes, headersBytes, SETTINGS_ACK_BYTES, WINDOW_UPDATE_BYTES } from '../../src/http/http2-frames.ts'
import { apiserverHttp2, GO_CLIENT } from '../../src/http/http2-parameters.ts'
import { recordOverheadBytes } from '../../src/security/tls-records.ts'

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const MAX_FRAME_BYTES = 16_384

/** New in each answer of a real apiserver; here, as in the measurement, they are not. */
const CHANGING: readonly string[] = ['date', 'audit-id']

/** A kubelet's lease renewal over one connection of HTTP/2. */
function renewals({ bodyBytes, tokenBytes = 0, constant = false }: RenewalOptions) {
  const fields = new HeaderFields()
  const tables = new HpackTables(new Arena(), fields)
  const up = tables.allocate()
  const down = tables.allocate()
  const request = clientRequestFields({
    method: 'PUT',
    authority: '127.0.0.1:40443',
    path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1?timeout=10s',
    userAgent: 'kubelet/v1.32.3 (linux/amd64) kubernetes/32cc146',
    accept: `${PROTOBUF},application/json`,
    contentType: PROTOBUF,
    contentLengthBytes: bodyBytes,
    tokenBytes,
  })
  const response = apiserverResponseFields({
    status: 200,
    contentType: PROTOBUF,
    contentLengthBytes: bodyBytes,
    hasAuditId: true,
    hasPriorityAndFairness: true,
  }).map((field) => (!constant && CHANGING.includes(field.name) ? { ...field, changesEachTime: true } : field))
  return {
    /** The server's SETTINGS have come. */
    takeSettings: () => tables.onPeerTableSize(up),
    requestBlock: () => tables.encode(up, fields.internAll(request)),
    responseBlock: () => tables.encode(down, fields.internAll(response)),
  }
}

interface RenewalOptions {
  readonly bodyBytes: number
  readonly tokenBytes?: number
  /** Date and audit ID do not change. */
  readonly constant?: boolean
}

/** Go writes head and body apart, so each is a TLS record of its own. */
function onWire(...records: readonly number[]): number {
  return records.reduce((sum, plaintextBytes) => sum + plaintextBytes + recordOverheadBytes('1.3'), 0)
}

const exchangeOnWire = (blockBytes: number, bodyBytes: number) =>
  onWire(headersBytes(blockBytes, MAX_FRAME_BYTES), dataFrameBytes(bodyBytes))

// Sizes that Go 1.24's net/http was seen to send and to receive with these very fields on a loopback interface.
describe('a lease renewal', () => {
  test('a lease renewal has header blocks as large as those of Go', () => {
    const { requestBlock, responseBlock, takeSettings } = renewals({ bodyBytes: 576 })
    expect([requestBlock(), responseBlock()]).toEqual([191, 210])
    takeSettings()
    expect([requestBlock(), responseBlock()]).toEqual([12, 59])
    expect([requestBlock(), responseBlock()]).toEqual([9, 59])
  })

  test('a lease renewal sends its token once, and then by its index in the HPACK table', () => {
    const { requestBlock } = renewals({ bodyBytes: 559, tokenBytes: 900 })
    expect([requestBlock(), requestBlock()]).toEqual([920, 10])
  })

  test('a lease renewal on a warm connection takes 630 bytes up and 629 down, with a lease of 559 and repeated fields', () => {
    const { requestBlock, responseBlock } = renewals({ bodyBytes: 559, constant: true })
    requestBlock()
    responseBlock()
    expect([exchangeOnWire(requestBlock(), 559), exchangeOnWire(responseBlock(), 559)]).toEqual([630, 629])
  })

  test('a lease renewal takes 680 bytes down when date and audit ID are new', () => {
    const { responseBlock } = renewals({ bodyBytes: 559 })
    responseBlock()
    expect(exchangeOnWire(responseBlock(), 559)).toBe(680)
  })

  test('the first lease renewal of a connection takes 935 bytes up and 936 down after the TLS handshake', () => {
    const { requestBlock, responseBlock } = renewals({ bodyBytes: 559 })
    const up = onWire(GO_CLIENT.openingBytes) + exchangeOnWire(requestBlock(), 559) + onWire(SETTINGS_ACK_BYTES)
    // The server's SETTINGS leave alone, its WINDOW_UPDATE with the acknowledgement of the client's SETTINGS.
    const settings = apiserverHttp2(100).openingBytes - WINDOW_UPDATE_BYTES
    const opening = onWire(settings, WINDOW_UPDATE_BYTES + SETTINGS_ACK_BYTES)
    expect([up, opening + exchangeOnWire(responseBlock(), 559)]).toEqual([935, 936])
  })
})

describe('header fields', () => {
  test('a request without a body has a content-length only when its method usually has a body', () => {
    const names = (method: string) =>
      clientRequestFields({
        method,
        authority: 'a',
        path: '/',
        userAgent: 'u',
        accept: null,
        contentType: null,
        contentLengthBytes: 0,
        tokenBytes: 0,
      }).map(({ name }) => name)
    expect(names('GET')).toEqual([':authority', ':method', ':path', ':scheme', 'user-agent', 'accept-encoding'])
    expect(names('POST')).toContain('content-length')
  })

  test('the header fields of a kubelet make an HTTP/1.1 head', () => {
    const answer = kubeletResponseFields({ status: 200, contentType: 'text/plain', contentLengthBytes: 512 })
    const text = [
      'HTTP/1.1 200 OK',
      'Content-Type: text/plain',
      'Content-Length: 512',
      'Date: Tue, 24 Nov 2026 14:37:25 GMT',
      '',
      '',
    ].join('\r\n')
    expect(http1ResponseHeadBytes(answer)).toBe(text.length)
  })

  test('the header fields of an old API server leave out audit ID and priority level', () => {
    const answer = apiserverResponseFields({
      status: 404,
      contentType: null,
      contentLengthBytes: null,
      hasAuditId: false,
      hasPriorityAndFairness: false,
    })
    expect(answer.map(({ name }) => name)).toEqual([':status', 'cache-control', 'date'])
  })

  test('a request has a bearer token of the given size', () => {
    const size = (tokenBytes: number) =>
      http1RequestHeadBytes(
        clientRequestFields({
          method: 'GET',
          authority: 'a',
          path: '/',
          userAgent: 'u',
          accept: null,
          contentType: null,
          contentLengthBytes: 0,
          tokenBytes,
        }),
      )
    expect(size(900) - size(0)).toBe('Authorization: Bearer \r\n'.length + 900)
  })
})
