import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Lock } from '../../src/attack/rows.ts'
import { SeenRanges } from '../../src/attack/wiretap/seen-ranges.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { Contents } from '../../src/transport/streams/content.ts'

const LENGTH = 24
const [ME, OTHER] = [0, 1]
const NO_LOCK: Lock = NONE
const [LOCK, ANOTHER_LOCK] = [3 as Lock, 4 as Lock]

function aContent() {
  const arena = new Arena()
  const contents = new Contents(arena)
  const content = contents.create(1, 1, 0)
  contents.append(content, LENGTH)
  return { contents, content, seen: new SeenRanges(arena, contents) }
}

type Range = readonly [from: number, until: number]

const aRange = fc
  .tuple(fc.integer({ min: 0, max: LENGTH - 1 }), fc.integer({ min: 1, max: 8 }))
  .map(([from, lengthBytes]): Range => [from, Math.min(LENGTH, from + lengthBytes)])

/** The same by a flag for each byte. */
class Flags {
  readonly flags: boolean[] = Array.from({ length: LENGTH }, () => false)

  hasSeen([from, until]: Range): boolean {
    return this.flags.slice(from, until).every(Boolean)
  }

  /** Sets the flags, and returns the bytes that had none. */
  extend([from, until]: Range): number[] {
    const fresh = this.flags.flatMap((flag, byte) => (!flag && byte >= from && byte < until ? [byte] : []))
    this.flags.fill(true, from, until)
    return fresh
  }

  /** Returns the longest range around another one in which every byte has a flag. */
  around([from, until]: Range): Range {
    let [first, end] = [from, until]
    while (this.flags[first - 1]) first--
    while (this.flags[end]) end++
    return [first, end]
  }
}

function bytesIn(gaps: readonly { readonly from: number; readonly until: number }[]): number[] {
  return gaps.flatMap(({ from, until }) => Array.from({ length: until - from }, (_, i) => from + i))
}

describe('the bytes that an attacker has seen of a content', () => {
  test('observed bytes count as new once, in any order and overlap, and complete the longest range around them', () => {
    fc.assert(
      fc.property(fc.array(aRange, { minLength: 1, maxLength: 12 }), aRange, (ranges, asked) => {
        const { seen, content } = aContent()
        const view = seen.viewOf(ME, content, 0, NO_LOCK)
        const flags = new Flags()
        for (const range of ranges) {
          const fresh = flags.extend(range)
          const found = seen.extend(view, ...range)
          if (fresh.length === 0) expect(found).toBeNull()
          else {
            const [from, until] = flags.around(range)
            expect(found).toMatchObject({ from, until })
            expect(bytesIn(found?.gaps ?? [])).toEqual(fresh)
            for (const gap of found?.gaps ?? []) expect(gap.until).toBeGreaterThan(gap.from)
          }
          expect(seen.hasSeen(view, ...asked)).toBe(flags.hasSeen(asked))
        }
      }),
    )
  })

  test('observed bytes are counted separately for each attacker, request and lock', () => {
    const { seen, content } = aContent()
    const views = [
      seen.viewOf(ME, content, 0, NO_LOCK),
      seen.viewOf(OTHER, content, 0, NO_LOCK),
      seen.viewOf(ME, content, 1, NO_LOCK),
      seen.viewOf(ME, content, 0, LOCK),
    ]
    expect(new Set(views).size).toBe(4)
    for (const view of views) expect(seen.extend(view, 2, 5)).toMatchObject({ gaps: [{ from: 2, until: 5 }] })
    for (const view of views) expect(seen.extend(view, 2, 5)).toBeNull()
    expect(seen.viewOf(ME, content, 0, NO_LOCK)).toBe(views[0])
    expect(seen.viewOf(ME, content, 0, LOCK)).toBe(views[3])
  })

  test('observed bytes are counted separately for each of any number of contents', () => {
    const { contents, seen } = aContent()
    const all = Array.from({ length: 200 }, (_, i) => contents.create(i, i, 0))
    for (const content of all) {
      contents.append(content, LENGTH)
      expect(seen.extend(seen.viewOf(ME, content, 0, NO_LOCK), 0, 4)).not.toBeNull()
    }
    for (const content of all) expect(seen.extend(seen.viewOf(ME, content, 0, NO_LOCK), 0, 4)).toBeNull()
  })

  test('observed bytes are forgotten when the row of their content is reused', () => {
    const { contents, seen, content } = aContent()
    for (const lock of [NO_LOCK, LOCK]) seen.extend(seen.viewOf(ME, content, 0, lock), 0, 9)
    contents.drop(content)
    const next = contents.create(2, 2, 0)
    expect(contents.table.indexOf(next)).toBe(contents.table.indexOf(content))
    contents.append(next, LENGTH)
    for (const lock of [NO_LOCK, LOCK]) {
      const view = seen.viewOf(ME, next, 0, lock)
      expect(seen.hasSeen(view, 0, 1)).toBe(false)
      expect(seen.extend(view, 3, 6)).toEqual({ from: 3, until: 6, gaps: [{ from: 3, until: 6 }] })
    }
  })
})

test('observed ranges of contents that come and go take no more memory than those that exist', () => {
  const arena = new Arena()
  const contents = new Contents(arena)
  const seen = new SeenRanges(arena, contents)
  arena.limitTo(100_000)
  for (let i = 0; i < 2000; i++) {
    const content = contents.create(1, 1, 0)
    for (const lock of [NO_LOCK, LOCK])
      for (const from of [0, 10, 20]) seen.extend(seen.viewOf(ME, content, 0, lock), from, from + 5)
    contents.drop(content)
  }
  expect(seen.hasSeen(seen.viewOf(ME, contents.create(2, 2, 0), 0, LOCK), 0, 5)).toBe(false)
})

describe('when a lock is opened', () => {
  test('bytes observed under a lock count for the remaining lock when one is opened', () => {
    const { seen, content } = aContent()
    seen.extend(seen.viewOf(ME, content, 0, LOCK), 0, 4)
    seen.moveLock(ME, LOCK, NO_LOCK)
    expect(seen.extend(seen.viewOf(ME, content, 0, NO_LOCK), 0, 4)).toBeNull()
    expect(seen.hasSeen(seen.viewOf(ME, content, 0, LOCK), 0, 1)).toBe(false)
  })

  test('ranges observed under an opened lock are merged with those already there', () => {
    const { seen, content } = aContent()
    const [locked, open] = [seen.viewOf(ME, content, 0, LOCK), seen.viewOf(ME, content, 0, NO_LOCK)]
    for (const [from, until] of [
      [0, 4],
      [8, 10],
      [12, 14],
    ])
      seen.extend(locked, from, until)
    seen.extend(open, 3, 6)
    seen.moveLock(ME, LOCK, NO_LOCK)
    expect(seen.extend(open, 0, 14)).toEqual({
      from: 0,
      until: 14,
      gaps: [
        { from: 6, until: 8 },
        { from: 10, until: 12 },
      ],
    })
    expect(seen.hasSeen(locked, 0, 1)).toBe(false)
  })

  test('ranges of other attackers, locks and requests stay when a lock is opened', () => {
    const { seen, content } = aContent()
    const kept = [seen.viewOf(OTHER, content, 0, LOCK), seen.viewOf(ME, content, 0, ANOTHER_LOCK)]
    const ofRequest = seen.viewOf(ME, content, 7, LOCK)
    for (const view of [...kept, ofRequest]) seen.extend(view, 0, 4)
    seen.moveLock(ME, LOCK, NO_LOCK)
    expect(seen.viewOf(OTHER, content, 0, LOCK)).toBe(kept[0])
    expect(seen.viewOf(ME, content, 0, ANOTHER_LOCK)).toBe(kept[1])
    expect(seen.hasSeen(seen.viewOf(ME, content, 0, NO_LOCK), 0, 4)).toBe(false)
    expect(seen.hasSeen(seen.viewOf(ME, content, 7, NO_LOCK), 0, 4)).toBe(true)
  })

  test('ranges of every content under an opened lock are moved', () => {
    const { contents, seen } = aContent()
    const all = Array.from({ length: 70 }, (_, i) => contents.create(i, i, 0))
    for (const content of all) seen.extend(seen.viewOf(ME, content, 0, LOCK), 0, 1)
    seen.moveLock(ME, LOCK, NO_LOCK)
    for (const content of all) expect(seen.hasSeen(seen.viewOf(ME, content, 0, NO_LOCK), 0, 1)).toBe(true)
  })
})

describe('the search for marks behind an offset', () => {
  function marked() {
    const parts = aContent()
    const { contents } = parts
    const content = contents.create(5, 5, 0)
    const marks = [10, 10, 10].map((lengthBytes, i) => {
      contents.appendMarked(content, lengthBytes, 7, i, 0, NONE, 0, NONE)
      return contents.table.lastMark[content]
    })
    return { ...parts, content, marks, view: parts.seen.viewOf(ME, content, 0, NO_LOCK) }
  }

  test('the search for marks begins at the first mark, or at the remembered one if it is before the offset', () => {
    const { seen, view, marks } = marked()
    expect(seen.startingMark(view, 30)).toBe(marks[0])
    seen.rememberMark(view, marks[1])
    expect(seen.startingMark(view, 21)).toBe(marks[1])
    expect(seen.startingMark(view, 20)).toBe(marks[1])
    expect(seen.startingMark(view, 19)).toBe(marks[0])
  })

  test('the search for marks begins at the first mark if the remembered one was removed', () => {
    const { contents, content, seen, view, marks } = marked()
    seen.rememberMark(view, marks[0])
    contents.takeMark(content)
    expect(seen.startingMark(view, 30)).toBe(marks[1])
  })
})
