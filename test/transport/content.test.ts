import { beforeEach, describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Content } from '../../src/transport/rows.ts'
import { Contents } from '../../src/transport/streams/content.ts'

const [WRITER, CHANGER] = [0, 1]
let contents: Contents
let said: Content

beforeEach(() => {
  contents = new Contents(new Arena())
  said = contents.create(1, 2, WRITER)
  for (const lengthBytes of [100, 50, 200]) say(lengthBytes)
})

function say(lengthBytes: number): void {
  contents.appendMarked(said, lengthBytes, 7, lengthBytes, 0, NONE, 0, NONE)
}

/** Returns the ends of the records that the reader has not taken. */
function ends(content: Content): number[] {
  const all: number[] = []
  for (let mark = contents.nextMark(content); mark !== NONE; mark = contents.marks.next[mark])
    all.push(contents.marks.endOffset[mark])
  return all
}

describe('a changed copy of a stream’s content', () => {
  test('a changed copy of a stream’s content has the same marks as its original, also those that are set later on either of them', () => {
    const copy = contents.alter(said, CHANGER, 3, 4)
    contents.takeMark(copy)
    say(10)
    contents.takeMark(said)
    expect(ends(copy)).toEqual([350, 360])
    expect(contents.nextMarkEnd(copy)).toBe(350)
    expect(contents.lengthBytes(copy)).toBe(360)
  })

  test('a changed copy of a stream’s content records its author and its original, even when it is a copy of a copy', () => {
    const copy = contents.alter(said, CHANGER, 3, 4)
    const again = contents.alter(copy, CHANGER, 5, 6)
    expect([said, copy, again].map((content) => contents.isAltered(content))).toEqual([false, true, true])
    expect([said, copy, again].map((content) => contents.originalOf(content))).toEqual([said, said, said])
    expect(contents.table.author[again]).toBe(CHANGER)
    expect([contents.table.nameHigh[again], contents.table.nameLow[again]]).toEqual([5, 6])
  })

  test('a changed copy of a stream’s content keeps its original alive as long as it exists', () => {
    const copy = contents.alter(said, CHANGER, 3, 4)
    contents.drop(said)
    expect(ends(copy)).toEqual([100, 150, 350])
    contents.drop(copy)
    expect([contents.table.count, contents.marks.count]).toEqual([0, 0])
  })
})

describe("bytes that another author inserted in place of a content's own", () => {
  test('bytes inserted by another author into a content remove the marks of records that end inside the inserted bytes', () => {
    contents.noteInterrupted(said, 100)
    contents.noteResumed(said, 160)
    expect(ends(said)).toEqual([100, 350])
    expect(contents.recordStart(said, 160)).toBe(150)
    say(10)
    expect(ends(said)).toEqual([100, 350, 360])
  })

  test('bytes inserted by another author into a content set a mark of kind COVERED for a record that began before the inserted bytes', () => {
    contents.noteInterrupted(said, 120)
    contents.noteResumed(said, 400)
    expect(ends(said)).toEqual([100, 150])
    expect(contents.marks.kind[contents.markAt(said, 100)]).toBe(0)
    say(60)
    expect(ends(said)).toEqual([100, 150, 410])
  })

  test('bytes inserted by another author into a content leave the marks unchanged when they are a changed copy of the same content', () => {
    const copy = contents.alter(said, CHANGER, 3, 4)
    contents.noteInterrupted(said, 120)
    contents.noteResumed(copy, 120)
    contents.noteInterrupted(copy, 300)
    contents.noteResumed(said, 300)
    expect(ends(said)).toEqual([100, 150, 350])
  })

  test('bytes inserted by another author remove each mark only once when two readers reach them', () => {
    contents.noteInterrupted(said, 100)
    contents.noteResumed(said, 150)
    contents.noteInterrupted(said, 350)
    contents.noteInterrupted(said, 100)
    contents.noteResumed(said, 150)
    expect(ends(said)).toEqual([100, 350])
  })
})
