import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReplyLimit } from '../../../src/cli/queue/reply-limit.ts'

const LIMIT = 1_000
const bytes = (text: string) => new TextEncoder().encode(text)

/** A reply in RESP2, of at most some levels. */
const reply = fc.letrec<{ any: string; list: string; leaf: string }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('list')),
  leaf: fc.oneof(
    fc.string({ maxLength: 30 }).map((text) => `$${bytes(text).length}\r\n${text}\r\n`),
    fc.constantFrom('+OK\r\n', '-ERR it is wrong\r\n', ':12\r\n', '$-1\r\n', '*-1\r\n', '*0\r\n'),
  ),
  list: fc.array(tie('any'), { minLength: 1, maxLength: 4 }).map((items) => `*${items.length}\r\n${items.join('')}`),
})).any

describe('replies of a server', () => {
  test('replies below the size limit pass, however many and however they are split', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (replies, size) => {
        fc.pre(replies.every((one) => 2 * bytes(one).length < LIMIT))
        const limit = new ReplyLimit(LIMIT)
        const all = bytes(replies.join(''))
        for (let at = 0; at < all.length; at += size) expect(limit.take(all.subarray(at, at + size))).toBe(true)
      }),
    )
  })

  test.each([
    ['a text', '$1001\r\n'],
    ['a text of the largest size', '$536870912\r\n'],
    ['a list', '*1001\r\n'],
    ['several texts of one list', `*3\r\n$500\r\n${'x'.repeat(500)}\r\n$500\r\n`],
    ['an error', `-${'x'.repeat(1_001)}`],
    ['a text after one that is null', '$-1\r\n$1001\r\n'],
    ['a list whose first text is empty', `*3\r\n$0\r\n\r\n$500\r\n${'x'.repeat(500)}\r\n$500\r\n`],
    ['lists in lists', '*1\r\n'.repeat(300)],
  ])('a reply is refused as soon as %s announces more than the limit, whole or in pieces', (_, text) => {
    const all = bytes(text)
    expect(new ReplyLimit(LIMIT).take(all)).toBe(false)
    const inPieces = new ReplyLimit(LIMIT)
    const taken = Array.from({ length: Math.ceil(all.length / 7) }, (_, i) =>
      inPieces.take(all.subarray(7 * i, 7 * i + 7)),
    )
    expect(taken).toContain(false)
  })

  test('a reply may have as many bytes as the limit, also after an empty list, and numbers of any size', () => {
    const isTaken = (text: string) => new ReplyLimit(LIMIT).take(bytes(text))
    expect([isTaken('$992\r\n'), isTaken('$993\r\n')]).toEqual([true, false])
    expect([isTaken('*0\r\n$992\r\n'), isTaken('*-1\r\n$992\r\n')]).toEqual([true, true])
    expect([isTaken(':5000\r\n'), isTaken('+5000 keys\r\n')]).toEqual([true, true])
  })

  test('each reply is measured by itself', () => {
    const limit = new ReplyLimit(LIMIT)
    for (let i = 0; i < 10; i += 1) expect(limit.take(bytes(`*1\r\n$600\r\n${'x'.repeat(600)}\r\n`))).toBe(true)
    expect(limit.take(bytes(`*2\r\n$600\r\n${'x'.repeat(600)}\r\n$600\r\n`))).toBe(false)
  })

  test('lengths inside a text of a reply are ignored, wherever it is split', () => {
    const all = bytes('$19\r\nab\n$9999999\r\n*9999\r\r\n:1\r\n')
    for (let cut = 1; cut < all.length; cut += 1) {
      const limit = new ReplyLimit(LIMIT)
      expect([cut, limit.take(all.subarray(0, cut)), limit.take(all.subarray(cut))]).toEqual([cut, true, true])
    }
  })
})
