import { describe, expect, test } from 'vitest'
import { beginning, COSTLY_WORK, finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

const MS = 1_000_000
const WAKE_NS = 7 * MS

describe('a process that waits for a message', () => {
  test('a server that waits for a request, and a client that waits for a response, is woken up by a process on its host', () => {
    const alone = 'hosts: { host: {} }, paths: { p: { from: host, to: host } }'
    expect(longerByNs(alone, 'connection: keep-alive, requests: 3')).toBe(2 * WAKE_NS)
  })

  test('a process that waits for a message continues to read at once when TLS has just decrypted a record for it', () => {
    const alone = 'hosts: { host: {} }, paths: { p: { from: host, to: host, scheme: https } }'
    expect(longerByNs(alone, 'connection: keep-alive, requests: 3')).toBe(2 * WAKE_NS)
  })

  test('a process that waits for a message is woken up during the delay of the link, without further delay', () => {
    expect(longerByNs(between('{ from: a, to: b }'), 'connection: keep-alive, requests: 3')).toBe(0)
  })

  test('a process that waits for a message is woken up behind a tunnel by sshd, which reads the response at once', () => {
    const tunnel = between('{ from: a, to: b, tunnel: ssh }')
    expect(longerByNs(tunnel, 'connection: keep-alive, requests: 3')).toBe(WAKE_NS)
  })

  test('a process continues without being woken up while it is working', () => {
    // The server is still accepting, for 2 ms, when the request arrives: it was woken up for that, beside the client.
    const alone = 'hosts: { host: {} }, paths: { p: { from: host, to: host } }'
    const quickAsker = { requestNs: MS }
    expect(longerByNs(alone, 'connection: per-request, requests: 1', quickAsker)).toBe(2 * WAKE_NS)
  })
})

function between(path: string): string {
  return `hosts: { a: {}, b: {} }, links: { l: { between: [a, b], delay: 10ms } }, paths: { p: ${path} }`
}

/** Returns how much longer the median of requests is where processes have to be woken up. */
function longerByNs(network: string, requests: string, costs = {}): number {
  const scenario = scenarioOf(`{ version: 1, name: waking, ${network}, workloads: { w: { path: p, ${requests} } } }`)
  const [awake, asleep] = [0, WAKE_NS].map((wakeNs) => {
    const cpus = { ...COSTLY_WORK, go: { ...COSTLY_WORK.go, ...costs, wakeNs } }
    return workloadOf(finish(beginning(scenario, cpus), scenario), 'w').latencyMs.p50 ?? Number.NaN
  })
  return Math.round((asleep - awake) * MS)
}
