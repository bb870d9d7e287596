import { describe, expect, test } from 'vitest'
import { PROGRAM_TURN } from '../../src/cluster/objects/cluster-program.ts'
import type { ProgramRequest } from '../../src/cluster/objects/object-requests.ts'
import type { ClientHandler } from '../../src/cluster/objects/program-clients.ts'
import {
  type Backoff,
  type ReflectedResource,
  Reflector,
  type ReflectorHandler,
} from '../../src/cluster/objects/reflector.ts'
import { Arena } from '../../src/engine/arena.ts'
import { Timeline } from '../../src/engine/timeline.ts'
import { SortedQueue } from '../engine/sorted-queue.ts'

const LIST: ProgramRequest = { path: 0, request: 0, bodyBytes: 0 }
const WATCH: ProgramRequest = { path: 0, request: 1, bodyBytes: 0 }
const BACKOFF: Backoff = { firstNs: 100, longestNs: 350, restartNs: null }

/** A reflector with clients that only record its calls. `client` receives responses in place of the apiserver's. */
function lab(handler: ReflectorHandler, watched: Partial<ReflectedResource>[] = [{}], backoff = BACKOFF) {
  const trace: string[] = []
  const arena = new Arena()
  const timeline = new Timeline(new SortedQueue(arena))
  const note = (line: string) => {
    trace.push(`${timeline.now} ${line}`)
  }
  const opened: ClientHandler[] = []
  const reflector = new Reflector({
    arena,
    timeline,
    clients: {
      open: (handler, hosts) => {
        opened.push(handler)
        note(`open ${hosts.join(' ')}`)
        return 7
      },
      send: (client, { request }) => note(`send ${client} ${request === LIST.request ? 'list' : 'watch'}`),
      cancel: (client) => note(`cancel ${client}`),
      wakeAt: (client, tick) => note(`wake ${client} at ${tick}`),
    },
    watched: watched.map((each) => ({ host: 3, list: LIST, watch: WATCH, jitter: null, ...each })),
    backoff,
    wakeKind: PROGRAM_TURN,
    handler,
  })
  return { reflector, trace, timeline, client: opened[0] }
}

/** The numbers that a reflector gives its requests. */
const LISTS = 0
const WATCHES = 1

describe('a reflector', () => {
  test('a reflector lists, then watches, and lists again when the watch has ended', () => {
    const { reflector, trace, client } = lab({ onListed: () => trace.push('listed') })
    reflector.begin()
    client.onResponse(0, LISTS)
    client.onResponseHead?.(0, WATCHES)
    client.onResponse(0, WATCHES)
    client.onResponse(0, LISTS)
    expect(trace).toEqual([
      '0 open 3',
      '0 send 7 list',
      'listed',
      '0 send 7 watch',
      '0 send 7 list',
      'listed',
      '0 send 7 watch',
    ])
  })

  test('a reflector reports the objects of lists and watches to its handler, by resource', () => {
    const objects: number[][] = []
    const onObject = (...object: number[]) => objects.push(object)
    const { reflector, client } = lab({ onObject }, [{}, { host: 4 }])
    reflector.begin()
    client.onObject?.(1, LISTS, 20, 1)
    client.onObject?.(1, WATCHES, 20, 2)
    client.onObject?.(0, LISTS, 10, 5)
    expect(objects).toEqual([
      [1, 20, 1],
      [1, 20, 2],
      [0, 10, 5],
    ])
  })

  test('a reflector lists again after failures, with pauses that double up to a maximum, until a watch has begun', () => {
    const { reflector, trace, timeline, client } = lab({})
    reflector.begin()
    for (const tick of [100, 200, 300]) {
      timeline.now = tick
      client.onFailed(0, LISTS)
    }
    client.onWake?.(0)
    client.onResponse(0, LISTS)
    client.onFailed(0, WATCHES)
    client.onResponseHead?.(0, WATCHES)
    client.onFailed(0, WATCHES)
    expect(trace).toEqual([
      '0 open 3',
      '0 send 7 list',
      '100 wake 7 at 200',
      '200 wake 7 at 400',
      '300 wake 7 at 650',
      '300 send 7 list',
      '300 send 7 watch',
      '300 wake 7 at 650',
      '300 wake 7 at 400',
    ])
  })

  test('a reflector lists a resource without a watch once, and resets its failures with the response', () => {
    const { reflector, trace, client } = lab({}, [{ watch: null }])
    reflector.begin()
    client.onFailed(0, LISTS)
    client.onWake?.(0)
    client.onResponse(0, LISTS)
    client.onFailed(0, LISTS)
    expect(trace).toEqual(['0 open 3', '0 send 7 list', '0 wake 7 at 100', '0 send 7 list', '0 wake 7 at 100'])
  })

  test('a reflector stretches each pause by a random factor of 1 to 2 from the stream of the resource', () => {
    const jitter = { key: { hi: 1, lo: 2 }, lane: 0 }
    const pausesOf = (lane: number) => {
      const { trace, client } = lab({}, [{ jitter: { ...jitter, lane } }], { ...BACKOFF, longestNs: 100 })
      for (let i = 0; i < 4; i++) client.onFailed(0, LISTS)
      return trace.slice(1).map((line) => Number(line.split(' at ')[1]))
    }
    expect(pausesOf(0)).toEqual(pausesOf(0))
    expect(pausesOf(0)).not.toEqual(pausesOf(1))
    expect(new Set(pausesOf(0)).size).toBe(4)
    expect(pausesOf(0).every((pause) => pause >= 100 && pause <= 200)).toBe(true)
  })

  test('a reflector cancels requests of a restarting host, and lists there after the first or the planned pause', () => {
    const watched = [{ host: 3 }, { host: 4 }]
    const { reflector, trace, client } = lab({}, watched)
    client.onFailed(1, LISTS)
    client.onFailed(1, LISTS)
    reflector.restart(4)
    expect(trace).toEqual(['0 open 3 4', '0 wake 8 at 100', '0 wake 8 at 200', '0 cancel 8', '0 wake 8 at 100'])
    const planned = lab({}, watched, { ...BACKOFF, restartNs: 1_000 })
    planned.reflector.restart(3)
    expect(planned.trace).toEqual(['0 open 3 4', '0 cancel 7', '0 wake 7 at 1000'])
  })

  test('a reflector passes failures to a handler that has a method for them', () => {
    const failed: number[] = []
    const { reflector, trace, client } = lab({ onFailed: (watched) => failed.push(watched) })
    reflector.begin()
    client.onFailed(0, WATCHES)
    expect(failed).toEqual([0])
    expect(trace).toEqual(['0 open 3', '0 send 7 list'])
  })

  test('a reflector sends no request after it was finished, until it is started again', () => {
    const { reflector, trace, client } = lab({})
    reflector.begin()
    reflector.finish(0)
    client.onResponse(0, LISTS)
    client.onFailed(0, LISTS)
    reflector.start(0)
    client.onResponse(0, LISTS)
    expect(trace).toEqual(['0 open 3', '0 send 7 list', '0 send 7 list', '0 send 7 watch'])
  })
})
