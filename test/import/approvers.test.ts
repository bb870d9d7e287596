import { describe, expect, test } from 'vitest'
import { imported, manifest } from './lab.ts'

const files = {
  'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
    '--client-ca-file=/ca.crt',
    '--kubelet-certificate-authority=/ca.crt',
    '--kubelet-client-certificate=/c.crt',
  ),
  'node-1/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\nserverTLSBootstrap: true\n',
}
const importedWith = (text: string, more: Readonly<Record<string, string>> = {}) => {
  const { scenario, text: own, report } = imported({ ...files, 'objects.yaml': text, ...more })
  return { certificate: scenario.cluster.kubelet['server-certificate'], text: own, report }
}

interface Request {
  readonly user?: string
  readonly usages?: string
  readonly conditions?: string
}

const request = ({
  user = 'system:node:node-1',
  usages = 'digital signature, server auth',
  conditions = 'Approved',
}: Request = {}) =>
  `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: csr-${user.length} }\nspec: { signerName: kubernetes.io/kubelet-serving, username: "${user}", usages: [${usages}] }\nstatus: { certificate: AAAA, conditions: [${conditions
    .split(',')
    .map((type) => `{ type: ${type} }`)
    .join(', ')}] }\n`

describe('the request of a kubelet for a serving certificate', () => {
  test('an approved request gives a kubelet a serving certificate, and a waiting or refused one does not', () => {
    expect(importedWith(request()).certificate).toBe('issued')
    expect(importedWith(request({ conditions: 'Pending' })).certificate).toBe('self-signed')
    expect(importedWith(request({ conditions: 'Approved,Failed' })).certificate).toBe('self-signed')
    expect(importedWith(request({ conditions: 'Denied' })).certificate).toBe('self-signed')
  })

  test.each([{ user: 'alice' }, { user: 'system:serviceaccount:kube-system:node-1' }, { usages: 'client auth' }])(
    'a request of %o is not one for a serving certificate, and approves nothing',
    (other) => {
      const { report, text } = importedWith(request(other))
      expect(text).toBe(importedWith('kind: Role\n').text)
      expect(report).toContain("that is no kubelet's, by its user or its usages")
      expect(importedWith(`${request(other)}---\n${request({ conditions: 'Pending' })}`).certificate).toBe(
        'self-signed',
      )
    },
  )

  test('a node’s request for a certificate says nothing about another node’s', () => {
    const other = { 'node-2/var/lib/kubelet/config.yaml': files['node-1/var/lib/kubelet/config.yaml'] }
    const both = `${request({ conditions: 'Pending' })}---\n${request({ user: 'system:node:node-2' })}`
    const { scenario } = imported({ ...files, ...other, 'csr.yaml': both })
    const pools = Object.values<{ names: readonly string[]; kubelet?: Readonly<Record<string, string>> }>(
      scenario.cluster.nodes,
    )
    const certificates = pools.map(({ names, kubelet }) => [
      names,
      kubelet?.['server-certificate'] ?? scenario.cluster.kubelet['server-certificate'],
    ])
    expect(certificates).toEqual([
      [['node-1'], 'self-signed'],
      [['node-2'], 'issued'],
    ])
  })
})

describe('an approver', () => {
  const approver = (kind: string, more: string) =>
    `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: kubelet-csr-approver, namespace: kube-system }\nspec:\n  ${more}\n  template: { spec: { containers: [{ name: a, image: ghcr.io/postfinance/kubelet-csr-approver:v1.2.10 }] } }\n`

  test('an imported approver approves requests, which is then no assumption', () => {
    expect(importedWith(approver('Deployment', 'replicas: 2')).text).toContain(
      'server-certificate: issued # objects.yaml:',
    )
    expect(importedWith(approver('DaemonSet', 'x: 1')).text).toContain('server-certificate: issued # objects.yaml:')
  })

  test.each([
    ['without replicas', approver('Deployment', 'replicas: 0')],
    [
      'of which no pod is ready',
      `${approver('Deployment', 'replicas: 2')}status: { observedGeneration: 3, replicas: 2, unavailableReplicas: 2 }\n`,
    ],
    [
      'that runs on no node',
      `${approver('DaemonSet', 'x: 1')}status: { observedGeneration: 3, desiredNumberScheduled: 0, numberReady: 0 }\n`,
    ],
    [
      'whose pod has ended',
      'kind: Pod\nmetadata: { name: csr-approver }\nspec: { containers: [{ image: x/csr-approver:1 }] }\nstatus: { phase: Failed }\n',
    ],
  ])('approver %s approves nothing: requests stay pending, and the report says so', (_, text) => {
    const { certificate, report } = importedWith(`${text}---\n${request({ conditions: 'Pending' })}`)
    expect(certificate).toBe('self-signed')
    expect(importedWith(text).certificate).toBe('self-signed')
    expect(report).toContain('it approves no requests of kubelets for serving certificates')
  })
})
