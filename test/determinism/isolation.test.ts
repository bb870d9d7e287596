import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { COMMITTED_SMALL, resultOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'

const SCENARIOS = [
  ...COMMITTED_SMALL.filter(({ name }) => name !== 'kubernetes-paths'),
  { name: 'a bit of everything', text: A_BIT_OF_EVERYTHING },
]

type Sections = Record<'hosts' | 'links' | 'paths' | 'workloads' | 'events', Record<string, object>>

/** Adds unrelated hosts and workloads to a scenario, with names that sort before, between and after all others. */
function withStrangers(text: string): string {
  const document: Sections = parse(text)
  for (const letter of ['0', 'm', 'zz']) {
    const [here, there] = [`${letter}-here`, `${letter}-there`]
    document.hosts = { ...document.hosts, [here]: {}, [there]: { cpu: 'nodejs' } }
    const link = { between: [there, here], delay: '7ms', rate: '30Mbps', loss: '2%', jitter: { normal: '1ms' } }
    document.links = { ...document.links, [`${letter}-link`]: link }
    document.paths = { ...document.paths, [`${letter}-path`]: { from: here, to: there, tls: {} } }
    const workload = { path: `${letter}-path`, connection: 'per-request', requests: 10, response: '20KB' }
    document.workloads = { ...document.workloads, [`${letter}-workload`]: workload }
  }
  return stringify(document)
}

function byName<T extends { readonly name: string }>(list: readonly T[]): Map<string, T> {
  return new Map(list.map((item) => [item.name, item]))
}

describe.each(SCENARIOS)('unrelated hosts and workloads beside $name', ({ text }) => {
  const alone = resultOf(text)
  const together = resultOf(withStrangers(text))

  test('unrelated hosts and workloads send traffic of their own', () => {
    const strangers = together.workloads.filter(({ name }) => !byName(alone.workloads).has(name))
    expect(strangers.map(({ completed }) => completed)).toEqual([10, 10, 10])
    expect(together.digest).not.toBe(alone.digest)
  })

  test('unrelated hosts and workloads do not change any workload: digest, latencies, bytes and all other figures', () => {
    const workloads = byName(together.workloads)
    expect(alone.workloads.map(({ name }) => workloads.get(name))).toEqual(alone.workloads)
  })

  test('unrelated hosts and workloads do not change any link or tunnel', () => {
    const links = byName(together.links)
    const tunnels = byName(together.tunnels)
    expect(alone.links.map(({ name }) => links.get(name))).toEqual(alone.links)
    expect(alone.tunnels.map(({ name }) => tunnels.get(name))).toEqual(alone.tunnels)
  })
})

test('a further workload on a busy host has its own ports, sequence numbers and losses', () => {
  const text = `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 5ms, loss: 3% } }
paths: { web: { from: client, to: server } }
workloads:
  one: { path: web, connection: per-request, requests: 40, response: 30KB }
  last: { path: web, start: 60s, requests: 1 } # until then all is acknowledged that the others said
`
  const alone = resultOf(text)
  const crowded = resultOf(`${text}  another: { path: web, connection: per-request, requests: 40, response: 30KB }\n`)
  expect(byName(crowded.workloads).get('one')).toEqual(byName(alone.workloads).get('one'))
})
