import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { brokenRecordEnd } from '../../src/security/broken-record.ts'
import { Contents } from '../../src/transport/streams/content.ts'

/** A peer's content with records of 100, 50 and 30 bytes, and other contents that can arrive in its place. */
function peerWith() {
  const contents = new Contents(new Arena())
  const make = (...records: readonly number[]) => {
    const content = contents.create(1, 2, 0)
    for (const lengthBytes of records) contents.appendMarked(content, lengthBytes, 1, 0, 0, NONE, 0, NONE)
    return content
  }
  const peer = make(100, 50, 30)
  return { contents, peer, altered: contents.alter(peer, 9, 3, 4), inserted: make(20, 70), noRecord: make() }
}

describe('bytes in the place of the peer’s are found out', () => {
  const { contents, peer, altered, inserted, noRecord } = peerWith()
  const end = (arrived: number, content: typeof peer, offset = arrived) =>
    brokenRecordEnd(contents, peer, arrived, content, offset)

  test('forged bytes in a record are detected at its end, whatever they are', () => {
    for (const content of [altered, inserted, noRecord]) {
      expect(end(1, content, 0)).toBe(100)
      expect(end(99, content, 0)).toBe(100)
      expect(end(101, content, 0)).toBe(150)
      expect(end(179, content, 0)).toBe(180)
    }
  })

  test('forged bytes are detected at the end of the record that they alter from its first byte', () => {
    expect([end(0, altered), end(100, altered), end(150, altered)]).toEqual([100, 150, 180])
    // After all that the peer has written, they alter nothing.
    expect(end(180, altered)).toBe(180)
  })

  test('a forged record is detected at its own end if it begins where a record begins', () => {
    expect(end(0, inserted, 0)).toBe(20)
    expect(end(100, inserted, 0)).toBe(120)
    expect(end(150, inserted, 20)).toBe(220)
    expect(end(100, inserted, 25)).toBe(165)
    // After all that the peer has written.
    expect(end(180, inserted, 0)).toBe(200)
  })

  test('forged bytes that are no record are detected at once where a record would begin', () => {
    expect([end(0, noRecord, 0), end(100, noRecord, 0), end(180, noRecord, 0)]).toEqual([0, 100, 180])
  })
})
