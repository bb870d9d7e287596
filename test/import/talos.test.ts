import { describe, expect, test } from 'vitest'
import { commentOn, imported } from './lab.ts'

test('extra arguments of Talos add to authorizers and plugins, and replace other flags; patches are read too', () => {
  const { flags } = imported({
    'controlplane.yaml': `version: v1alpha1
machine: { type: controlplane }
cluster:
  apiServer:
    image: registry.k8s.io/kube-apiserver:v1.31.1
    extraArgs: { authorization-mode: AlwaysAllow, enable-admission-plugins: DenyServiceExternalIPs }
`,
    'patch.yaml': 'cluster:\n  apiServer:\n    extraArgs:\n      anonymous-auth: "true"\n',
  }).scenario.cluster.apiserver
  expect([flags['authorization-mode'], flags['enable-admission-plugins'], flags['anonymous-auth']]).toEqual([
    ['Node', 'RBAC', 'AlwaysAllow'],
    ['NodeRestriction', 'DenyServiceExternalIPs'],
    true,
  ])
})

describe('machine configurations of Talos', () => {
  const of = (type: string, rest: string) => `version: v1alpha1\nmachine:\n  type: ${type}\n${rest}`
  const kubelet = (port: number) => `  kubelet:\n    extraConfig:\n      readOnlyPort: ${port}\n`
  const apiserver = (name: string, value: string) =>
    `cluster:\n  apiServer:\n    extraArgs:\n      ${name}: ${JSON.stringify(value)}\n`

  test('a Talos worker configuration sets nothing of the apiserver, and a control plane’s nothing of worker kubelets', () => {
    const { cluster } = imported({
      'controlplane.yaml': of('controlplane', kubelet(10255)),
      'worker.yaml': of('worker', `${kubelet(0)}${apiserver('anonymous-auth', 'true')}`),
    }).scenario
    expect([cluster.kubelet.config.readOnlyPort, cluster.apiserver.flags['anonymous-auth']]).toEqual([0, false])
  })

  test('a Talos configuration is overridden by its patches, also those of RFC 6902, whatever the files are called', () => {
    const { scenario, text } = imported({
      'a-patch.yaml':
        '- op: add\n  path: /cluster/apiServer/extraArgs\n  value:\n    anonymous-auth: "true"\n- op: replace\n  path: /machine/kubelet/extraConfig/readOnlyPort\n  value: 10255\n',
      'worker.yaml': of('worker', kubelet(0)),
      'z.yaml': of('controlplane', apiserver('anonymous-auth', 'false')),
    })
    expect(scenario.cluster.apiserver.flags['anonymous-auth']).toBe(true)
    expect(commentOn(text, 'anonymous-auth')).toBe('a-patch.yaml:4')
    expect(commentOn(text, 'readOnlyPort: 10255')).toBe('a-patch.yaml:7')
  })

  test('a Talos configuration cannot set fields and arguments reserved by Talos, and adds no duplicates', () => {
    const { scenario, report } = imported({
      'controlplane.yaml': of('controlplane', apiserver('authorization-mode', 'Node,RBAC')),
      'patch.yaml': 'cluster:\n  apiServer:\n    extraArgs:\n      kubelet-client-certificate: ""\n',
      'worker.yaml': of(
        'worker',
        '  kubelet:\n    extraConfig:\n      authentication: { anonymous: { enabled: true } }\n      readOnlyPort: 10255\n',
      ),
    })
    const { apiserver: own, kubelet: ofNodes } = scenario.cluster
    expect(own.flags['authorization-mode']).toEqual(['Node', 'RBAC'])
    expect(own.flags).not.toHaveProperty('kubelet-client-certificate')
    expect(ofNodes.config).toMatchObject({ authentication: { anonymous: { enabled: false } }, readOnlyPort: 10255 })
    expect(report).toContain('worker.yaml:6: machine.kubelet.extraConfig.authentication, which Talos sets itself')
    expect(report).toContain('--kubelet-client-certificate among the extra arguments of kube-apiserver')
    expect(report).not.toContain('more than once')
  })

  test('a Talos configuration has a flag for each item of a list among extra arguments', () => {
    const { flags } = imported({
      'controlplane.yaml': `version: v1alpha1
machine: { type: controlplane }
cluster:
  apiServer:
    extraArgs:
      authorization-mode:
        - RBAC
        - AlwaysAllow
`,
    }).scenario.cluster.apiserver
    expect(flags['authorization-mode']).toEqual(['Node', 'RBAC', 'AlwaysAllow'])
  })

  test('the firewall of a Talos configuration is reported as not modelled', () => {
    const { report } = imported({
      'w.yaml': `${of('worker', '')}---\napiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: kubelet\nportSelector: { ports: [10250], protocol: tcp }\n`,
    })
    expect(report).toContain('w.yaml:5: the firewall of Talos (NetworkRuleConfig)')
  })

  test('a Talos configuration is read as talosctl prints it, with KubeSpan and kube-proxy if set', () => {
    const { report } = imported({
      'mc.yaml': `metadata:\n  type: MachineConfigs.config.talos.dev\nspec: |\n  version: v1alpha1\n  machine:\n    network:\n      kubespan:\n        enabled: true\n  cluster:\n    proxy:\n      disabled: true\n`,
    })
    expect(report).toContain('mc.yaml:8: KubeSpan encrypts')
    expect(report).toContain('mc.yaml:11: kube-proxy is off')
  })
})
