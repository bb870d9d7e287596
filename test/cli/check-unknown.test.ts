import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import type { CheckResult } from '../../src/measure/check.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })
const K3S = fileURLToPath(new URL('../../examples/import/k3s', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'onpath-'))

afterAll(() => rmSync(folder, { recursive: true }))

async function checked(...words: readonly string[]): Promise<{ readonly code: number; readonly result: CheckResult }> {
  const { code, out } = await invoke(['check', ...words, '--json'], { simulate })
  return { code, result: JSON.parse(out).checks[0] }
}

const statuses = ({ unknown = [] }: CheckResult) => unknown.map(({ cause, status }) => [cause, status])

/** A host that a plaintext path reaches, with entries of `unknown`, `policy` and `accept`. */
async function ofScenario(rest: string): Promise<{ readonly code: number; readonly result: CheckResult }> {
  const file = join(folder, 'scenario.yaml')
  const scenario = `version: 1
hosts: { a: {}, b: {} }
links: { wire: { between: [a, b], delay: 1ms, rate: 1Gbps } }
paths: { p: { kind: custom, from: a, to: b } }
workloads: { w: { path: p, requests: 1 } }
`
  writeFileSync(file, scenario + rest)
  const { code, out, err } = await invoke(['check', file, '--json'], { simulate })
  if (out === '') throw new Error(err)
  return { code, result: JSON.parse(out).checks[0] }
}

describe('a check of a scenario with an entry of unknown', () => {
  test('is not known, with exit code 8, when no attacker gets anything', async () => {
    const { code, result } = await ofScenario('unknown: { rights: who may do what }\npolicy: never credential\n')
    expect([code, result.answer, result.passed]).toEqual([8, 'not known', false])
    expect(statuses(result)).toEqual([['rights', 'open']])
  })

  test('passes when the policy allows its cause', async () => {
    const { code, result } = await ofScenario(
      'unknown: { rights: who may do what }\npolicy: [never credential, { unknown: allow rights }]\n',
    )
    expect([code, result.answer]).toEqual([0, 'passed'])
    expect(statuses(result)).toEqual([['rights', 'allowed']])
  })

  test('is not known when the policy allows another cause', async () => {
    const { code } = await ofScenario(
      'unknown: { rights: who may do what }\npolicy: [never credential, "unknown: allow nodes, kubelets"]\n',
    )
    expect(code).toBe(8)
  })

  test('passes while an acceptance holds, and no longer after its last day', async () => {
    const accept = (until: string) =>
      `unknown: { rights: who may do what }\npolicy: never credential\naccept: [{ unknown: rights, reason: audited, until: ${until} }]\n`
    expect((await ofScenario(accept('9999-01-01'))).code).toBe(0)
    const { code, result } = await ofScenario(accept('2020-01-01'))
    expect(code).toBe(8)
    expect(result.unknown?.[0].acceptance?.untilDate).toBe('2020-01-01')
  })

  test('fails, with exit code 4, when an attacker gets something too', async () => {
    const { code, result } = await ofScenario('unknown: { rights: who may do what }\npolicy: never read\n')
    expect([code, result.answer]).toEqual([4, 'failed'])
  })

  test('a cause that does not exist is a problem with its line and a suggestion', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(
      file,
      `${readFileSync(join(folder, 'scenario.yaml'), 'utf8')}`.replace(/unknown:.*/s, 'unknown: { right: x }\n'),
    )
    const { code, err } = await invoke(['check', file], { simulate })
    expect(code).toBe(3)
    expect(err).toMatch(/wrong\.yaml:6:\d+.*there is no cause right/)
    expect(err).toContain('did you mean rights?')
  })
})

describe('a check of the files of a k3s cluster', () => {
  test('is not known, names the tunnels and the missing rights, and says what settles them', async () => {
    const { code, out } = await invoke(['check', K3S], { simulate })
    expect(code).toBe(8)
    expect(out.split('\n').filter((line) => line.startsWith('not known:')).length).toBe(2)
    expect(out.replace(/\s+/g, ' ')).toContain(
      'add `kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o yaml`',
    )
    expect(out).toContain('[remotedialer]')
  }, 60_000)

  test('passes when the policy allows the causes', async () => {
    const { code, result } = await checked(
      K3S,
      '--policy',
      'nothing-of-others',
      '--policy',
      'unknown: allow remotedialer, rights',
    )
    expect([code, result.answer]).toEqual([0, 'passed'])
  }, 60_000)

  test('asks about etcd when its addresses are http ones of another host, and not when they are on the same host', async () => {
    const etcd = (address: string) => {
      const copy = join(folder, address)
      cpSync(K3S, copy, { recursive: true })
      const journal = join(copy, 'server-1/journal.txt')
      const text = readFileSync(journal, 'utf8')
      expect(text).toContain('--etcd-servers=')
      writeFileSync(journal, text.replace(/--etcd-servers=[^\s"]+/g, `--etcd-servers=http://${address}:2379`))
      return copy
    }
    const causes = async (address: string) => statuses((await checked(etcd(address))).result).map(([cause]) => cause)
    expect(await causes('10.0.0.9')).toContain('etcd-without-tls')
    expect(await causes('127.0.0.1')).not.toContain('etcd-without-tls')
  }, 120_000)
})
