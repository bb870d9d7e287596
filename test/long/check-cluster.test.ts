import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { manifest } from '../import/lab.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

const KUBELET =
  'kind: KubeletConfiguration\nauthentication: { anonymous: { enabled: false } }\nauthorization: { mode: Webhook }\n'

/** Checks the files of a cluster in a folder. */
async function check(files: Readonly<Record<string, string>>, ...more: string[]) {
  const folder = aFolder(files)
  const { code, out, err } = await invoke(['check', folder, ...more], { simulate })
  return { code, out: out.replaceAll(folder, 'cluster').replace(/\s+/g, ' '), err }
}

const ON_LOGS = ['--path', 'logs', '--technique', 'impersonate-server', '--vantage', 'inline']

describe('check of the files of a cluster', () => {
  test('check of cluster files says who can do what and why, with file and line, and why a scanner’s PASS is not enough', async () => {
    const apiserver = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=')
    const { code, out } = await check({ 'kube-apiserver.yaml': apiserver, 'config.yaml': KUBELET }, ...ON_LOGS)
    expect(code).toBe(4)
    expect(out).toContain(
      '1. Whoever can intercept traffic between the control plane and node-1, node-2 and node-3 can read logs, exec sessions and forwarded ports, and forge logs, output of commands and forwarded ports: the apiserver does not verify kubelet certificates, cluster/kube-apiserver.yaml:14',
    )
    expect(out).toContain(
      'kube-bench 1.2.5 (cis-1.11): PASS, which is not enough: it asks whether the text --kubelet-certificate-authority occurs, whatever its value',
    )
    expect(out).toContain('kubescape C-0117: PASS, which is not enough')
  })

  test('check of two files is not known on this path if kubelets are verified, and passes where the policy allows what the other files would say', async () => {
    const apiserver = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=/ca.crt')
    const kubelet = `${KUBELET}serverTLSBootstrap: true\n`
    const files = { 'kube-apiserver.yaml': apiserver, 'config.yaml': kubelet }
    const strict = await check(files, ...ON_LOGS)
    expect(strict.code).toBe(8)
    expect(strict.out).toContain('NOT KNOWN')
    const allowed = ['--policy', 'nothing-of-others', '--policy', 'unknown: allow nodes, rights, serving-certificates']
    const { code, out } = await check(files, ...ON_LOGS, ...allowed)
    expect(code).toBe(0)
    expect(out).toContain('PASSED')
  })

  test('check of cluster files repeats the import options in the command for a finding', async () => {
    const files = { 'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC') }
    const { out } = await check(files, '--kubernetes', '1.30', '--network', 'public', ...ON_LOGS)
    expect(out).toMatch(/repeat: npx onpath check cluster .*--network public --kubernetes 1\.30/)
  })

  test('check of scenarios refuses import options', async () => {
    const { code, err } = await invoke(['check', '-', '--network', 'public'], { stdin: 'version: 1\n', simulate })
    expect([code, err]).toEqual([2, expect.stringContaining('about files of a real cluster')])
  })

  test.each([
    [[], 'Whoever can intercept traffic between the control plane and'],
    [['--network', 'public'], 'traffic between the control plane and'],
    [['--network', 'shared'], 'Whoever has a host on the Ethernet segment of the control plane and node-1'],
    [['--network', 'private'], 'NOT KNOWN: no attacker got what the policy forbids'],
  ])('check of cluster files has attackers on the network as %s says', async (network, says) => {
    const files = { 'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'), 'config.yaml': KUBELET }
    const { out } = await check(files, ...network, '--path', 'logs', '--technique', 'spoof-arp', 'impersonate-server')
    expect(out).toContain(says)
  })

  test('check of cluster files writes SARIF that points to the line of the manifest, with CIS, ATT&CK and CWE', async () => {
    const apiserver = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=')
    const folder = aFolder({ 'cluster/kube-apiserver.yaml': apiserver, 'cluster/config.yaml': KUBELET })
    const sarif = join(folder, 'out.sarif')
    await invoke(['check', join(folder, 'cluster'), '--sarif', sarif, ...ON_LOGS], { simulate })
    const [{ results, tool }] = JSON.parse(readFileSync(sarif, 'utf8')).runs
    const [{ physicalLocation }] = results[0].locations
    expect(physicalLocation.artifactLocation.uri).toMatch(/\/cluster\/kube-apiserver\.yaml$/)
    expect(physicalLocation.region.startLine).toBe(14)
    const { cis, attack, cwe } = tool.driver.rules[0].properties
    expect([cis[0].id, cis[0].benchmark, attack, cwe]).toEqual(['1.2.5', 'cis-1.11', ['T1557'], ['CWE-295']])
  })

  test('check of cluster files says which results of kube-bench matter on these paths, and which do not', async () => {
    const apiserver = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=')
    const results = [
      { test_number: '1.2.5', status: 'PASS' },
      { test_number: '1.2.7', status: 'PASS' },
      { test_number: '1.2.1', status: 'WARN' },
      { test_number: '1.1.1', status: 'FAIL' },
    ]
    const report = { Controls: [{ version: 'cis-1.11', tests: [{ results }] }] }
    const path = join(aFolder({ 'kube-bench.json': JSON.stringify(report) }), 'kube-bench.json')
    const { out } = await check(
      { 'kube-apiserver.yaml': apiserver, 'config.yaml': KUBELET },
      ...[...ON_LOGS, '--kube-bench', path],
    )
    expect(out).toContain('PASS 1.2.5 (cis-1.11, line 1) kubelet-certificate-authority: not enough, see gain 1')
    expect(out).toContain('PASS 1.2.7 (cis-1.11, line 1) authorization-mode (Node): no attack contradicts it')
    expect(out).toContain('WARN 1.2.1 (cis-1.11, line 1) anonymous-auth: no attacker gains anything by it here')
    expect(out).toContain('1 FAIL: about nothing on these paths')
  })
})
