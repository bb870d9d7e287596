import { describe, expect, test } from 'vitest'
import { NO_PACKET } from '../../src/attack/state/event-counts.ts'
import { FramePackets } from '../../src/attack/wiretap/frame-packets.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { Contents } from '../../src/transport/streams/content.ts'

const [ME, OTHER] = [0, 1]

function someFrames() {
  const arena = new Arena()
  const contents = new Contents(arena)
  const content = contents.create(1, 1, 0)
  contents.append(content, 1000)
  return { contents, content, frames: new FramePackets(arena, contents) }
}

const at = (direction: number, serial: number) => ({ direction, serial })

describe('the packet of a frame', () => {
  test('is the last in which the observer saw it', () => {
    const { frames, content } = someFrames()
    expect(frames.packetOf(ME, content, 100)).toBe(NO_PACKET)
    frames.note(ME, content, 100, at(1, 5))
    frames.note(ME, content, 100, at(2, 6))
    expect(frames.packetOf(ME, content, 100)).toEqual(at(2, 6))
  })

  test('is that of its own observer, content and end', () => {
    const { contents, frames, content } = someFrames()
    const another = contents.create(2, 2, 0)
    frames.note(ME, content, 100, at(1, 5))
    frames.note(OTHER, content, 100, at(2, 6))
    frames.note(NONE, content, 200, at(3, 7))
    frames.note(ME, another, 100, at(4, 8))
    expect(frames.packetOf(ME, content, 100)).toEqual(at(1, 5))
    expect(frames.packetOf(OTHER, content, 100)).toEqual(at(2, 6))
    expect(frames.packetOf(NONE, content, 200)).toEqual(at(3, 7))
    expect(frames.packetOf(ME, another, 100)).toEqual(at(4, 8))
    expect([frames.packetOf(ME, content, 200), frames.packetOf(OTHER, another, 100)]).toEqual([NO_PACKET, NO_PACKET])
  })

  test('of an altered copy of a content is that of the original', () => {
    const { contents, frames, content } = someFrames()
    const copy = contents.alter(content, 1, 9, 9)
    frames.note(ME, copy, 100, at(1, 5))
    expect(frames.packetOf(ME, content, 100)).toEqual(at(1, 5))
    expect(frames.packetOf(ME, copy, 100)).toEqual(at(1, 5))
    frames.release(copy, 100)
    expect(frames.packetOf(ME, content, 100)).toBe(NO_PACKET)
  })

  test('is known for any number of contents', () => {
    const { contents, frames } = someFrames()
    const all = Array.from({ length: 200 }, (_, i) => contents.create(i, i, 0))
    all.forEach((content, i) => {
      frames.note(ME, content, 100, at(1, i))
    })
    expect(all.map((content) => frames.packetOf(ME, content, 100).serial)).toEqual(all.map((_, i) => i))
    expect(frames.packetOf(ME, contents.create(7, 7, 0), 100)).toBe(NO_PACKET)
  })
})

describe('when an end has read a frame', () => {
  test.each([
    [50, [100, 200, 300]],
    [100, [200, 300]],
    [250, [300]],
    [300, []],
  ])('up to %d, that and the ones before it are forgotten, for all observers', (read, left) => {
    const { frames, content } = someFrames()
    for (const observer of [ME, OTHER])
      for (const end of [200, 100, 300]) frames.note(observer, content, end, at(observer, end))
    frames.release(content, read)
    const known = (observer: number) =>
      [100, 200, 300].filter((end) => frames.packetOf(observer, content, end) !== NO_PACKET)
    expect([known(ME), known(OTHER)]).toEqual([left, left])
    frames.note(ME, content, 400, at(9, 9))
    expect([...known(ME), frames.packetOf(ME, content, 400)]).toEqual([...left, at(9, 9)])
  })

  test('nothing happens to a content of which nothing was seen', () => {
    const { contents, frames, content } = someFrames()
    frames.release(content, 1000)
    frames.release(contents.create(3, 3, 0), 1000)
    expect(frames.packetOf(ME, content, 100)).toBe(NO_PACKET)
  })
})

test('frames of a content that is gone are not those of the next one in its row', () => {
  const { contents, frames, content } = someFrames()
  for (const end of [100, 200]) frames.note(ME, content, end, at(1, end))
  contents.drop(content)
  const next = contents.create(2, 2, 0)
  expect(contents.table.indexOf(next)).toBe(contents.table.indexOf(content))
  expect(frames.packetOf(ME, next, 100)).toBe(NO_PACKET)
  frames.note(ME, next, 300, at(2, 1))
  expect([100, 200, 300].map((end) => frames.packetOf(ME, next, end))).toEqual([NO_PACKET, NO_PACKET, at(2, 1)])
})
