import { describe, expect, test } from 'vitest'
import type { PacketRule } from '../../src/network/packet-rule.ts'
import { run } from '../../src/simulation/run.ts'
import { beginning, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'

const scenario = scenarioOf(A_BIT_OF_EVERYTHING)
const unseen = finish(beginning(scenario), scenario)

describe('a run that is observed', () => {
  test('a run that is recorded gives the same result', () => {
    const { result, packetDigests } = run(scenario, { recordPackets: true })
    expect(result).toEqual(unseen)
    expect(packetDigests.length).toBe(unseen.packets)
  })

  test('a run with progress reports and an unused event budget gives the same result', () => {
    const ticks: number[] = []
    const { result } = run(scenario, { onProgress: (tick) => ticks.push(tick), maxEvents: unseen.events + 1 })
    expect(result).toEqual(unseen)
  })

  test('a run with expectations, met or not, gives the same result', () => {
    const { blueprint } = scenario
    const { expectations } = scenarioOf(`${A_BIT_OF_EVERYTHING}  - failed(fresh) = 12345\n`)
    expect(run({ blueprint, expectations: [] }).result).toEqual({ ...unseen, expectations: [] })
    const { result } = run({ blueprint, expectations })
    expect(result.expectations.map(({ met }) => met)).toEqual([true, true, false])
    expect({ ...result, expectations: unseen.expectations }).toEqual(unseen)
  })
})

/** Runs a scenario with a packet rule on every link direction. */
function withRule(rule: PacketRule) {
  const simulation = beginning(scenario)
  for (const direction of simulation.plan.directions.keys()) simulation.network.rules.setRule(direction, rule)
  return finish(simulation, scenario)
}

describe('a packet rule on every link direction', () => {
  test('a packet rule on every link direction does not change the result when it passes every packet', () => {
    let seen = 0
    const judge = () => {
      seen++
      return { action: 'pass' } as const
    }
    expect(withRule({ judge })).toEqual(unseen)
    expect(seen).toBeGreaterThan(unseen.packets)
  })

  test('a packet rule on every link direction changes the result when it drops one packet in fifty', () => {
    const judge: PacketRule['judge'] = ({ sequenceNumber }) =>
      sequenceNumber % 50 === 7 ? { action: 'drop' } : { action: 'pass' }
    const result = withRule({ judge })
    expect(result.trafficDigest).not.toBe(unseen.trafficDigest)
    expect(result.digest).not.toBe(unseen.digest)
  })
})

describe('the seed of a run', () => {
  test('a run with the same seed gives the same result each time', () => {
    expect(resultOf(A_BIT_OF_EVERYTHING)).toEqual(unseen)
  })

  test('a run with another seed gives another result, even if only ports and sequence numbers are random', () => {
    const seeded = (text: string, seed: number) => resultOf(text.replace(/^seed: .*$/m, `seed: ${seed}`))
    const digests = [11, 12, -12, 2 ** 53 - 1].map((seed) => seeded(A_BIT_OF_EVERYTHING, seed).trafficDigest)
    expect(new Set(digests).size).toBe(4)
    const calm = `version: 1
seed: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, requests: 3, response: 1KB } }
`
    const [first, second] = [seeded(calm, 1), seeded(calm, 2)]
    expect(second.trafficDigest).not.toBe(first.trafficDigest)
    expect(second.workloads).toEqual(first.workloads)
  })
})
