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
  test('says who can do what and why, with the file and line, and why the PASS of scanners is not enough', async () => {
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

  test('passes on this path where kubelets are verified and have certificates of the CA', async () => {
    const apiserver = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=/ca.crt')
    const kubelet = `${KUBELET}serverTLSBootstrap: true\n`
    const { code, out } = await check({ 'kube-apiserver.yaml': apiserver, 'config.yaml': kubelet }, ...ON_LOGS)
    expect(code).toBe(0)
    expect(out).toContain('PASSED')
  })

  test('names the options of an import in the command that repeats a finding', async () => {
    const files = { 'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC') }
    const { out } = await check(files, '--kubernetes', '1.30', '--network', 'public', ...ON_LOGS)
    expect(out).toMatch(/repeat: npx onpath check cluster .*--network public --kubernetes 1\.30/)
  })

  test('of scenarios only refuses options of an import', async () => {
    const { code, err } = await invoke(['check', '-', '--network', 'public'], { stdin: 'version: 1\n', simulate })
    expect([code, err]).toEqual([2, expect.stringContaining('about files of a real cluster')])
  })
})
