import { describe, expect, test } from 'vitest'
import type { Expectation, NodeExpectation } from '../../src/measure/expectation.ts'
import { judge } from '../../src/measure/judge-expectation.ts'
import { worstVerdict } from '../../src/measure/matrix.ts'
import { DEFAULT_POLICY, POLICIES } from '../../src/measure/policies.ts'
import type { NodeResult, WorkloadResult } from '../../src/measure/result.ts'
import type { Outcome, VerdictResult } from '../../src/measure/verdict.ts'
import { aResult, aVerdict, aWorkload } from '../fixtures/results.ts'

function ofWorkload(expectation: Expectation, overrides: Partial<WorkloadResult> = {}) {
  const { expect: text, ...judgement } = judge(expectation, aResult({ workloads: [aWorkload(overrides)] }))
  expect(text).toBe(expectation.text)
  return judgement
}

describe('an expectation of latency', () => {
  const below = (statistic: 'p50' | 'p95' | 'p99' | 'max', boundNs: number): Expectation => ({
    text: 'a line',
    kind: 'latency',
    workload: 'fresh',
    statistic,
    comparison: '<',
    boundNs,
  })

  test('an expectation of latency compares nanoseconds', () => {
    expect(ofWorkload(below('p50', 66_200_001))).toEqual({ met: true, measured: '66.2ms' })
    expect(ofWorkload(below('p50', 66_200_000))).toEqual({ met: false, measured: '66.2ms' })
    expect(ofWorkload(below('max', 70_250_001))).toEqual({ met: true, measured: '70.25ms' })
  })

  test('an expectation of latency says how many requests its percentile needs', () => {
    expect(ofWorkload(below('p95', 1))).toEqual({
      met: false,
      measured: 'p95 needs 20 completed requests, there are 15',
    })
    expect(ofWorkload(below('p99', 1))).toEqual({
      met: false,
      measured: 'p99 needs 100 completed requests, there are 15',
    })
  })

  test('an expectation of latency is not met where no request completed', () => {
    const latencyMs = { min: null, p50: null, p95: null, p99: null, max: null, mean: null }
    expect(ofWorkload(below('p95', 1), { completed: 0, latencyMs })).toEqual({
      met: false,
      measured: 'no request was completed',
    })
  })
})

test('an expectation of throughput compares bits per second', () => {
  const above = (boundBps: number): Expectation => ({
    text: '',
    kind: 'throughput',
    workload: 'fresh',
    comparison: '>',
    boundBps,
  })
  expect(ofWorkload(above(1_999_999), { throughputMbps: 2 })).toEqual({ met: true, measured: '2Mbps' })
  expect(ofWorkload(above(2_000_000), { throughputMbps: 2 })).toEqual({ met: false, measured: '2Mbps' })
  expect(ofWorkload(above(0), { throughputMbps: null })).toEqual({ met: false, measured: 'no request was completed' })
})

test.each([
  [0, true, '0 failed requests'],
  [1, true, '1 failed request'],
  [2, false, '2 failed requests'],
])('with %d failed requests, an expectation of at most 1 is met: %s', (failed, met, measured) => {
  const atMost: Expectation = { text: '', kind: 'failed', workload: 'fresh', comparison: '<=', bound: 1 }
  expect(ofWorkload(atMost, { failed })).toEqual({ met, measured })
})

test('an expectation of failed requests is not met where no request ended', () => {
  const none: Expectation = { text: '', kind: 'failed', workload: 'fresh', comparison: '=', bound: 0 }
  expect(ofWorkload(none, { completed: 0, failed: 0, unfinished: 3 })).toEqual({
    met: false,
    measured: 'no request ended',
  })
  expect(ofWorkload(none, { completed: 1, failed: 0, unfinished: 3 }).met).toBe(true)
  expect(ofWorkload({ ...none, bound: 2 }, { completed: 0, failed: 2 }).met).toBe(true)
})

test('an expectation of a digest compares its beginning, of a workload or of the run', () => {
  const digest = (workload: string | null, prefix: string): Expectation => ({
    text: '',
    kind: 'digest',
    workload,
    prefix,
  })
  expect(ofWorkload(digest('fresh', '00112233'))).toEqual({ met: true, measured: '0011223344556677' })
  expect(ofWorkload(digest('fresh', '11223344')).met).toBe(false)
  expect(ofWorkload(digest(null, '53de64a7'))).toEqual({ met: true, measured: '53de64a7c0ffee00' })
  expect(ofWorkload(digest(null, '00112233')).met).toBe(false)
})

test('an expectation of a workload that does not exist is a bug', () => {
  const failed: Expectation = { text: '', kind: 'failed', workload: 'nope', comparison: '=', bound: 0 }
  expect(() => ofWorkload(failed)).toThrow('no workload is named nope')
  const named = judge(
    { ...failed, workload: 'b' },
    aResult({ workloads: [aWorkload(), aWorkload({ name: 'b', failed: 4 })] }),
  )
  expect(named.measured).toBe('4 failed requests')
})

test('an expectation of a verdict is judged by the verdicts', () => {
  const is: Expectation = {
    text: 'verdict',
    kind: 'verdict',
    mode: 'is',
    outcome: 'read',
    attacker: 'mallory',
    path: 'logs',
    technique: null,
  }
  const verdicts = [aVerdict({ outcomes: ['read'], worst: 'read' })]
  expect(judge(is, aResult({ verdicts }))).toEqual({ expect: 'verdict', met: true, measured: 'read' })
})

describe('an expectation of a node', () => {
  const S = 1_000_000_000

  const ofNode = (expectation: NodeExpectation, ready: boolean, ...transitions: NodeResult['transitions']) =>
    ofThisNode(expectation, { ready, transitions })

  function ofThisNode(expectation: NodeExpectation, overrides: Pick<NodeResult, 'ready'> & Partial<NodeResult>) {
    const node: NodeResult = {
      name: 'node-1',
      zone: null,
      joinedNs: null,
      certificates: 0,
      heartbeats: 3,
      lastHeartbeatNs: null,
      taintedNs: null,
      evictedNs: null,
      evictedPods: [],
      transitions: [],
      ...overrides,
    }
    const { ready } = overrides
    const { met, measured } = judge(expectation, aResult({ nodes: [{ ...node, name: 'node-0', ready: !ready }, node] }))
    return { met, measured }
  }

  const ready = (throughout: boolean): NodeExpectation => ({ text: '', node: 'node-1', kind: 'node-ready', throughout })
  const lost = { atNs: 105 * S, ready: false }
  const back = { atNs: 112.3456 * S, ready: true }

  test('an expectation of a ready node is met by a node that is ready at the end', () => {
    expect(ofNode(ready(false), true)).toEqual({ met: true, measured: 'ready throughout' })
    expect(ofNode(ready(false), true, lost, back)).toEqual({
      met: true,
      measured: 'ready; NotReady at 105s, ready at 112.346s',
    })
    expect(ofNode(ready(false), false, lost)).toEqual({ met: false, measured: 'NotReady; NotReady at 105s' })
  })

  test('an expectation of a node ready throughout is met by a node that was always ready', () => {
    expect(ofNode(ready(true), true)).toEqual({ met: true, measured: 'ready throughout' })
    expect(ofNode(ready(true), true, lost, back).met).toBe(false)
    expect(ofNode(ready(true), false)).toEqual({ met: false, measured: 'NotReady throughout' })
  })

  test('an expectation of a ready node is not met without a heartbeat, since nodes are Ready when a run begins', () => {
    const measured = { met: false, measured: 'the apiserver got no heartbeat' }
    expect(ofThisNode(ready(false), { ready: true, heartbeats: 0 })).toEqual(measured)
    expect(ofThisNode(ready(true), { ready: true, heartbeats: 0 })).toEqual(measured)
    expect(ofThisNode(ready(true), { ready: true, heartbeats: 1 }).met).toBe(true)
    expect(ofThisNode(ready(true), { ready: false, heartbeats: 0 }).measured).toBe('NotReady throughout')
  })

  const notReady = (withinNs: number, sinceNs: number): NodeExpectation => ({
    text: '',
    node: 'node-1',
    kind: 'node-not-ready',
    withinNs,
    sinceNs,
  })

  test.each([
    [5 * S, 100 * S, true, 'NotReady after 5s'],
    [5 * S - 1, 100 * S, false, 'NotReady after 5s'],
    [0, 105 * S, true, 'NotReady after 0s'],
    [200 * S, 105 * S + 1, false, 'ready; NotReady at 105s, ready at 112.346s'],
    [200 * S, 0, true, 'NotReady after 105s'],
  ])('an expectation of a node lost within %d ns of %d is met: %s', (withinNs, sinceNs, met, measured) => {
    expect(ofNode(notReady(withinNs, sinceNs), true, lost, back)).toEqual({ met, measured })
  })

  test('an expectation of a lost node is not met by a node that only came back', () => {
    expect(ofNode(notReady(200 * S, 0), true, back).met).toBe(false)
    expect(ofNode(notReady(200 * S, 0), true)).toEqual({ met: false, measured: 'ready throughout' })
  })

  test('an expectation of a node that does not exist is a bug', () => {
    expect(() => ofNode({ ...ready(true), node: 'nope' }, true)).toThrow('no node is named nope')
  })
})

describe('the worst of several verdicts', () => {
  const of = (scope: VerdictResult['scope'], worst: Outcome, victim = 'node-1') => aVerdict({ scope, worst, victim })

  test('the worst of several verdicts is the first of the worst with scope other', () => {
    const verdicts = [of('other', 'outage'), of('other', 'read', 'a'), of('other', 'read', 'b')]
    expect(worstVerdict(verdicts)).toBe(verdicts[1])
  })

  test.each<[Outcome, Outcome, 'own' | 'other']>([
    ['no-effect', 'read', 'own'],
    ['unreachable', 'metadata', 'own'],
    ['no-effect', 'no-effect', 'other'],
    ['no-effect', 'unreachable', 'other'],
    ['unreachable', 'no-effect', 'other'],
    ['metadata', 'privilege', 'other'],
    ['degraded', 'read', 'other'],
  ])('the worst of several verdicts, with %s on others and %s on its own, is on %s', (onOthers, onOwn, scope) => {
    const verdicts = [of('own', onOwn), of('other', onOthers)]
    expect(worstVerdict(verdicts)?.scope).toBe(scope)
    expect(worstVerdict([...verdicts].reverse())?.scope).toBe(scope)
  })

  test('the worst of several verdicts is the only one, or none', () => {
    expect(worstVerdict([of('own', 'unreachable')])?.worst).toBe('unreachable')
    expect(worstVerdict([of('other', 'unreachable')])?.worst).toBe('unreachable')
    expect(worstVerdict([])).toBeNull()
  })
})

test('the policies differ in what they forbid, and the default forbids all with scope other', () => {
  expect(POLICIES[DEFAULT_POLICY].rules).toEqual(['never privilege, credential, relayed, impersonated, modified, read'])
  expect(POLICIES['no-takeover'].rules).toEqual(['never privilege, credential'])
  expect(POLICIES['no-interruption'].rules).toEqual([
    ...POLICIES['nothing-of-others'].rules,
    'never outage, disrupted by blind, passive, side, pod, user',
  ])
})
