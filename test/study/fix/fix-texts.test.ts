import { describe, expect, test } from 'vitest'
import { kubeletCertificateAuthority } from '../../../src/cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { readOnlyPort } from '../../../src/cluster/flags/kubelet/read-only-port.ts'
import { serverTlsBootstrap } from '../../../src/cluster/flags/kubelet/server-tls-bootstrap.ts'
import type { Cause } from '../../../src/measure/check.ts'
import type { FixResult } from '../../../src/measure/fix.ts'
import type { FailureResult, WorkloadResult } from '../../../src/measure/result.ts'
import { fixText } from '../../../src/report/fix/fix-text.ts'
import { PLAIN_SCREEN } from '../../../src/report/screen/screen.ts'
import { APPROVER, CERTIFICATES, type Change, type ChangePlace, type FlagValue } from '../../../src/study/fix/change.ts'
import { changeName, changeText } from '../../../src/study/fix/change-text.ts'
import { costsOf, fixStep } from '../../../src/study/fix/fix-steps.ts'
import { openPaths } from '../../../src/study/fix/open-paths.ts'
import { workOf } from '../../../src/study/fix/work.ts'
import { forbidden, setting } from '../../fixtures/fix-world.ts'
import { aResult, aWorkload } from '../../fixtures/results.ts'

function place(name: string, isFlag: boolean, ...pools: readonly string[]): ChangePlace {
  return { pools, path: ['cluster'], name, isFlag, before: null }
}

describe('the text of a change', () => {
  test('the text of an apiserver change has its flag and value, a list with commas', () => {
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

  test('the text of a kubelet change has a field or flag once, and the pools unless it is about all', () => {
    const [a, b] = [place('readOnlyPort', false, 'a', 'b'), place('readOnlyPort', false, 'c')]
    const flag = place('read-only-port', true, 'old')
    expect(changeText(setting(readOnlyPort, '0', [a, b]), 2)).toBe('kubelets: readOnlyPort: 0')
    expect(changeText(setting(readOnlyPort, '0', [a, b]), 3)).toBe('kubelets of a, b, c: readOnlyPort: 0')
    expect(changeText(setting(readOnlyPort, '0', [a, flag]), 2)).toBe('kubelets: readOnlyPort: 0 or --read-only-port=0')
    expect(changeText(setting(readOnlyPort, '0', [flag]), 2)).toBe('kubelets of old: --read-only-port=0')
    expect(changeName(setting(readOnlyPort, '0', [a, flag]))).toBe('readOnlyPort')
  })

  test('the text of a change to serverTLSBootstrap says that kubelets restart', () => {
    const change = setting(serverTlsBootstrap, 'true', [place('serverTLSBootstrap', false)])
    expect(changeText(change, 1)).toMatch(/^kubelets: serverTLSBootstrap: true, and a restart: each requests/)
  })

  test('the text of a change without a flag says what to do', () => {
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
    const none = { problems: [], byHand: 0, unseen: [], failing: [] }
    const verification = { by: 'import' as const, holds: true, passed: true, written: false, ...none }
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

  test('a step of a fix names the first of many files in which it sets the same, and their number', () => {
    const places = Array.from({ length: 9 }, (_, i) => ({ file: `n${i}`, what: i === 1 ? 'line 7: x: 0' : 'x: 0' }))
    const text = stepWith({ places: [...places, { file: 'cp', what: 'y: 1' }] })
    expect(text).toContain('   n0: x: 0\n   n1: line 7: x: 0\n   n2: x: 0\n   and 6 more files: x: 0\n   cp: y: 1\n')
    expect(stepWith({ places: places.slice(0, 4) })).toContain('   n3: x: 0\n')
  })

  test('a step of a fix prints file names with line breaks on one line, so that they are no hunk of its patch', () => {
    const file = 'x\n--- /dev/null\n+++ b/forged\n@@ -0,0 +1,1 @@\n+forged\n'
    const text = stepWith({ places: [{ file, what: file }], breaks: file }, { problems: [file], holds: false })
    expect(text).toContain('   x␊--- /dev/null␊+++ b/forged␊@@ -0,0 +1,1 @@␊+forged␊: x␊---')
    expect(text).not.toMatch(/^(---|\+\+\+|@@|\+)/m)
  })

  test('a step of a fix says how many changes are left to do by hand if all else is verified', () => {
    expect(stepWith({})).toContain('\nVERIFIED: the changed files were imported again: everything')
    expect(stepWith({}, { byHand: 2 })).toContain(
      '\nVERIFIED: the changed files were imported again, with 2 changes as if made by hand: everything',
    )
  })

  test('a step of a fix is not verified if named node files are missing, or logs fail on every node', () => {
    const unseen = stepWith({}, { passed: false, unseen: ['node-2', 'the apiserver of cp-2'] })
    expect(unseen).not.toMatch(/^VERIFIED/m)
    expect(unseen).toContain(
      'NOT VERIFIED: no file of node-2, the apiserver of cp-2 came in, so that nobody knows what the changes do there.',
    )
    const logs = { workload: 'logs', path: 'logs', completed: 0, of: 15, reason: 'unknown-ca' }
    const failing = stepWith({}, { passed: false, failing: [logs] })
    expect(failing).not.toMatch(/^VERIFIED/m)
    expect(failing).toMatch(/NOT VERIFIED: on every node fail logs .*unknown-ca/)
  })

  test('a step of a fix leaves out workloads that differ only in figures without a measurement', () => {
    const unmeasured = { workload: 'exec', before: figures, after: { ...figures, throughputMbps: 3 } }
    expect(stepWith({ costs: [unmeasured] })).toContain('costs: less than half a percent')
    const slower = { workload: 'logs', before: figures, after: { ...figures, p50Ms: 2 } }
    expect(stepWith({ costs: [unmeasured, slower] })).toContain('costs: logs 1.000 to 2.000 ms p50\n')
  })
})

describe('the description of a step', () => {
  const without = { findings: 1, broken: [], isRefused: false }
  const CA: Change = {
    kind: 'flag',
    program: 'kube-apiserver',
    flag: kubeletCertificateAuthority,
    value: 'cluster-ca',
    places: [place('kubelet-certificate-authority', true)],
  }
  const TEXT = 'kube-apiserver: --kubelet-certificate-authority=cluster-ca'

  test('the description of a step has the name and values of a flag, and what it breaks', () => {
    const costs = costsOf([aWorkload()], [aWorkload({ throughputMbps: 1 })])
    const places = [{ file: null, what: 'x' }]
    expect(fixStep(CA, TEXT, without, places, costs)).toEqual({
      change: TEXT,
      program: 'kube-apiserver',
      flag: 'kubelet-certificate-authority',
      before: null,
      after: 'cluster-ca',
      without,
      costs,
      breaks: kubeletCertificateAuthority.breaks,
      places,
    })
    const port = setting(readOnlyPort, '0', [{ ...place('readOnlyPort', false), before: 10255 }])
    expect(fixStep(port, '', without, [], [])).toMatchObject({
      program: 'kubelet',
      flag: 'readOnlyPort',
      before: 10255,
      after: '0',
      breaks: readOnlyPort.breaks ?? null,
    })
  })

  test('the description of a step without a flag says what is installed', () => {
    const nothing = { flag: null, before: null, after: null, breaks: null }
    expect(fixStep(APPROVER, 'install it', without, [], [])).toEqual({
      change: 'install it',
      program: 'cluster',
      without,
      costs: [],
      places: [],
      ...nothing,
    })
  })

  test('the description of a step names the CA file of the first place, in a command line or a configuration', () => {
    const changeAt = (...places: readonly string[]) =>
      fixStep(
        CA,
        TEXT,
        without,
        places.map((what) => ({ file: 'f', what })),
        [],
      ).change.replace('kube-apiserver: --kubelet-certificate-authority=', '')
    expect(changeAt('--v=2', '--kubelet-certificate-authority=/pki/ca.crt', 'x=/y')).toBe('/pki/ca.crt')
    expect(
      changeAt(
        'line 4: apiServerArguments.kubelet-certificate-authority: /etc/ca',
        '--kubelet-certificate-authority=/b',
      ),
    ).toBe('/etc/ca')
    expect(changeAt('--kubelet-certificate-authority=cluster-ca')).toBe('cluster-ca')
    expect(changeAt('--client-ca-file=/pki/ca.crt')).toBe('cluster-ca')
    const elsewhere = fixStep(
      CA,
      `${TEXT} or so`,
      without,
      [{ file: 'f', what: '--kubelet-certificate-authority=/b' }],
      [],
    )
    expect(elsewhere.change).toBe(`${TEXT} or so`)
  })
})

describe('the cost of a step', () => {
  const latencyMs = { min: 1, p50: 200, p95: null, p99: null, max: 300, mean: 1 }
  const breakdownNs = { ...aWorkload().breakdownNs, cpu: 100_000 }
  const usual = aWorkload({ name: 'logs', latencyMs, throughputMbps: 200, breakdownNs, completed: 10 })

  /** Returns the figures that are shown of a workload that becomes another one. */
  const costOf = (change: Partial<WorkloadResult>) =>
    costsOf([usual], [{ ...usual, ...change }]).map(({ after }) => after)

  test('a step of a fix has no cost if figures differ by at most half a per cent, or a workload is gone', () => {
    expect([costOf({}), costsOf([usual], [])]).toEqual([[], []])
    for (const alike of [199, 201.004]) expect(costOf({ throughputMbps: alike })).toEqual([])
    for (const other of [198.9, 201.1])
      expect(costOf({ throughputMbps: other })).toMatchObject([{ throughputMbps: other }])
  })

  test('the cost of a step of a fix is any figure, also one measured on one side only', () => {
    expect(costOf({ latencyMs: { ...latencyMs, p50: 210 } })).toMatchObject([{ p50Ms: 210 }])
    expect(costOf({ latencyMs: { ...latencyMs, p99: 290 } })).toMatchObject([{ p99Ms: 290 }])
    expect(costOf({ throughputMbps: null })).toMatchObject([{ throughputMbps: null }])
    expect(costOf({ breakdownNs: { ...breakdownNs, cpu: 123_450 } })).toMatchObject([{ cpuUs: 12.35 }])
    expect(costOf({ completed: 0 })).toEqual([{ p50Ms: 200, p99Ms: null, throughputMbps: 200, cpuUs: null }])
  })

  test('the cost of a step of a fix compares workloads by name', () => {
    const [a, b] = [aWorkload({ name: 'a', throughputMbps: 1 }), aWorkload({ name: 'b', throughputMbps: 2 })]
    expect(costsOf([a, b], [b, { ...a, throughputMbps: 3 }])).toMatchObject([
      { workload: 'a', before: { throughputMbps: 1 }, after: { throughputMbps: 3 } },
    ])
  })
})

describe('the paths that stay open', () => {
  const paths = [
    { name: 'logs', kind: 'apiserver-kubelet', letter: 'D', protection: 'tls' },
    { name: 'users', kind: 'user-apiserver', letter: '', protection: 'tls 1.3' },
  ]
  const causes = (...whats: readonly string[]) => ({
    of: () => whats.map((what): Cause => ({ what, from: '', at: null, flag: null, permission: null })),
  })
  const whyOf = (path: string, given = causes()) =>
    openPaths([forbidden('a', { path })], { paths }, given, 7).map(({ why }) => why)
  const END = 'none of 7 changes of flags closes it without breaking what works'

  test('paths that stay open have their protection, with their letter, and the number of changes tried', () => {
    expect(whyOf('logs', causes('a flag'))).toEqual([`path D, tls: ${END}`])
    expect(whyOf('users')).toEqual([`tls 1.3: ${END}`])
    expect(whyOf('other')).toEqual([END])
  })

  test('paths that stay open have each cause once if the apiserver forwards requests', () => {
    expect(whyOf('users', causes('anonymous', 'port', 'anonymous'))).toEqual([`anonymous; port: ${END}`])
  })

  test('paths that stay open have each attacker once, worst forbidden outcomes first', () => {
    const open = [
      { ...forbidden('a', { path: 'users', technique: 'eavesdrop' }), outcomes: ['read'] as const },
      { ...forbidden('b', { technique: 'relay' }), outcomes: ['relayed'] as const },
      { ...forbidden('c', { path: 'users', vantage: 'pod' }), outcomes: ['privilege', 'read'] as const },
      forbidden('d', { path: 'users', technique: 'eavesdrop' }),
    ]
    expect(openPaths(open, { paths }, causes(), 7)).toMatchObject([
      { path: 'users', outcomes: ['privilege', 'read'], attackers: ['inline eavesdrop', 'pod relay'] },
      { path: 'logs', outcomes: ['relayed'], attackers: ['inline relay'] },
    ])
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

  test('changes break no workload if all complete at least as many requests', () => {
    expect([broken({}), broken({ completed: 11 }), broken({ completed: 10, failures: [X509] })]).toEqual([[], [], []])
  })

  test('changes break workloads that complete fewer requests for a new reason', () => {
    const expected = { workload: 'logs', path: 'p', completed: 9, of: 10 }
    expect(broken({ completed: 9, failures: [BUSY, X509] }, { failures: [BUSY] })).toEqual([
      { ...expected, reason: 'certificate refused' },
    ])
    const explained = { ...X509, message: 'x509: unknown authority' }
    expect(broken({ completed: 9, failures: [explained] }, { failures: [X509] })).toEqual([
      { ...expected, reason: 'certificate refused: x509: unknown authority' },
    ])
  })

  test('changes do not break workloads with fewer completions for the same reason, unless none completes', () => {
    expect(broken({ completed: 9, failures: [BUSY] }, { failures: [BUSY] })).toEqual([])
    expect(broken({ completed: 9 })).toEqual([])
    expect(broken({ completed: 0, failures: [BUSY] }, { failures: [BUSY] })).toMatchObject([
      { completed: 0, reason: 'timed out' },
    ])
  })

  test('changes break workloads with more unfinished requests than before', () => {
    expect(broken({ completed: 9, unfinished: 1 })).toMatchObject([{ reason: 'requests get no response' }])
    expect(broken({ completed: 9, unfinished: 1 }, { unfinished: 1 })).toEqual([])
  })

  test('changes break workloads that are gone', () => {
    expect(broken(null)).toMatchObject([{ workload: 'logs', completed: 0, of: 10, reason: 'requests get no response' }])
  })

  test('broken workloads are searched among the given ones only', () => {
    const [base, after] = [
      aResult({ workloads: [aWorkload({ name: 'a' }), aWorkload({ name: 'b' })] }),
      aResult({ workloads: [] }),
    ]
    const namesIn = (only: ReadonlySet<string> | null) =>
      workOf(after, base, only).broken.map(({ workload }) => workload)
    expect([namesIn(null), namesIn(new Set(['b'])), namesIn(new Set())]).toEqual([['a', 'b'], ['b'], []])
  })
})
