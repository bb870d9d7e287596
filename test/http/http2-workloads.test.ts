import { describe, expect, test } from 'vitest'
import { sendingsOn } from '../fixtures/sendings.ts'
import { resultOf, scenarioOf } from '../fixtures/simulations.ts'

const MS = 1_000_000

/** Returns a scenario in which a round trip takes exactly 20 ms and nothing else takes time. */
function scenarioWith(path: string, workloads: string, link = 'delay: 10ms'): string {
  return `version: 1
hosts: { node: { cpu: instant }, master: { cpu: instant } }
links: { wire: { between: [node, master], ${link} } }
paths: { way: { ${path} } }
workloads: { ${workloads} }
`
}

const INTO_APISERVER = 'kind: kubelet-apiserver, from: node, to: master'
const INTO_KUBELET = 'kind: apiserver-kubelet, from: master, to: node'

describe('an HTTP/2 connection', () => {
  test('an HTTP/2 connection carries many requests at once, and none waits for another', () => {
    const text = scenarioWith(INTO_APISERVER, 'asks: { path: way, requests: 3, concurrency: 3, response: 100B }')
    const { syns } = sendingsOn(scenarioOf(text), 'link/wire/forward')
    expect(syns).toEqual([0])
    const [{ completed, latencyMs }] = resultOf(text).workloads
    expect(completed).toBe(3)
    expect(latencyMs).toMatchObject({ min: 20, max: 20 })
  })

  test('an HTTP/2 connection is shared by all workloads of a path, each charged for what it sends and receives', () => {
    const text = scenarioWith(
      INTO_APISERVER,
      'small: { path: way, requests: 5, response: 1000B }, large: { path: way, requests: 5, response: 100KB }',
    )
    expect(sendingsOn(scenarioOf(text), 'link/wire/forward').syns).toEqual([0])
    const { workloads, links } = resultOf(text)
    const [large, small] = workloads
    expect(large.wireBytes).toBeGreaterThan(20 * small.wireBytes)
    // Packets in flight when the run ends are charged, but not delivered.
    const deliveredBytes = links.reduce((sum, { bytes }) => sum + bytes, 0)
    const underWayBytes = large.wireBytes + small.wireBytes - deliveredBytes
    expect(underWayBytes).toBeGreaterThanOrEqual(0)
    expect(underWayBytes).toBeLessThan(3 * 1_500)
  })

  test('requests that want new connections do not share an HTTP/2 connection', () => {
    const text = scenarioWith(INTO_APISERVER, 'asks: { path: way, requests: 3, connection: per-request }')
    expect(sendingsOn(scenarioOf(text), 'link/wire/forward').syns).toEqual([0, 60 * MS, 120 * MS])
  })

  test('an HTTP/2 connection lets a client send 256 KiB, a stream’s window, per round trip to the apiserver', () => {
    const text = scenarioWith(
      INTO_APISERVER,
      'asks: { path: way, requests: 1, request: 20MB }',
      'delay: 50ms, rate: 1Gbps',
    )
    const mostMbps = (256 * 1024 * 8) / 0.1 / 1e6
    const [{ throughputMbps, breakdownNs }] = resultOf(text).workloads
    expect(throughputMbps).toBeLessThan(mostMbps)
    expect(throughputMbps).toBeGreaterThan(0.9 * mostMbps)
    expect(breakdownNs.window).toBeGreaterThan(5_000 * MS)
  })

  test.each([
    ['bodies of requests', 'request: 20KB'],
    ['bodies of responses', 'response: 200KB'],
  ])(
    'an HTTP/2 connection has as much window for the %s of a late request as for those of an early one',
    (_, sizes) => {
      const text = scenarioWith(INTO_APISERVER, `asks: { path: way, requests: 400, ${sizes} }`)
      const [{ completed, latencyMs }] = resultOf(text).workloads
      expect(completed).toBe(400)
      expect(latencyMs.p95).toBe(latencyMs.p50)
    },
  )

  test('an HTTP/2 connection fails all its requests when it fails, and later requests dial again', () => {
    const text = `${scenarioWith(INTO_APISERVER, 'asks: { path: way, requests: 20, concurrency: 10 }')}events: [{ at: 65ms, restart: master }]\n`
    const [{ completed, failed, failures }] = resultOf(text).workloads
    expect({ completed, failed }).toEqual({ completed: 10, failed: 10 })
    expect(failures).toEqual([{ reason: 'connection reset', count: 10 }])
  })
})

describe('an upgraded connection', () => {
  test('an upgraded connection to a kubelet needs two round trips to connect, one to upgrade and one per SPDY stream', () => {
    const text = scenarioWith(INTO_KUBELET, 'runs: { path: way, kind: exec, response: 100B, requests: 3 }')
    const [{ completed, latencyMs }] = resultOf(text).workloads
    expect(completed).toBe(3)
    expect(latencyMs).toMatchObject({ min: (2 + 1 + 3) * 20, max: (2 + 1 + 3) * 20 })
  })

  test('an upgraded connection echoes each keystroke after one round trip, even while an earlier echo is outstanding', () => {
    const text = scenarioWith(INTO_KUBELET, 'types: { path: way, kind: keystrokes, rate: 100/s, for: 1s }')
    const [{ completed, latencyMs, breakdownNs }] = resultOf(text).workloads
    expect(completed).toBe(100)
    expect(latencyMs).toMatchObject({ min: 20, max: 20 })
    expect(Object.values(breakdownNs).reduce((sum, ns) => sum + ns, 0)).toBe(100 * 20 * MS)
  })

  test('an upgraded connection that goes down fails its outstanding keystrokes', () => {
    const text = `${scenarioWith(INTO_KUBELET, 'types: { path: way, kind: keystrokes, rate: 100/s, for: 1s }')}events: [{ at: 500ms, restart: node }]\n`
    const [{ completed, failed, unfinished }] = resultOf(text).workloads
    expect(completed).toBeGreaterThan(20)
    expect(failed).toBeGreaterThan(0)
    expect(unfinished).toBe(0)
  })
})

describe('a streamed response', () => {
  test('a streamed response arrives piece by piece at its rate, each piece one one-way delay after the server sent it', () => {
    const text = scenarioWith(INTO_KUBELET, 'follows: { path: way, kind: stream, rate: 40KB/s, chunk: 4KB, for: 10s }')
    const [{ completed, deliveredBytes, latencyMs }] = resultOf(text).workloads
    expect(completed).toBe(99)
    expect(deliveredBytes).toBe(99 * 4_000)
    expect(latencyMs).toMatchObject({ min: 10, max: 10 })
  })

  test('a streamed response of a watch contains one event for each change of an object', () => {
    const text = scenarioWith(
      INTO_APISERVER,
      'watches: { path: way, kind: watch, resource: pods, rate: 1/s, for: 30s }',
    )
    const [{ completed, failed }] = resultOf(text).workloads
    expect({ completed, failed }).toEqual({ completed: 29, failed: 0 })
  })

  test('a streamed response without an end is background traffic, for which the run does not wait', () => {
    const text = scenarioWith(
      INTO_APISERVER,
      'watches: { path: way, kind: watch, resource: pods, rate: 1/s }, asks: { path: way, requests: 1, start: 5s }',
    )
    const { ended, workloads, simulatedNs } = resultOf(text)
    expect(ended).toBe('finished')
    expect(simulatedNs).toBeLessThan(6e9)
    expect(workloads.map(({ name, isBackground }) => [name, isBackground])).toEqual([
      ['asks', false],
      ['watches', true],
    ])
  })
})
