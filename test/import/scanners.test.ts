import { describe, expect, test } from 'vitest'
import type { Gain } from '../../src/measure/check.ts'
import { scannerLines } from '../../src/report/check/scanner-lines.ts'
import { imported, manifest } from './lab.ts'

/** Returns what scanners say of a flag: `kube-bench 1.2.5 cis-1.11: PASS`. */
function statements(files: Readonly<Record<string, string>>, flag: string, about: string | null = null) {
  return imported(files)
    .scans.filter((scan) => scan.flag === flag && scan.about === about)
    .map(({ tool, id, benchmark, status }) => `${[tool, id, benchmark].filter(Boolean).join(' ')}: ${status}`)
}

const MODES = '--authorization-mode=Node,RBAC'
const kubeletOn = (line: string) => ({
  'node-1/ps.txt': `root 1 0 0 ? 00:00:01 /usr/bin/kubelet --kubeconfig=/k ${line}\n`,
})

describe('the flag --kubelet-certificate-authority', () => {
  const of = (...flags: string[]) =>
    statements({ 'kube-apiserver.yaml': manifest(MODES, ...flags) }, 'kubelet-certificate-authority')

  test('an empty --kubelet-certificate-authority passes both scanners, although kubelets are not verified', () => {
    expect(of('--kubelet-certificate-authority=')).toEqual([
      'kube-bench 1.2.5 cis-1.11: PASS',
      'kubescape C-0117: PASS',
    ])
  })

  test('--kubelet-certificate-authority passes both scanners if only another text has its name', () => {
    expect(of('--note=about --kubelet-certificate-authority')).toEqual([
      'kube-bench 1.2.5 cis-1.11: PASS',
      'kubescape C-0117: PASS',
    ])
  })

  test('a missing --kubelet-certificate-authority fails both scanners', () => {
    expect(of()).toEqual(['kube-bench 1.2.5 cis-1.11: FAIL', 'kubescape C-0117: FAIL'])
  })

  test('kubescape ignores --kubelet-certificate-authority outside of a pod in kube-system', () => {
    const shell = manifest('x').replace(/ {4}command:[\s\S]*$/, '    command: [sh, -c, "exec kube-apiserver --a=b"]\n')
    expect(
      statements({ 'kube-apiserver.yaml': shell.replace('kube-system', 'other') }, 'kubelet-certificate-authority'),
    ).toEqual(['kube-bench 1.2.5 cis-1.11: FAIL'])
  })
})

describe('the flag --authorization-mode', () => {
  const of = (about: string, ...flags: string[]) =>
    statements({ 'kube-apiserver.yaml': manifest(...flags) }, 'authorization-mode', about)

  test('a missing --authorization-mode is AlwaysAllow, which kubescape passes and kube-bench fails', () => {
    expect(of('AlwaysAllow')).toEqual(['kube-bench 1.2.6 cis-1.11: FAIL', 'kubescape C-0118: PASS'])
  })

  test('kube-bench judges --authorization-mode by its first value if it is repeated, while Kubernetes takes both', () => {
    expect(of('AlwaysAllow', '--authorization-mode=RBAC', '--authorization-mode=AlwaysAllow')).toEqual([
      'kube-bench 1.2.6 cis-1.11: PASS',
      'kubescape C-0118: FAIL',
    ])
  })
})

describe('a kubelet', () => {
  test('a kubelet without --config serves port 10255, which no scanner notices', () => {
    expect(statements(kubeletOn('--v=2'), 'readOnlyPort')).toEqual([
      'kube-bench 4.2.4 cis-1.12: PASS',
      'kubescape C-0175: PASS',
    ])
  })

  test('a read-only port in a kubelet’s file gets WARN from kube-bench, since the check is manual, and FAIL from kubescape', () => {
    const file = { 'node-1/config.yaml': 'kind: KubeletConfiguration\nreadOnlyPort: 10255\n' }
    expect(statements({ ...kubeletOn('--config=/config.yaml'), ...file }, 'readOnlyPort')).toEqual([
      'kube-bench 4.2.4 cis-1.12: WARN',
      'kubescape C-0175: FAIL',
    ])
  })

  test('a kubelet is judged by its flag before its file, as the kubelet does itself', () => {
    const file = {
      'node-1/config.yaml': 'kind: KubeletConfiguration\nauthentication: { anonymous: { enabled: false } }\n',
    }
    expect(
      statements(
        { ...kubeletOn('--config=/config.yaml --anonymous-auth=true'), ...file },
        'authentication.anonymous.enabled',
      ),
    ).toEqual(['kube-bench 4.2.1 cis-1.12: FAIL', 'kubescape C-0172: FAIL'])
  })

  test('a kubelet with a closed read-only port is ignored in favour of another with an open one', () => {
    const { scans } = imported({
      ...kubeletOn('--read-only-port=10255'),
      'node-2/ps.txt': 'root 1 0 0 ? 00:00:01 /usr/bin/kubelet --kubeconfig=/k --read-only-port=0\n',
    })
    const cause = {
      what: 'kubelets serve plain HTTP without authentication at port 10255',
      from: '',
      at: null,
      flag: { program: 'kubelet', name: 'readOnlyPort', about: null },
      permission: null,
    } as const
    const gain: Gain = {
      who: { kind: 'anyone', identity: null },
      findings: [],
      isAssumed: false,
      causes: [cause],
      between: [],
      traffic: [],
    }
    const lines = scannerLines(gain, scans)
    expect(lines).toEqual([
      expect.stringMatching(/^kube-bench 4\.2\.4 \(cis-1\.12\): WARN on node-1 \(/),
      expect.stringMatching(/^kubescape C-0175: FAIL on node-1 \(/),
    ])
  })

  test('a kubelet without a known command line is not judged', () => {
    const file = { 'node-1/config.yaml': 'kind: KubeletConfiguration\nreadOnlyPort: 10255\n' }
    expect(statements(file, 'readOnlyPort')).toEqual([])
  })
})

describe('access to nodes/proxy', () => {
  const rbac = (resources: string, groups = '[""]') => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ops }
rules: [{ apiGroups: ${groups}, resources: ${resources}, verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ops }
roleRef: { kind: ClusterRole, name: ops }
subjects: [{ kind: User, name: bob }]
`
  const of = (resources: string, groups?: string) =>
    statements({ 'kube-apiserver.yaml': manifest(MODES), 'rbac.yaml': rbac(resources, groups) }, 'nodes/proxy')

  test('access to nodes/proxy is a manual check of kube-bench, and is found by kubescape', () => {
    expect(of('[nodes/proxy]')).toEqual(['kube-bench 5.1.10 cis-1.11: WARN', 'kubescape C-0279: FAIL'])
    expect(of('[pods]')).toEqual(['kube-bench 5.1.10 cis-1.11: WARN', 'kubescape C-0279: PASS'])
  })

  test('access to nodes/proxy by */proxy is not found by kubescape', () => {
    expect(of('["*/proxy"]')).toEqual(['kube-bench 5.1.10 cis-1.11: WARN', 'kubescape C-0279: PASS'])
  })
})

describe('the benchmark of kube-bench', () => {
  test.each([
    ['v1.29.3+k3s1', 'k3s-cis-1.9'],
    ['v1.26.3+rke2r1', 'rke2-cis-1.8'],
    ['v1.32.1-eks-a1b2c3', 'eks-1.8.0'],
    ['v1.31.0', 'cis-1.11'],
  ])('the benchmark of kube-bench for version %s is %s', (version, benchmark) => {
    const node = `kind: Node\napiVersion: v1\nmetadata: { name: node-1 }\nstatus: { nodeInfo: { kubeletVersion: ${version} } }\n`
    const { scans } = imported({ 'nodes.yaml': node, ...kubeletOn('--anonymous-auth=false') })
    expect(new Set(scans.flatMap((scan) => scan.benchmark ?? []))).toEqual(new Set([benchmark]))
  })
})
