import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { candidatesFor } from '../../src/study/fix/candidates.ts'
import { setUpOf } from '../../src/study/fix/cluster-set-up.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

/** Two nodes whose kubelets nothing verifies, and requests for logs alone. */
const UNVERIFIED = `# my cluster
version: 1
kubernetes: "1.30"
cluster:
  nodes: 2 # small
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
  kubelet:
    config:
      authentication: { anonymous: { enabled: false } }
      # kubelets ask the apiserver
      authorization: { mode: Webhook }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, kind: logs, response: 1000B, requests: 4 } }
`
const ON_THE_LINK = ['--place', 'the link that it crosses', '--technique', 'impersonate-server']

async function fix(argument: string, ...more: string[]) {
  const { code, out } = await invoke(['check', argument, '--fix', '--json', ...ON_THE_LINK, ...more], { simulate })
  return { code, ...JSON.parse(out).checks[0].fix }
}

const namesOf = (steps: readonly { flag: string | null; change: string }[]) =>
  steps.map(({ flag, change }) => flag ?? change.split(' ').slice(0, 3).join(' '))

// Each of these simulates several hundred times.
describe('check --fix', { timeout: 240_000 }, () => {
  test('check --fix writes an approver, certificate requests and the CA, each needed and in this order, and then passes', async () => {
    const folder = aFolder({ 'a.yaml': UNVERIFIED })
    const { code, steps, wrongOrders, verification } = await fix(join(folder, 'a.yaml'), '--write')
    expect(namesOf(steps)).toEqual(['install an approver', 'serverTLSBootstrap', 'kubelet-certificate-authority'])
    for (const { without } of steps) expect(without.findings + without.broken.length).toBeGreaterThan(0)
    const orders = wrongOrders.map((one: { first: string; before: string; broken: readonly { reason: string }[] }) => [
      one.first,
      one.before,
      /x509|tls/.exec(one.broken[0].reason)?.[0],
    ])
    expect(orders).toEqual([
      ['serverTLSBootstrap', 'the approver', 'tls'],
      ['--kubelet-certificate-authority', 'serverTLSBootstrap', 'x509'],
    ])
    expect([code, verification]).toEqual([
      0,
      { by: 'scenario', holds: true, passed: true, problems: [], byHand: 0, unseen: [], failing: [], written: true },
    ])
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe(
      UNVERIFIED.replace('{ flags: { auth', '{ flags: { kubelet-certificate-authority: cluster-ca, auth').replace(
        '{ mode: Webhook }\n',
        '{ mode: Webhook }\n      serverTLSBootstrap: true\n    server-certificate: issued\n',
      ),
    )
  })

  test('check --fix changes nothing if the policy is met', async () => {
    const folder = aFolder({
      'a.yaml': UNVERIFIED.replace('kubernetes: "1.30"', 'kubernetes: "1.30"\npolicy: never credential'),
    })
    const { findings, steps, patches } = await fix(join(folder, 'a.yaml'))
    expect([findings, steps, patches]).toEqual([0, [], []])
  })

  test('check --fix says that no flag secures the plain HTTP of the apiserver’s proxy', async () => {
    const plain = UNVERIFIED.replace(
      'logs: { kind: apiserver-kubelet',
      'logs: { kind: apiserver-node, port: 9100',
    ).replace('kind: logs, ', 'kind: proxy-get, ')
    const folder = aFolder({ 'a.yaml': plain })
    const { steps, open, closed } = await fix(join(folder, 'a.yaml'))
    expect([steps, closed]).toEqual([[], 0])
    expect(open.map(({ why }: { readonly why: string }) => why)).toContainEqual(
      expect.stringContaining('path G, http: none of'),
    )
  })

  test('check --fix offers no flag that the release lacks, and no other change than needed', () => {
    const loaded = loadScenario({ file: 'a.yaml', text: UNVERIFIED.replace('1.30', '1.37') })
    const setUp = loaded.ok ? setUpOf(loaded) : null
    const names = candidatesFor(setUp!).flatMap((one) => (one.kind === 'flag' ? [one.flag.name] : [one.kind]))
    expect(names).toContain('kubelet-certificate-authority')
    for (const name of ['enable-kubelet-cert-cn-validation', 'egress-selector-config-file', 'ssh-user', 'certificates'])
      expect(names).not.toContain(name)
  })

  test('check --fix distributes certificates if kubelets cannot request them', async () => {
    const old = UNVERIFIED.replace('"1.30"', '"1.11"')
    const folder = aFolder({ 'a.yaml': old })
    const { steps } = await fix(join(folder, 'a.yaml'))
    expect(namesOf(steps)).toEqual(['give every kubelet', 'kubelet-certificate-authority'])
  })

  test('check --write needs --fix and a file', async () => {
    const without = await invoke(['check', 'a.yaml', '--write'], { simulate })
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('--write needs --fix')])
    const piped = await invoke(['check', '-', '--fix', '--write', ...ON_THE_LINK], { simulate, stdin: UNVERIFIED })
    expect([piped.code, piped.err]).toEqual([2, expect.stringContaining('cannot change standard input')])
  })
})
