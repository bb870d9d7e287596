import { describe, expect, test } from 'vitest'
import { beginning, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { watch } from '../fixtures/watch.ts'

const HOSTS = ['a', 'b', 'c']
const PATHS = { quick: 'b', slow: 'c' }

/** Two paths from one host over links of their own; `isReversed`: declared in the other order. */
function textOf(noise: 'linux' | 'none', { paths = Object.keys(PATHS), isReversed = false } = {}): string {
  const inOrder = (lines: readonly string[]) => (isReversed ? lines.toReversed() : lines).join('\n')
  return `version: 1
hosts:
${inOrder(HOSTS.map((host) => `  ${host}: { cpu: instant, noise: ${noise} }`))}
links:
${inOrder(['b', 'c'].map((host) => `  a-${host}: { between: [a, ${host}], delay: 5ms, rate: 20Mbps }`))}
paths:
${inOrder(paths.map((name) => `  ${name}: { from: a, to: ${PATHS[name as keyof typeof PATHS]} }`))}
workloads:
${inOrder(paths.map((name) => `  ${name}: { path: ${name}, requests: 100, response: 10KB }`))}
`
}

/** Returns when each packet of the link between a and b arrived. */
function arrivals(text: string): readonly string[] {
  const scenario = scenarioOf(text)
  const simulation = beginning(scenario)
  const trace = watch(simulation)
  finish(simulation, scenario)
  return trace.packets
    .filter(({ direction }) => direction === 'a>b' || direction === 'b>a')
    .map(({ direction, sentTick, outcome }) => `${direction} ${sentTick} ${outcome}`)
}

describe('noise of hosts', () => {
  test('host noise varies with the seed', () => {
    const latencies = (text: string, seed: number) => resultOf(text, [`seed=${seed}`]).workloads.map((w) => w.latencyMs)
    expect(latencies(textOf('linux'), 1)).not.toEqual(latencies(textOf('linux'), 2))
    expect(latencies(textOf('none'), 1)).toEqual(latencies(textOf('none'), 2))
  })

  test.each([
    ['', 'linux'],
    ['cpu: nodejs', 'linux'],
    ['tcp: { congestion: bbr }', 'linux'],
    ['cpu: instant', 'none'],
    ['tcp: { profile: rfc }', 'none'],
    ['tcp: { profile: ns3 }', 'none'],
    ['cpu: instant, noise: linux', 'linux'],
    ['noise: none', 'none'],
  ])('host noise with { %s } is %s', (keys, noise) => {
    const hosts = HOSTS.map((host) => `  ${host}: { ${host === 'a' ? keys : ''} }`).join('\n')
    const text = textOf('none').replace(/(?<=hosts:\n)(.*\n){3}/, `${hosts}\n`)
    expect(scenarioOf(text).blueprint.hosts.find(({ name }) => name === 'a')?.noise).toBe(noise)
  })

  test('host noise only delays packets', () => {
    const slowest = (noise: 'linux' | 'none') =>
      Math.max(...resultOf(textOf(noise)).workloads.map((w) => w.latencyMs.max!))
    expect(slowest('linux')).toBeGreaterThan(slowest('none'))
    expect(slowest('linux')).toBeLessThan(slowest('none') + 100)
  })

  test('host noise of a connection does not depend on others on its host', () => {
    expect(arrivals(textOf('linux', { paths: ['quick'] }))).toEqual(arrivals(textOf('linux')))
    expect(arrivals(textOf('linux'))).not.toEqual(arrivals(textOf('none')))
  })

  test.each([
    ['listens on the same link', '{ on: a-b, vantage: passive, plan: [{ technique: eavesdrop, path: quick }] }'],
    ['never acts on the same link', '{ on: a-b, vantage: inline, plan: [{ at: 1s, technique: drop, path: quick }] }'],
    ['drops packets of the other link', '{ on: a-c, vantage: inline, plan: [{ technique: drop, path: slow }] }'],
    ['resets connections of the other link', '{ on: a-c, vantage: side, plan: [{ technique: reset, path: slow }] }'],
  ])('host noise of a connection does not change if an attacker %s', (_, attacker) => {
    const alone = `${textOf('linux')}duration: 1s\n`
    expect(arrivals(`${alone}attackers: { mallory: ${attacker} }\n`)).toEqual(arrivals(alone))
  })

  test('host noise does not depend on the order of declarations', () => {
    const { digest } = resultOf(textOf('linux'))
    expect(resultOf(textOf('linux', { isReversed: true })).digest).toBe(digest)
  })

  test('host noise is the same in a fork made at any tick', () => {
    const scenario = scenarioOf(textOf('linux'))
    const whole = finish(beginning(scenario), scenario)
    for (const tick of [50_000_000, 333_333_333, 700_000_001]) {
      const parent = beginning(scenario)
      parent.runUntil(tick, Number.POSITIVE_INFINITY)
      const fork = parent.fork()
      expect([finish(parent, scenario), finish(fork, scenario)]).toEqual([whole, whole])
    }
  })
})
