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

describe('a frame', () => {
  test('has nine bytes and its payload (RFC 9113 section 6)', () => {
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
  ])('of headers is followed by CONTINUATION where a block of %i bytes does not fit', (blockBytes, bytes) => {
    expect(headersBytes(blockBytes, 16_384)).toBe(bytes)
  })
})

describe('a connection opens', () => {
  test("with what Go 1.24's client and server were seen to send", () => {
    expect([GO_CLIENT.openingBytes, GO_SERVER.openingBytes]).toEqual([70, 52])
  })

  test('with a preface, with empty SETTINGS and with one setting where gRPC-Go talks', () => {
    expect([GRPC_GO_CLIENT.openingBytes, GRPC_GO_SERVER.openingBytes]).toEqual([33, 15])
  })

  test('to an apiserver with room for a full window of each of its streams', () => {
    expect(apiserverHttp2(100).connectionWindowBytes).toBe(25 * 1024 * 1024)
  })
})

describe('a reader grants', () => {
  test.each([
    ['nothing for a small read from a large window', 1_048_576, 4095, 0],
    ['all that has come together, from 4096 bytes on', 1_048_576, 4096, 4096],
    ['a small read where that doubles the window', 1000, 1000, 1000],
    ['nothing where it does not', 1000, 999, 0],
  ])('%s', (_, availableBytes, unsentBytes, grantedBytes) => {
    expect(windowUpdateBytes(availableBytes, unsentBytes)).toBe(grantedBytes)
  })

  test('by quarters of the window where it runs gRPC-Go', () => {
    expect([grpcWindowUpdateBytes(65_535, 16_382), grpcWindowUpdateBytes(65_535, 16_383)]).toEqual([0, 16_383])
  })
})
