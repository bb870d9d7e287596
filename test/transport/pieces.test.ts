import { beforeEach, describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Content, Stream } from '../../src/transport/rows.ts'
import { ByteStreams, type Carrier } from '../../src/transport/streams/byte-stream.ts'
import { Contents } from '../../src/transport/streams/content.ts'

const [WRITER, MALLORY] = [0, 1]

let contents: Contents
let streams: ByteStreams
let stream: Stream
let said: Content

beforeEach(() => {
  const arena = new Arena()
  contents = new Contents(arena)
  streams = new ByteStreams(arena, contents)
  const nothing = () => {}
  const carrier: Carrier = { flush: nothing, finish: nothing, abort: nothing, resume: nothing, hasRoom: () => true }
  stream = streams.open(WRITER, streams.registerCarrier(carrier), 0, NONE, 1, 2, contents.create(1, 2, WRITER))
  said = contents.create(3, 4, WRITER)
  contents.append(said, 1_000)
})

/** Returns the content at an offset, the offset in it, and how many bytes of it follow, of 1,000. */
function at(offset: number): [number, number, number] {
  const content = streams.sendContentAt(stream, offset)
  const { sendOffset } = streams
  return [content, sendOffset, streams.contiguousBytes(stream, offset, 1_000)]
}

describe("a stream that forwards another's content", () => {
  test("a stream that forwards another's content carries the other content from its start without a list of pieces", () => {
    streams.forward(stream, said, 0, 400)
    streams.forward(stream, said, 400, 600)
    expect(at(399)).toEqual([said, 399, 1_000])
    expect(streams.table.pieces[stream]).toBe(NONE)
    expect(streams.table.writtenBytes[stream]).toBe(1_000)
  })

  test("a stream that forwards another's content carries changed bytes as the changed copy, and the rest as the original", () => {
    const copy = contents.alter(said, MALLORY, 5, 6)
    streams.forward(stream, said, 0, 400)
    streams.forward(stream, copy, 400, 100)
    streams.forward(stream, copy, 500, 100)
    streams.forward(stream, said, 600, 400)
    expect(at(0)).toEqual([said, 0, 400])
    expect(at(450)).toEqual([copy, 450, 150])
    expect(at(600)).toEqual([said, 600, 1_000])
    expect(at(10)).toEqual([said, 10, 390])
  })

  test("a stream that forwards another's content carries forged bytes where they were inserted, then the original again", () => {
    const forged = contents.create(7, 8, MALLORY)
    contents.append(forged, 50)
    streams.forward(stream, said, 0, 400)
    streams.forward(stream, forged, 0, 50)
    streams.forward(stream, said, 450, 550)
    expect(at(425)).toEqual([forged, 25, 25])
    expect(at(450)).toEqual([said, 450, 1_000])
  })

  test("a stream that forwards another's content keeps the contents that it forwards until it is released", () => {
    const copy = contents.alter(said, MALLORY, 5, 6)
    streams.forward(stream, copy, 0, 100)
    streams.forward(stream, said, 100, 900)
    contents.drop(copy)
    contents.drop(said)
    expect(contents.table.count).toBe(2)
    streams.release(stream)
    expect(contents.table.count).toBe(0)
  })
})
