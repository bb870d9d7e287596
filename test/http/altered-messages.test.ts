import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { BODY, detailOf, REQUEST_HEAD, RESPONSE_HEAD } from '../../src/http/marks.ts'
import type { Exchange } from '../../src/http/rows.ts'
import type { WorkloadResult } from '../../src/measure/result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import type { Content } from '../../src/transport/rows.ts'
import { smallCluster } from '../cluster/small-cluster.ts'
import { finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { alter, first, forge, holding, MALLORY } from '../fixtures/tamper.ts'

const PLAIN = `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms, mtu: 1500 } }
paths: { web: { from: client, to: server, scheme: http } }
workloads: { asks: { path: web, requests: 3, response: 100KB } }
`

const OUT = 'client>server'
const BACK = 'server>client'

/** What an end has read, one text for each piece: `client: body 32768 changed by mallory`. */
interface Outcome {
  readonly asks: WorkloadResult
  readonly reads: readonly string[]
}

function outcome(text: string, tamper: (simulation: Simulation) => { readonly count: number }): Outcome {
  const scenario = scenarioOf(text)
  const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
  const reads: string[] = []
  const { http, streams } = simulation.parts
  const nameOf = (host: number) => (host === MALLORY ? 'mallory' : simulation.plan.hosts[host].name)
  // The table may grow meanwhile, so its columns must not be held.
  const authorOf = (content: Content) => nameOf(streams.contents.table.author[content])
  const note = (exchange: Exchange, content: Content, what: string, isAltered: boolean) => {
    const host = nameOf(streams.table.host[http.exchanges.stream[exchange]])
    reads.push(`${host}: ${what} by ${authorOf(content)}${isAltered ? ', changed' : ''}`)
  }
  http.readObserver = {
    onRequestRead: (exchange, content, _endOffset, isAltered) => note(exchange, content, 'request', isAltered),
    onResponseRead: (exchange, content, _endOffset, isAltered) => note(exchange, content, 'answer', isAltered),
    onBodyRead: (exchange, content, _endOffset, lengthBytes, isAltered, body, offset) => {
      expect(streams.contents.isAltered(body)).toBe(isAltered)
      expect(offset).toBeLessThan(102_400)
      note(exchange, content, `${lengthBytes} of ${authorOf(body)}`, isAltered)
    },
  }
  const tampered = tamper(simulation)
  simulation.begin()
  const asks = workloadOf(finish(simulation, scenario), 'asks')
  expect(tampered.count).toBeGreaterThan(0)
  return { asks, reads }
}

function changed(reads: readonly string[]): string[] {
  return reads.filter((line) => line.endsWith('changed'))
}

describe('an end that reads changed bytes', () => {
  test('a reader accepts a head that was changed on the path', () => {
    const { asks, reads } = outcome(PLAIN, (it) => alter(it, OUT, first(holding(it, REQUEST_HEAD))))
    expect(asks).toMatchObject({ completed: 3, failed: 0 })
    expect(changed(reads)).toEqual(['server: request by mallory, changed'])
  })

  test('a reader accepts a changed piece of a body, and reads the rest unchanged', () => {
    const isThird = (segment: { contentOffset: number }) => segment.contentOffset > 40_000
    const { asks, reads } = outcome(PLAIN, (it) => alter(it, BACK, first(isThird)))
    expect(asks).toMatchObject({ completed: 3, failed: 0 })
    expect(changed(reads)).toEqual(['client: 32768 of mallory by mallory, changed'])
  })

  test('a reader accepts a response of which every segment was changed', () => {
    const { asks, reads } = outcome(PLAIN, (it) => alter(it, BACK, () => true))
    expect(asks).toMatchObject({ completed: 3, failed: 0 })
    expect(changed(reads)).toHaveLength(3 * (1 + 4))
  })
})

describe('an end that reads forged bytes in place of the original', () => {
  test('a reader accepts a forged response that ends where a message ends', () => {
    const { asks, reads } = outcome(PLAIN.replace('100KB', '1KB'), (it) => {
      const { contents } = it.parts.streams
      return forge(it, BACK, first(holding(it, RESPONSE_HEAD)), (content, lengthBytes) => {
        const body = contents.create(8, 8, MALLORY)
        contents.append(body, 1024)
        const response = 0
        contents.appendMarked(content, lengthBytes - 1024, RESPONSE_HEAD, response, detailOf(1, false), NONE, 0, 0)
        contents.appendMarked(content, 1024, BODY, 1024, detailOf(1, true), body, 0, 0)
        contents.drop(body)
      })
    })
    expect(asks).toMatchObject({ completed: 3, failed: 0 })
    expect(reads.filter((line) => line.includes('mallory'))).toEqual([
      'client: answer by mallory',
      'client: 1024 of mallory by mallory',
    ])
    expect(reads.filter((line) => line.startsWith('client: answer'))).toHaveLength(3)
  })

  test.each([
    ['in the middle of a message', (segment: { contentOffset: number }) => segment.contentOffset > 40_000],
    ['from its beginning, with another end', (segment: { contentOffset: number }) => segment.contentOffset === 0],
  ])('a reader fails the connection when forged bytes cut a message: %s', (_, which) => {
    const { asks, reads } = outcome(PLAIN, (it) => forge(it, BACK, first(which)))
    expect(asks.failures).toEqual([{ reason: 'malformed message', count: 1 }])
    expect(asks.completed).toBe(2)
    expect(reads.some((line) => line.includes('mallory'))).toBe(false)
  })
})

describe('an end that forwards changed bytes', () => {
  test('sshd at the end of a tunnel forwards changed bytes as received', () => {
    const text = PLAIN.replace('scheme: http', 'scheme: http, tunnel: { kind: ssh }')
    const { asks, reads } = outcome(text, (it) =>
      alter(
        it,
        'server>server',
        first((segment) => holding(it, BODY)(segment) && segment.contentOffset > 40_000),
      ),
    )
    expect(asks).toMatchObject({ completed: 3, failed: 0 })
    expect(changed(reads)).toEqual([
      'client: 32768 of mallory by mallory, changed',
      'client: 1696 of mallory by mallory, changed',
    ])
  })

  test('an apiserver forwards changed bytes to its user over TLS as received', () => {
    const text = smallCluster({
      paths: '{ users: { kind: user-apiserver } }',
      workloads: '{ asks: { path: users, kind: proxy-get, target: pods/web, response: 100KB, requests: 2 } }',
    })
    const { asks, reads } = outcome(text, (it) =>
      alter(
        it,
        'web-1>node-1',
        first((segment) => segment.contentOffset > 40_000),
      ),
    )
    expect(asks).toMatchObject({ completed: 2, failed: 0 })
    expect(changed(reads)).toEqual([
      'master: 32768 of mallory by mallory, changed',
      'alice: 16384 of mallory by master, changed',
      'alice: 16384 of mallory by master, changed',
    ])
  })
})
