import { describe, expect, test } from 'vitest'
import {
  alertBytes,
  closeNotifyBytes,
  maxRecordPlaintextBytes,
  recordOverheadBytes,
  type TlsVersion,
} from '../../src/security/tls-records.ts'

/** The plaintext sizes of the records into which Go splits a write. */
function goRecords(writeBytes: number, version: TlsVersion, wireBytesSent = 1554, recordsSent = 0): number[] {
  const records: number[] = []
  for (let leftBytes = writeBytes, sentBytes = wireBytesSent; leftBytes > 0; ) {
    const bytes = Math.min(leftBytes, maxRecordPlaintextBytes(sentBytes, recordsSent + records.length, 'go', version))
    records.push(bytes)
    leftBytes -= bytes
    sentBytes += bytes + recordOverheadBytes(version)
  }
  return records
}

test('an encrypted TLS record adds the measured number of bytes', () => {
  expect([recordOverheadBytes('1.3'), recordOverheadBytes('1.2')]).toEqual([22, 29])
  expect([recordOverheadBytes('1.3', 'chacha20-poly1305'), recordOverheadBytes('1.2', 'chacha20-poly1305')]).toEqual([
    22, 21,
  ])
})

test('TLS alerts and close_notify have their measured sizes', () => {
  expect([alertBytes('1.2', false), alertBytes('1.3', false)]).toEqual([7, 7])
  expect([closeNotifyBytes('1.2'), closeNotifyBytes('1.3')]).toEqual([31, 24])
})

describe("Go's records", () => {
  test('TLS records of Go begin at 1208 bytes on the wire and grow by as much with each record', () => {
    expect(goRecords(6000, '1.3')).toEqual([1186, 2372, 2442])
    expect(goRecords(6000, '1.2')).toEqual([1179, 2358, 2463])
  })

  test('TLS records of Go never exceed 2^14 bytes, and have that size after 128 KiB', () => {
    expect(maxRecordPlaintextBytes(0, 13, 'go', '1.3')).toBe(16_384)
    expect(maxRecordPlaintextBytes(131_071, 0, 'go', '1.3')).toBe(1186)
    expect(maxRecordPlaintextBytes(131_072, 0, 'go', '1.3')).toBe(16_384)
  })

  test('64 KiB on a new connection are eleven TLS records of Go', () => {
    expect(goRecords(65_536, '1.3')).toHaveLength(11)
  })

  test('64 KiB after six to eight records are six TLS records of Go, with the measured 132 bytes of overhead', () => {
    const overheadBytes = (recordsSent: number) => 22 * goRecords(65_536, '1.3', 4000, recordsSent).length
    expect([5, 6, 7, 8, 9].map(overheadBytes)).toEqual([154, 132, 132, 132, 110])
  })
})

test('a TLS stack with fixed record sizes fills its records', () => {
  expect(maxRecordPlaintextBytes(0, 0, 'fixed', '1.3')).toBe(16_384)
})
