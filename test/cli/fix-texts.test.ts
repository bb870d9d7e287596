import { describe, expect, test } from 'vitest'
import { workOf } from '../../src/cli/fix/bench.ts'
import { changeName, changeText } from '../../src/cli/fix/change-text.ts'
import { kubeletCertificateAuthority } from '../../src/cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { readOnlyPort } from '../../src/cluster/flags/kubelet/read-only-port.ts'
import { serverTlsBootstrap } from '../../src/cluster/flags/kubelet/server-tls-bootstrap.ts'
import type { FailureResult, WorkloadResult } from '../../src/measure/result.ts'
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
