import { describe, expect, test } from 'vitest'
import { grpcWindowUpdateBytes, windowUpdateBytes } from '../../src/http/http2-flow-control.ts'
import {
  dataFrameBytes,
  goAwayBytes,
  headersBytes,
  PING_BYTES,
  RST_STREAM_BYTES,
  SETTINGS_ACK_BYTES,
  settingsBytes,
  WINDOW_UPDATE_BYTES,
} from '../../src/http/http2-frames.ts'
import {
  apiserverHttp2,
  GO_CLIENT,
  GO_SERVER,
  GRPC_GO_CLIENT,
  GRPC_GO_SERVER,
} from '../../src/http/http2-parameters.ts'

describe('the size of an HTTP/2 frame', () => {
  test('the size of an HTTP/2 frame is nine bytes plus the payload (RFC 9113 section 6)', () => {
    expect([settingsBytes(5), SETTINGS_ACK_BYTES, WINDOW_UPDATE_BYTES, PING_BYTES, RST_STREAM_BYTES]).toEqual([
      39, 9, 13, 17, 13,
    ])
    expect([goAwayBytes(), goAwayBytes(20), dataFrameBytes(0), dataFrameBytes(576)]).toEqual([17, 37, 9, 585])
  })

  test.each([
    [1, 10],
    [16_384, 16_393],
    [16_385, 16_403],
    [40_000, 40_027],
  ])(
    'the size of an HTTP/2 frame includes CONTINUATION frames when a header block of %i bytes exceeds the frame size',
    (blockBytes, bytes) => {
      expect(headersBytes(blockBytes, 16_384)).toBe(bytes)
    },
  )
})

describe('the opening bytes of an HTTP/2 connection', () => {
  test('the opening bytes of an HTTP/2 connection have the sizes observed from Go 1.24', () => {
    expect([GO_CLIENT.openingBytes, GO_SERVER.openingBytes]).toEqual([70, 52])
  })

  test('gRPC-Go opens an HTTP/2 connection with a preface and empty SETTINGS, or one setting', () => {
    expect([GRPC_GO_CLIENT.openingBytes, GRPC_GO_SERVER.openingBytes]).toEqual([33, 15])
  })

  test('an apiserver opens an HTTP/2 connection with room for a full window of each stream', () => {
    expect(apiserverHttp2(100).connectionWindowBytes).toBe(25 * 1024 * 1024)
  })
})

describe('an HTTP/2 receiver', () => {
  test.each([
    ['grants nothing after a small read from a large window', 1_048_576, 4095, 0],
    ['grants everything that was read once it is 4096 bytes', 1_048_576, 4096, 4096],
    ['grants a small read when that doubles the window', 1000, 1000, 1000],
    ['grants nothing when a small read does not double the window', 1000, 999, 0],
  ])('an HTTP/2 receiver: %s', (_, availableBytes, unsentBytes, grantedBytes) => {
    expect(windowUpdateBytes(availableBytes, unsentBytes)).toBe(grantedBytes)
  })

  test('an HTTP/2 receiver of gRPC-Go updates the window by quarters', () => {
    expect([grpcWindowUpdateBytes(65_535, 16_382), grpcWindowUpdateBytes(65_535, 16_383)]).toEqual([0, 16_383])
  })
})
