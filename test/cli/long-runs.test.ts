import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { isLongRun, prepareForLongRun } from '../../src/cli/simulation/long-runs.ts'
import type { Blueprint } from '../../src/simulation/blueprint.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

/** Returns a scenario of two hosts with one workload. */
function download(workload: string): string {
  return `
version: 1
duration: 1h
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms, rate: 10Gbps } }
paths: { download: { from: client, to: server } }
workloads: { bulk: { path: download, ${workload} } }
`
}

/** Returns a scenario of a cluster whose kubelets send heartbeats. */
function heartbeats(nodes: number, duration: string): string {
  return `
version: 1
kubernetes: "1.32"
duration: ${duration}
cluster: { nodes: ${nodes} }
paths: { kubelets: { kind: kubelet-apiserver, from: nodes/*, to: master } }
workloads: { heartbeats: { path: kubelets, kind: heartbeat } }
`
}

test.each([
  ['many bytes of few requests', download('requests: 2, response: 4GB'), true],
  ['few bytes of few requests', download('requests: 2, response: 4MB'), false],
  ['many small requests', download('requests: 1000000, response: 2KB'), true],
  ['requests at a high rate', download('rate: 200/s, response: 10KB'), true],
  ['requests at a low rate', download('rate: 1/s, response: 10KB'), false],
  ['heartbeats of many kubelets for a day', heartbeats(100, '24h'), true],
  ['heartbeats of many kubelets for a minute', heartbeats(100, '1m'), false],
])('a run with %s is classified as long or short', (_, text, isLong) => {
  expect(isLongRun(scenarioOf(text).blueprint)).toBe(isLong)
})

describe('the flag with which V8 inlines more', () => {
  /** Returns the flags that V8 is given before a run. */
  const flagsFor = (text: string, refuses = false) => {
    const flags: string[] = []
    const setFlagsFromString = (given: string) => {
      flags.push(given)
      if (refuses) throw new Error('no such flag')
    }
    const asking = vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ setFlagsFromString })
    onTestFinished(() => asking.mockRestore())
    prepareForLongRun(scenarioOf(text).blueprint)
    return flags
  }

  test('the V8 inlining flag is set before a long run, and not before a short one', () => {
    const flag = '--max-inlined-bytecode-size-cumulative=4000'
    expect(flagsFor(download('requests: 2, response: 4GB'))).toEqual([flag])
    expect(flagsFor(download('requests: 2, response: 4MB'))).toEqual([])
  })

  test('a run continues if V8 refuses the inlining flag', () => {
    expect(flagsFor(download('requests: 2, response: 4GB'), true)).toHaveLength(1)
  })
})

describe('a run is long from five million expected events on', () => {
  /** Returns whether a run of one workload is long, from a blueprint that has only what its length depends on. */
  const isLong = (workload: object, { nodes = 1, durationNs = null as number | null } = {}) =>
    isLongRun({
      workloads: [{ kind: 'requests', requestBytes: 0, responseBytes: 0, ...workload }],
      cluster: { nodes: Array(nodes).fill({}) },
      durationNs,
    } as unknown as Blueprint)
  const closed = (requests: number) => ({ arrivals: { kind: 'closed', requests } })
  const open = (ratePerS: number, forNs: number | null = null) => ({ arrivals: { kind: 'open', ratePerS, forNs } })
  const stream = (bytesPerS: number, forNs: number | null = null) => ({
    arrivals: { kind: 'stream', bytesPerS, forNs },
  })
  const SECOND_NS = 1_000_000_000

  test('the expected events of a run include four for each request', () => {
    expect([1_249_999, 1_250_000].map((requests) => isLong(closed(requests)))).toEqual([false, true])
  })

  test('the expected events of a run include three for each 2896 bytes of a request and its response', () => {
    const bytes = { requestBytes: 1000, responseBytes: 1896 }
    expect([714_285, 714_286].map((requests) => isLong({ ...closed(requests), ...bytes }))).toEqual([false, true])
  })

  test('the expected events count requests that are sent while the run and the workload last', () => {
    const second = { durationNs: SECOND_NS }
    expect([1_249_999, 1_250_000].map((rate) => isLong(open(rate), second))).toEqual([false, true])
    expect([624_999, 625_000].map((rate) => isLong(open(rate, 2 * SECOND_NS), second))).toEqual([false, true])
    expect(isLong(open(9e9))).toBe(false)
  })

  test('the expected events include three for each 2896 bytes of a stream', () => {
    const long = 5000 * SECOND_NS
    expect([965_333, 965_334].map((rate) => isLong(stream(rate), { durationNs: long }))).toEqual([false, true])
    expect([965_333, 965_334].map((rate) => isLong(stream(rate, long), { durationNs: 1 }))).toEqual([false, true])
  })

  test('the expected events include one for each second and node with heartbeats', () => {
    const heartbeat = { ...closed(9e9), kind: 'heartbeat' }
    const lasting = (seconds: number, nodes: number) => isLong(heartbeat, { nodes, durationNs: seconds * SECOND_NS })
    expect([lasting(4_999_999, 1), lasting(5_000_000, 1)]).toEqual([false, true])
    expect([lasting(1_249_999, 4), lasting(1_250_000, 4)]).toEqual([false, true])
  })
})
