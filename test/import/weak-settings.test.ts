import { describe, expect, test } from 'vitest'
import { realNamesIn } from '../../src/import/imported-from.ts'
import type { Tried } from '../../src/measure/check.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { Causes } from '../../src/study/check/causes.ts'
import { readCheck } from '../../src/study/check/read-check.ts'
import { Settings } from '../../src/study/check/weak-settings.ts'
import { imported, manifest } from './lab.ts'

function weakIn(text: string) {
  const loaded = loadScenario({ text, file: 'cluster.yaml' })
  if (!loaded.ok) throw new Error('the scenario is invalid')
  return new Settings(loaded.scenario.blueprint, loaded.printable)
    .weakSettings()
    .map(({ path, what, from }) => `${path}: ${what} (${from})`)
}

const KUBELET = 'kind: KubeletConfiguration\nreadOnlyPort: 10255\n'

describe('settings that leave the path to kubelets open', () => {
  test('weak settings of kubelet paths have the file and line of the real cluster in an imported scenario', () => {
    const { text } = imported({
      'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority='),
      'config.yaml': KUBELET,
    })
    expect(weakIn(text)).toEqual([
      'logs: the apiserver does not verify kubelet certificates (kube-apiserver.yaml:14)',
      'logs: kubelets serve plain HTTP without authentication at port 10255 (config.yaml:2)',
    ])
  })

  test('weak settings of kubelet paths have the line of the scenario in another scenario, whatever its comments say', () => {
    const text =
      'version: 1\ncluster:\n  preset: kubeadm-default\n  kubelet: { config: { readOnlyPort: 10255 } } # x.yaml:1\n'
    expect(weakIn(text)).toEqual([
      'logs: the apiserver does not verify kubelet certificates (a default: kubelet-certificate-authority is not set)',
      'logs: kubelets serve plain HTTP without authentication at port 10255 (cluster.yaml:4)',
    ])
  })

  test('there are no weak settings if kubelets are verified, authenticate and authorize', () => {
    const { text } = imported({
      'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=/ca.crt'),
      'config.yaml': 'kind: KubeletConfiguration\nserverTLSBootstrap: true\n',
    })
    expect(weakIn(text)).toEqual([])
  })
})

test('two rules of one role that allow the same are one cause, with the lines of both', () => {
  const { text } = imported({
    'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'),
    'rbac.yaml': `kind: ClusterRole
apiVersion: rbac.authorization.k8s.io/v1
metadata: { name: ops }
rules:
- { apiGroups: [""], resources: [nodes, nodes/proxy], verbs: [get] }
- { apiGroups: [""], resources: [nodes/proxy], verbs: ["*"] }
---
kind: ClusterRoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: { name: ops }
roleRef: { kind: ClusterRole, name: ops }
subjects: [{ kind: ServiceAccount, namespace: mon, name: agent }]
`,
  })
  const loaded = loadScenario({ text, file: 'cluster.yaml' })
  if (!loaded.ok) throw new Error('the scenario is invalid')
  const request = { by: 'system:serviceaccount:mon:agent', verb: 'get', resource: 'nodes/proxy', status: 200 }
  const verdict = { technique: 'direct-request', requests: [request], exposure: { messages: 0 } }
  const causes = new Causes(loaded.scenario.blueprint, loaded.printable).of({
    path: 'logs',
    verdict: verdict as unknown as Tried['verdict'],
  })
  expect(causes.flatMap(({ permission, what }) => (permission === null ? [] : what))).toEqual([
    'ClusterRoleBinding ops binds ClusterRole ops (rules at rbac.yaml:5 and rbac.yaml:6)',
  ])
})

describe('a path that is not modelled', () => {
  test('a path that is not modelled is left out with its workloads, and named with the reason', () => {
    const { text } = imported({
      'journal.txt':
        'Nov 27 10:00:00 s k3s[1]: msg="Running kube-apiserver --authorization-mode=Node,RBAC --kubelet-certificate-authority=/var/lib/rancher/k3s/server-ca.crt"\n',
    })
    const loaded = loadScenario({ text, file: 'cluster.yaml' })
    if (!loaded.ok) throw new Error('the scenario is invalid')
    const { blueprint } = loaded.scenario
    expect(loaded.unmodelled.map(({ path }) => path)).toEqual(['logs', 'node-proxy'])
    expect(blueprint.paths.filter(({ kind }) => kind === 'apiserver-kubelet')).toEqual([])
    expect(loaded.warnings.map(({ code }) => code)).toEqual(['not-modelled-yet', 'not-modelled-yet'])
  })

  test('a path that is not modelled is named with the settings that leave kubelet ports open', () => {
    const { text } = imported({
      'journal.txt':
        'Nov 27 10:00:00 s k3s[1]: msg="Running kube-apiserver --authorization-mode=Node,RBAC"\nNov 27 10:00:01 s k3s[1]: msg="Running kubelet --anonymous-auth=false --authorization-mode=Webhook --read-only-port=10255"\n',
    })
    const scope = {
      attacks: [],
      areNamed: false,
      isMatrix: true,
      paths: ['components'],
      places: [],
      vantages: [],
      techniques: [],
    }
    const read = readCheck({ text, file: 'cluster.yaml' }, {}, scope)
    const { path, reason } = read.ok ? read.plan.matrix.unmodelled[0] : { path: '', reason: '' }
    expect(path).toBe('logs')
    expect(reason).toContain('but set: kubelets serve plain HTTP without authentication at port 10255, journal.txt:2')
  })

  test('a path with egress-selector-mode: disabled is modelled, since the apiserver dials kubelets itself', () => {
    const { scenario } = imported({
      'journal.txt': 'Nov 27 10:00:00 s k3s[1]: msg="Running kube-apiserver --authorization-mode=Node,RBAC"\n',
      'etc/rancher/k3s/config.yaml': 'egress-selector-mode: disabled\n',
    })
    expect(scenario.paths.logs).toEqual({ kind: 'apiserver-kubelet' })
  })
})

test('check reads the names of the cluster from the head of an imported scenario', () => {
  const binding = (kind: string, name: string) =>
    `kind: ClusterRoleBinding\nmetadata: { name: ${kind} }\nroleRef: { kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: ${kind}, name: "${name}", namespace: ci }]\n`
  const { text } = imported({
    'm.yaml': manifest('--authorization-mode=Node,RBAC'),
    'nodes.yaml': 'kind: Node\nmetadata: { name: node-3.corp }\n---\nkind: Node\nmetadata: { name: node-4 }\n',
    'rbac.yaml': [binding('User', 'jo@corp'), binding('Group', 'ops\\n# x is y'), binding('ServiceAccount', 'ci')].join(
      '---\n',
    ),
  })
  const loaded = loadScenario({ text, file: 'cluster.yaml' })
  if (!loaded.ok) throw new Error('the scenario is invalid')
  expect(Object.entries(realNamesIn(loaded))).toEqual([
    ['node-3-corp', { kind: 'Node', name: 'node-3.corp' }],
    ['kubectl-user', { kind: 'assumed', name: 'kubectl-user' }],
    ['jo-corp', { kind: 'User', name: 'jo@corp' }],
    ['member-of-ops-x-is-y', { kind: 'Group', name: 'ops␊# x is y' }],
    ['ci-ci-1', { kind: 'Pod', name: 'ci/ci' }],
    ['web-1', { kind: 'assumed', name: 'web-1' }],
    ['web-2', { kind: 'assumed', name: 'web-2' }],
  ])
})
