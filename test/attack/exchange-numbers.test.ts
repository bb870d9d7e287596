import { describe, expect, test } from 'vitest'
import { ExchangeFlags } from '../../src/attack/wiretap/exchange-flags.ts'
import { ExchangeNumbers } from '../../src/attack/wiretap/exchange-numbers.ts'
import { honestEndsOf, isAtEnd } from '../../src/attack/wiretap/honest-ends.ts'
import { Replicas } from '../../src/attack/wiretap/replicas.ts'
import { ResponseSteps } from '../../src/attack/wiretap/response-steps.ts'
import type { Path } from '../../src/cluster/paths/path.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { ExchangeTable } from '../../src/http/exchange.ts'
import { Contents } from '../../src/transport/streams/content.ts'

describe('the number of an exchange', () => {
  test('the number of an exchange is 0 until it is set, also for the next exchange in the same row', () => {
    const arena = new Arena()
    const exchanges = new ExchangeTable(arena)
    const numbers = new ExchangeNumbers(arena, exchanges)
    const all = Array.from({ length: 200 }, () => exchanges.allocate())
    for (const nth of [0, 1, 63, 64, 65, 130]) numbers.assign(all[nth], nth + 1)
    expect([0, 1, 2, 63, 64, 65, 129, 130, 131, 199].map((nth) => numbers.numberFor(all[nth]))).toEqual([
      1, 2, 0, 64, 65, 66, 0, 131, 0, 0,
    ])
    exchanges.release(all[64])
    const next = exchanges.allocate()
    expect([next, numbers.numberFor(next)]).toEqual([all[64], 0])
    numbers.assign(next, 7)
    expect([numbers.numberFor(next), numbers.numberFor(all[63])]).toEqual([7, 64])
  })

  test('each flag of an exchange can be set once', () => {
    const arena = new Arena()
    const exchanges = new ExchangeTable(arena)
    const flags = new ExchangeFlags(arena, exchanges)
    const [one, other] = [exchanges.allocate(), exchanges.allocate()]
    expect([flags.setOnce(one, 1), flags.setOnce(one, 4), flags.setOnce(one, 1)]).toEqual([true, true, false])
    expect([1, 2, 4].map((bit) => flags.has(one, bit))).toEqual([true, false, true])
    expect([1, 2, 4].map((bit) => flags.has(other, bit))).toEqual([false, false, false])
  })
})

describe('the step that sends a response', () => {
  test('the step that sends a response is found by content and exchange number until the response is read', () => {
    const arena = new Arena()
    const contents = new Contents(arena)
    const steps = new ResponseSteps(arena, contents)
    const [content, other] = [contents.create(1, 1, 0), contents.create(2, 2, 0)]
    steps.add(5, content, 3)
    steps.add(6, other, 3)
    steps.add(7, content, 4)
    expect([steps.take(content, 9), steps.take(other, 4)]).toEqual([NONE, NONE])
    expect([steps.take(content, 4), steps.take(other, 3), steps.take(content, 3)]).toEqual([7, 6, 5])
    expect([steps.take(content, 3), steps['table'].count]).toEqual([NONE, 0])
  })

  test('the step that sends a response is forgotten when its content is released', () => {
    const arena = new Arena()
    const contents = new Contents(arena)
    const steps = new ResponseSteps(arena, contents)
    const content = contents.create(1, 1, 0)
    steps.add(5, content, 3)
    contents.drop(content)
    const next = contents.create(2, 2, 0)
    expect([next, steps.take(next, 3)]).toEqual([content, NONE])
    steps.add(6, next, 8)
    expect([steps['table'].count, steps.take(next, 8), steps['table'].count]).toEqual([1, 6, 0])
  })
})

/** Path 0 leads from host 0 to a service with replicas on hosts 4 and 5, by the paths 1 and 2; path 3 to host 6. */
const PATHS = [
  { fromHost: 0, toHost: 9, endpointPaths: [1, 2] },
  { fromHost: 0, toHost: 4, endpointPaths: [] },
  { fromHost: 0, toHost: 5, endpointPaths: [] },
  { fromHost: 1, toHost: 6, endpointPaths: [] },
] as unknown as readonly Path[]

test('the honest ends of a path are its client and its server, or the hosts of all replicas of a service', () => {
  const ends = honestEndsOf(PATHS)
  expect(ends[0]).toEqual({ client: 0, servers: [4, 5], replicas: [1, 2] })
  expect(ends[3]).toEqual({ client: 1, servers: [6], replicas: [] })
  expect([0, 4, 5, 9, 1].map((host) => isAtEnd(ends[0], host))).toEqual([true, true, true, false, false])
})

describe('the replica that a message concerns', () => {
  function replicas() {
    const arena = new Arena()
    const contents = new Contents(arena)
    return { contents, replicas: new Replicas(arena, contents, honestEndsOf(PATHS)) }
  }

  test('a message concerns the replica that was dialled, as do changed copies of its content', () => {
    const { contents, replicas: all } = replicas()
    const content = contents.create(1, 1, 0)
    all.note(2, content)
    expect([all.of(0, content), all.of(0, contents.alter(content, 7, 2, 2))]).toEqual([2, 2])
    expect([all.of(1, content), all.of(3, content)]).toEqual([1, 3])
  })

  test('a message concerns the replica that wrote it if no dial is known', () => {
    const { contents, replicas: all } = replicas()
    const by = (author: number) => contents.create(1, 1, author)
    expect([by(4), by(5), by(6)].map((content) => all.of(0, content))).toEqual([1, 2, 0])
    // A path that leads to no replica says nothing.
    const noted = by(5)
    all.note(3, noted)
    expect(all.of(0, noted)).toBe(2)
  })

  test('a message in a reused content row concerns the replica that was dialled for that new content', () => {
    const { contents, replicas: all } = replicas()
    const many = Array.from({ length: 100 }, (_, nth) => contents.create(nth, nth, 4))
    all.note(2, many[70])
    expect([all.of(0, many[70]), all.of(0, many[69]), all.of(0, many[99])]).toEqual([2, 1, 1])
    contents.drop(many[70])
    const next = contents.create(1, 1, 4)
    expect([next, all.of(0, next)]).toEqual([many[70], 1])
  })

  test('a replica is served on its own host and on no other', () => {
    const { replicas: all } = replicas()
    expect([4, 5, 6, NONE].map((host) => all.at(0, host))).toEqual([1, 2, 0, 0])
    expect(all.at(3, 6)).toBe(3)
  })
})
