import { describe, expect, test } from 'vitest'
import { aResult, aVerdict, aWorkload } from '../fixtures/results.ts'
import { digestsText, type Fact, factsOf, type GoldenRun, refusalOf, summaryText } from './golden-text.ts'

const LOGS: Fact = { subject: 'logs', text: '5 completed' }
const LIST: Fact = { subject: 'list', text: '9 completed' }

function finished(release: string, digest: string, ...facts: readonly Fact[]): GoldenRun {
  return { release, digest, facts }
}

describe('the summary of a scenario', () => {
  test('a golden summary names no release if all have the same result', () => {
    const runs = [finished('as it is', '00', LOGS), finished('1.37', '00', LOGS)]
    expect(summaryText(runs)).toBe('logs: 5 completed\ndigest: 00\n')
  })

  test('a golden summary names releases with the same text in one line, in order and without gaps', () => {
    const other = { ...LOGS, text: '4 completed' }
    const runs = [
      finished('as it is', 'a0', LOGS),
      finished('1.20', 'b0', other),
      finished('1.24', 'c0', LOGS),
      finished('1.37', 'b0', other),
    ]
    expect(summaryText(runs)).toBe(
      [
        'logs:',
        '  as it is, 1.24: 5 completed',
        '  1.20, 1.37: 4 completed',
        'digest:',
        '  as it is: a0',
        '  1.20, 1.37: b0',
        '  1.24: c0',
        '',
      ].join('\n'),
    )
  })

  test('a golden summary names the releases of a subject that others lack', () => {
    const runs = [finished('1.20', '00', LOGS), finished('1.24', '00', LIST, LOGS)]
    expect(summaryText(runs)).toBe('logs: 5 completed\nlist:\n  1.24: 9 completed\ndigest: 00\n')
  })

  test('a golden summary shows by the digest that a result changed though none of its lines did', () => {
    const [before, after] = ['00', '01'].map((digest) => summaryText([finished('1.37', digest, LOGS)]))
    expect(before).not.toBe(after)
  })

  test('a golden summary lists refusals separately, with their releases', () => {
    const runs: readonly GoldenRun[] = [
      { release: '1.6', refusal: 'out-of-range 4:11' },
      { release: '1.12', refusal: 'out-of-range 4:11' },
      finished('1.37', '00', LOGS),
    ]
    expect(summaryText(runs)).toBe('logs: 5 completed\ndigest: 00\nrefused:\n  1.6, 1.12: out-of-range 4:11\n')
  })
})

test('a golden summary prints the digests of three or more consecutive releases as a range', () => {
  const digests = ['1.8', '1.9', '1.10', '1.11', '1.13'].map((release) =>
    finished(release, release === '1.11' ? 'b' : 'a'),
  )
  expect(digestsText([finished('as it is', 'a'), ...digests])).toBe(
    'digest:\n  as it is, 1.8 to 1.10, 1.13: a\n  1.11: b\n',
  )
})

test('a golden summary of a refusal has its codes and places, without messages', () => {
  const message = 'may become clearer'
  const problems = [
    { code: 'out-of-range', line: 4, column: 11, message },
    { code: 'unknown-key', line: 7, column: 7, message },
  ]
  expect(refusalOf(problems)).toBe('out-of-range 4:11, unknown-key 7:7')
})

/** The facts of a result as lines. */
function linesOf(...overrides: Parameters<typeof aResult>): string[] {
  return factsOf(aResult(...overrides)).map(({ subject, text }) => `${subject}: ${text}`)
}

describe('the facts of a result', () => {
  test('a golden summary of a workload has its counts and figures, without missing or zero ones', () => {
    expect(linesOf()).toEqual([
      'fresh on logs: 15 completed, p50 66.2 ms, set-up 44.13 ms, throughput 0.1208 Mbps, 60000 wire bytes, 180 packets',
    ])
  })

  test('a golden summary of a workload has its failures by reason', () => {
    const failures = [
      { reason: 'timed out', count: 2 } as const,
      { reason: 'server error', message: 'No agent available', count: 1 } as const,
    ]
    expect(linesOf({ workloads: [aWorkload({ failed: 3, unfinished: 4, failures })] })[0]).toContain(
      '15 completed, 3 failed (2 timed out, 1 server error: No agent available), 4 unfinished, p50',
    )
  })

  test('a golden summary of a workload without verdicts on its path has counts if attackers act on another', () => {
    const workloads = [aWorkload(), aWorkload({ name: 'list', path: 'pods' })]
    const [attacked, beside] = linesOf({ workloads, verdicts: [aVerdict()] })
    expect(attacked).toContain('p50')
    expect(beside).toBe('list on pods: 15 completed')
  })

  test('a golden summary of a verdict has outcomes, exposure, notice, and what the attacker gained', () => {
    const verdict = aVerdict({
      outcomes: ['privilege', 'credential', 'read'],
      exposure: { messages: 3, of: 12, bytes: 900 },
      secrets: ['exec-stdin'],
      noticed: 'fault',
      noticedBy: [
        { host: 'node-1', log: 'kubelet', reason: 'connection reset' },
        { host: 'node-2', log: 'kubelet', reason: 'connection reset' },
      ],
      outageNs: 2_500_000_000,
      privileges: [{ as: 'app', verb: 'get', resource: 'pods', on: 'node-1', untilNs: null }],
      credentials: [{ name: 'token', identity: 'app', acceptedBy: 'apiserver', validUntilNs: null }],
    })
    expect(linesOf({ workloads: [], verdicts: [verdict] })).toEqual([
      'mallory: relay on logs against node-1 (other): privilege credential read, exposed 3 of 12 messages and 900 bytes, ' +
        'noticed fault by kubelet: connection reset, outage 2.5 s, reads exec-stdin, holds token for apiserver, ' +
        'may get pods on node-1 as app',
    ])
  })

  test('a golden summary has each unmet expectation, and how an unfinished run ended', () => {
    const expectations = [
      { expect: 'failed(fresh) = 0', met: true, measured: '0 failed requests' },
      { expect: 'failed(fresh) = 1', met: false, measured: '0 failed requests' },
    ]
    expect(linesOf({ workloads: [], expectations, ended: 'duration' })).toEqual([
      'ended: duration',
      'not met: failed(fresh) = 1: 0 failed requests',
    ])
  })

  test('a golden summary has tunnels, and the nodes that were not ready all the time', () => {
    const steady = {
      zone: null,
      ready: true,
      joinedNs: null,
      certificates: 0,
      heartbeats: 3,
      lastHeartbeatNs: null,
      taintedNs: null,
      evictedNs: null,
      evictedPods: [],
      transitions: [],
    }
    const lost = {
      ...steady,
      transitions: [
        { atNs: 45_000_000_000, ready: false },
        { atNs: 60_250_000_000, ready: true },
      ],
      evictedNs: 50_000_000_000,
      evictedPods: ['a', 'b'],
    }
    const tunnel = {
      name: 'ssh/master/node-1',
      from: 'master',
      via: 'node-1',
      setupMs: 312,
      dials: 3,
      setups: 2,
      channels: 5,
      carriedBytes: 1_000,
      healthChecks: { passed: 1, failed: 0 },
      wireBytes: 2_000,
      packets: 9,
    }
    const nodes = [
      { name: 'node-1', ...steady },
      { name: 'node-2', ...lost },
    ]
    expect(linesOf({ workloads: [], nodes, tunnels: [tunnel] })).toEqual([
      'tunnel ssh/master/node-1: 2 of 3 dials, set-up 312 ms, 5 channels, 1000 bytes carried',
      'node node-2: not ready at 45 s, ready at 60.25 s, 2 pods evicted at 50 s',
    ])
  })
})
