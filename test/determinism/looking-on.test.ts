import { describe, expect, test } from 'vitest'
import type { PacketRule } from '../../src/network/packet-rule.ts'
import { run } from '../../src/simulation/run.ts'
import { beginning, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'

const scenario = scenarioOf(A_BIT_OF_EVERYTHING)
const unseen = finish(beginning(scenario), scenario)

describe('who looks on moves nothing', () => {
  test('packets that are recorded', () => {
    const { result, packetDigests } = run(scenario, { recordPackets: true })
    expect(result).toEqual(unseen)
    expect(packetDigests.length).toBe(unseen.packets)
  })

  test('progress that is reported, and a budget that is not spent', () => {
    const ticks: number[] = []
    const { result } = run(scenario, { onProgress: (tick) => ticks.push(tick), maxEvents: unseen.events + 1 })
    expect(result).toEqual(unseen)
  })

  test('expectations, met or not', () => {
    const { blueprint } = scenario
    const { expectations } = scenarioOf(`${A_BIT_OF_EVERYTHING}  - failed(fresh) = 12345\n`)
    expect(run({ blueprint, expectations: [] }).result).toEqual({ ...unseen, expectations: [] })
    const { result } = run({ blueprint, expectations })
    expect(result.expectations.map(({ met }) => met)).toEqual([true, true, false])
    expect({ ...result, expectations: unseen.expectations }).toEqual(unseen)
  })
})

/** Somebody on every link direction. */
function withRule(rule: PacketRule) {
  const simulation = beginning(scenario)
  for (const direction of simulation.plan.directions.keys()) simulation.network.rules.setRule(direction, rule)
  return finish(simulation, scenario)
}

describe('somebody on every link', () => {
  test('who passes every packet leaves the whole result alone', () => {
    let seen = 0
    const judge = () => {
      seen++
      return { action: 'pass' } as const
    }
    expect(withRule({ judge })).toEqual(unseen)
    expect(seen).toBeGreaterThan(unseen.packets)
  })

  test('who drops one packet in fifty does not', () => {
    const judge: PacketRule['judge'] = (packets, packet) =>
      packets.sequenceNumber[packet] % 50 === 7 ? { action: 'drop' } : { action: 'pass' }
    const result = withRule({ judge })
    expect(result.trafficDigest).not.toBe(unseen.trafficDigest)
    expect(result.digest).not.toBe(unseen.digest)
  })
})

describe('seeds', () => {
  test('one seed repeats itself', () => {
    expect(resultOf(A_BIT_OF_EVERYTHING)).toEqual(unseen)
  })

  test('two seeds differ, even where nothing is left to chance but ports and sequence numbers', () => {
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
