import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

const EXAMPLE = fileURLToPath(new URL('../../examples/import/kubeadm', import.meta.url))

test('a fix of everything in the example kubeadm is written, and the written files hold what it says', async () => {
  const folder = join(aFolder({}), 'kubeadm')
  cpSync(EXAMPLE, folder, { recursive: true })
  const { out } = await invoke(['check', folder, '--fix', '--write', '--json'], { simulate })
  const { fix } = JSON.parse(out).checks[0]
  const { findings, closed, minimality, verification } = fix
  expect({ findings, closed, minimality, verification }).toEqual({
    findings: 53,
    closed: 5,
    minimality: 'no-part',
    verification: {
      by: 'import',
      holds: true,
      passed: false,
      problems: [],
      byHand: 0,
      unseen: [],
      failing: [],
      written: true,
    },
  })
  expect(fix.steps.map(({ change }: { change: string }) => change)).toEqual([
    'install an approver for the requests of kubelets for serving certificates (signer kubernetes.io/kubelet-serving)',
    'kubelets: serverTLSBootstrap: true, and a restart: each requests a certificate with its host name and addresses as SAN',
    'kube-apiserver: --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt',
  ])
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  expect(read('cp-1/etc/kubernetes/manifests/kube-apiserver.yaml')).toContain(
    '    - --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt\n',
  )
  expect(read('node-1/var/lib/kubelet/config.yaml')).toContain('serverTLSBootstrap: true\n')
  const again = await invoke(['check', folder, '--path', 'logs', '--technique', 'impersonate-server', '--json'], {
    simulate,
  })
  expect([again.code, JSON.parse(again.out).checks[0].findings]).toEqual([0, []])
}, 600_000)
