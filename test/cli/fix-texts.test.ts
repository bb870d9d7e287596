import { describe, expect, test } from 'vitest'
import { workOf } from '../../src/cli/fix/bench.ts'
import { changeName, changeText } from '../../src/cli/fix/change-text.ts'
import { kubeletCertificateAuthority } from '../../src/cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { readOnlyPort } from '../../src/cluster/flags/kubelet/read-only-port.ts'
import { serverTlsBootstrap } from '../../src/cluster/flags/kubelet/server-tls-bootstrap.ts'
import type { FixResult } from '../../src/measure/fix.ts'
import type { FailureResult, WorkloadResult } from '../../src/measure/result.ts'
import { fixText } from '../../src/report/fix/fix-text.ts'
import { PLAIN_SCREEN } from '../../src/report/screen/screen.ts'
import { APPROVER, CERTIFICATES, type Change, type ChangePlace, type FlagValue } from '../../src/scenario/fix/change.ts'
import { setting } from '../fixtures/fix-world.ts'
import { aResult, aWorkload } from '../fixtures/results.ts'

function place(name: string, isFlag: boolean, ...pools: readonly string[]): ChangePlace {
  return { pools, path: ['cluster'], name, isFlag, before: null }
}

describe('the text of a change', () => {
  test('of the apiserver has its flag and its value, a list with commas', () => {
    const ofApiserver = (value: FlagValue): Change => ({
      kind: 'flag',
      program: 'kube-apiserver',
      flag: kubeletCertificateAuthority,
      value,
      places: [place('kubelet-certificate-authority', true)],
    })
    expect(changeText(ofApiserver('ca.crt'), 1)).toBe('kube-apiserver: --kubelet-certificate-authority=ca.crt')
    expect(changeText(ofApiserver(['Node', 'RBAC']), 1)).toMatch(/=Node,RBAC$/)
    expect(changeText(ofApiserver(false), 1)).toMatch(/=false$/)
    expect(changeName(ofApiserver('x'))).toBe('--kubelet-certificate-authority')
  })

  test('of kubelets has a field or a flag, each once, and their pools unless it is about all', () => {
    const [a, b] = [place('readOnlyPort', false, 'a', 'b'), place('readOnlyPort', false, 'c')]
    const flag = place('read-only-port', true, 'old')
    expect(changeText(setting(readOnlyPort, '0', [a, b]), 2)).toBe('kubelets: readOnlyPort: 0')
    expect(changeText(setting(readOnlyPort, '0', [a, b]), 3)).toBe('kubelets of a, b, c: readOnlyPort: 0')
    expect(changeText(setting(readOnlyPort, '0', [a, flag]), 2)).toBe('kubelets: readOnlyPort: 0 or --read-only-port=0')
    expect(changeText(setting(readOnlyPort, '0', [flag]), 2)).toBe('kubelets of old: --read-only-port=0')
    expect(changeName(setting(readOnlyPort, '0', [a, flag]))).toBe('readOnlyPort')
  })

  test('of serverTLSBootstrap says that kubelets start again', () => {
    const change = setting(serverTlsBootstrap, 'true', [place('serverTLSBootstrap', false)])
    expect(changeText(change, 1)).toMatch(/^kubelets: serverTLSBootstrap: true, and a restart: each requests/)
  })

  test('that is no flag says what somebody does', () => {
    expect([changeName(APPROVER), changeName(CERTIFICATES)]).toEqual(['the approver', 'the certificates'])
    expect(changeText(APPROVER, 1)).toMatch(/^install an approver/)
    expect(changeText(CERTIFICATES, 1)).toMatch(/^give every kubelet a serving certificate/)
  })
})

describe('a step in the text of a fix', () => {
  const figures = { p50Ms: 1, p99Ms: null, throughputMbps: null, cpuUs: 10 }

  function stepWith(
    step: Partial<FixResult['steps'][number]>,
    checked: Partial<FixResult['verification']> = {},
  ): string {
    const whole = {
      change: 'kubelets: readOnlyPort: 0',
      program: 'kubelet' as const,
      flag: 'readOnlyPort',
      before: null,
      after: 0,
      without: { findings: 1, broken: [], isRefused: false },
      costs: [],
      breaks: null,
      places: [],
      ...step,
    }
    const verification = { by: 'import' as const, holds: true, passed: true, problems: [], byHand: 0, written: false }
    return fixText(
      {
        scenario: 'a',
        kubernetes: null,
        policy: [],
        findings: 1,
        closed: 1,
        steps: [whole],
        minimality: 'smallest',
        wrongOrders: [],
        open: [],
        partial: [],
        others: [],
        unmodelled: [],
        patches: [],
        byHand: [],
        tried: { changes: 1, sets: 1, simulations: 1 },
        verification: { ...verification, ...checked },
      },
      PLAIN_SCREEN,
    )
  }

  test('names the first of many files in which it sets the same, and their number', () => {
    const places = Array.from({ length: 9 }, (_, i) => ({ file: `n${i}`, what: i === 1 ? 'line 7: x: 0' : 'x: 0' }))
    const text = stepWith({ places: [...places, { file: 'cp', what: 'y: 1' }] })
    expect(text).toContain('   n0: x: 0\n   n1: line 7: x: 0\n   n2: x: 0\n   and 6 more files: x: 0\n   cp: y: 1\n')
    expect(stepWith({ places: places.slice(0, 4) })).toContain('   n3: x: 0\n')
  })

  test('says how many changes are left to hand where everything holds with them', () => {
    expect(stepWith({})).toContain('\nVERIFIED: the changed files were imported again: everything')
    expect(stepWith({}, { byHand: 2 })).toContain(
      '\nVERIFIED: the changed files were imported again, with 2 changes as if made by hand: everything',
    )
  })

  test('leaves out workloads of which only what was not measured differs', () => {
    const unmeasured = { workload: 'exec', before: figures, after: { ...figures, throughputMbps: 3 } }
    expect(stepWith({ costs: [unmeasured] })).toContain('costs: less than half a percent')
    const slower = { workload: 'logs', before: figures, after: { ...figures, p50Ms: 2 } }
    expect(stepWith({ costs: [unmeasured, slower] })).toContain('costs: logs 1.000 to 2.000 ms p50\n')
  })
})

describe('the workloads that changes break', () => {
  const X509: FailureResult = { reason: 'certificate refused', count: 3 }
  const BUSY: FailureResult = { reason: 'timed out', count: 1 }

  /** Returns what is broken where a workload that completes 10 of 10 requests becomes this one. */
  function broken(after: Partial<WorkloadResult> | null, before: Partial<WorkloadResult> = {}) {
    const one = { name: 'logs', path: 'p', completed: 10 }
    const base = aResult({ workloads: [aWorkload({ ...one, ...before }), aWorkload({ name: 'other' })] })
    const same = aWorkload({ name: 'other' })
    const workloads = after === null ? [same] : [same, aWorkload({ ...one, ...after })]
    return workOf(aResult({ workloads }), base).broken
  }

  test('are none where all complete as many requests, or more', () => {
    expect([broken({}), broken({ completed: 11 }), broken({ completed: 10, failures: [X509] })]).toEqual([[], [], []])
  })

  test('complete fewer, for a reason that was not there before', () => {
    const expected = { workload: 'logs', path: 'p', completed: 9, of: 10 }
    expect(broken({ completed: 9, failures: [BUSY, X509] }, { failures: [BUSY] })).toEqual([
      { ...expected, reason: 'certificate refused' },
    ])
    const explained = { ...X509, message: 'x509: unknown authority' }
    expect(broken({ completed: 9, failures: [explained] }, { failures: [X509] })).toEqual([
      { ...expected, reason: 'certificate refused: x509: unknown authority' },
    ])
  })

  test('are not those that complete fewer for the same reason, which is chance, unless they complete none', () => {
    expect(broken({ completed: 9, failures: [BUSY] }, { failures: [BUSY] })).toEqual([])
    expect(broken({ completed: 9 })).toEqual([])
    expect(broken({ completed: 0, failures: [BUSY] }, { failures: [BUSY] })).toMatchObject([
      { completed: 0, reason: 'timed out' },
    ])
  })

  test('have requests that never end where more are unfinished than before', () => {
    expect(broken({ completed: 9, unfinished: 1 })).toMatchObject([{ reason: 'requests get no response' }])
    expect(broken({ completed: 9, unfinished: 1 }, { unfinished: 1 })).toEqual([])
  })

  test('are those that are gone', () => {
    expect(broken(null)).toMatchObject([{ workload: 'logs', completed: 0, of: 10, reason: 'requests get no response' }])
  })

  test('are looked for among the given ones only', () => {
    const [base, after] = [
      aResult({ workloads: [aWorkload({ name: 'a' }), aWorkload({ name: 'b' })] }),
      aResult({ workloads: [] }),
    ]
    const namesIn = (only: ReadonlySet<string> | null) =>
      workOf(after, base, only).broken.map(({ workload }) => workload)
    expect([namesIn(null), namesIn(new Set(['b'])), namesIn(new Set())]).toEqual([['a', 'b'], ['b'], []])
  })
})
