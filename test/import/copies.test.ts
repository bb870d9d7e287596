import { describe, expect, test } from 'vitest'
import { isCopy } from '../../src/import/copies.ts'
import { imported, manifest } from './lab.ts'

const apiserver = { 'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC') }
const config = (port: number) =>
  `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: ${port}\n`
const kubeletIn = (files: Readonly<Record<string, string>>) => {
  const { scenario, report } = imported({ ...apiserver, ...files })
  return { kubelet: scenario.cluster.kubelet, report }
}

test.each([
  'etc/default/kubelet.bak',
  'etc/default/kubelet.dpkg-old',
  'etc/sysconfig/kubelet.rpmsave',
  'var/lib/kubelet/config.yaml~',
  'var/lib/kubelet/config.yaml.bak.20260301',
  'var/lib/kubelet/config.yaml.2026-03-01',
  'var/lib/kubelet/config-old.yaml',
  'etc/kubernetes/tmp/kubeadm-kubelet-config1234/config.yaml',
])('%s is recognized as a copy', (path) => expect(isCopy(path)).toBe(true))

test.each([
  'var/lib/kubelet/config.yaml',
  'bold.yaml',
  'node-1.30/config.yaml',
  'backup.sh',
  'kubelet-server-2026-03-01-10-11-12.pem',
  'ip-10-0-0-1.ec2.internal/kubelet.conf',
])('%s is not a copy', (path) => expect(isCopy(path)).toBe(false))

describe('a kubelet', () => {
  const live = 'node-1/var/lib/kubelet/config.yaml'

  test.each([
    'node-1/etc/kubernetes/tmp/kubeadm-kubelet-config77/config.yaml',
    'node-1/var/lib/kubelet/config-old.yaml',
    'node-1/var/lib/kubelet/config.yaml.bak',
  ])('a kubelet uses its own configuration file, and not %s', (copy) => {
    expect(kubeletIn({ [live]: config(0), [copy]: config(10255) }).kubelet.config.readOnlyPort).toBe(0)
    expect(kubeletIn({ [live]: config(10255), [copy]: config(0) }).kubelet.config.readOnlyPort).toBe(10255)
  })

  test('a kubelet uses the copy of its configuration if there is nothing else, and the report says so', () => {
    const { kubelet, report } = kubeletIn({ [`${live}.bak`]: config(10255) })
    expect(kubelet.config.readOnlyPort).toBe(10255)
    expect(report).toContain('the configuration file of the kubelet of node-1: this is a copy, which is taken for it')
  })

  test('a kubelet reads the file that its command line names; two files without such a name are a contradiction', () => {
    const files = { 'node-1/etc/kubernetes/kubelet.yaml': config(1), [live]: config(2) }
    const named = (path: string) => kubeletIn({ ...files, 'node-1/ps.txt': `root 1 0 kubelet --config=${path}\n` })
    expect(named('/var/lib/kubelet/config.yaml').kubelet.config.readOnlyPort).toBe(2)
    expect(named('/etc/kubernetes/kubelet.yaml').kubelet.config.readOnlyPort).toBe(1)
    expect(named('/etc/kubernetes/kubelet.yaml').report).not.toContain('configuration files of the kubelet')
    expect(kubeletIn(files).report).toContain('2 configuration files of the kubelet of node-1')
  })

  test('a kubelet has no flags from copies of its units and variables', () => {
    const { kubelet } = kubeletIn({
      [live]: config(0),
      'node-1/etc/default/kubelet.bak': 'KUBELET_EXTRA_ARGS=--read-only-port=1\n',
      'node-1/etc/systemd/system/kubelet.service.d/20-open.conf.rpmsave':
        '[Service]\nEnvironment="KUBELET_EXTRA_ARGS=--read-only-port=2"\n',
      'node-1/etc/systemd/system/kubelet.service.d/20-open':
        '[Service]\nEnvironment="KUBELET_EXTRA_ARGS=--read-only-port=3"\n',
    })
    expect([kubelet.flags, kubelet.config.readOnlyPort]).toEqual([undefined, 0])
  })

  test('a kubelet gets kubeadm’s ConfigMap unless it is of an older release', () => {
    const map = (name: string, port: number) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: kube-system}\ndata:\n  kubelet: |\n    ${config(port).trim().replaceAll('\n', '\n    ')}\n`
    const old = [map('kubelet-config-1.9', 9), map('kubelet-config-1.22', 22), map('kubelet-config-1.21', 21)]
    expect(kubeletIn({ 'maps.yaml': old.join('---\n') }).kubelet.config.readOnlyPort).toBe(22)
    expect(
      kubeletIn({ 'maps.yaml': [map('kubelet-config', 1), ...old].join('---\n') }).kubelet.config.readOnlyPort,
    ).toBe(1)
  })
})

test('k3s reads no copy of its configuration, and only drop-ins that end in .yaml', () => {
  const setting = (mode: string) => `kube-apiserver-arg:\n- authorization-mode=${mode}\n`
  const { scenario } = imported({
    's/etc/rancher/k3s/config.yaml': setting('Node,RBAC'),
    's/etc/rancher/k3s/config.yaml.bak': setting('AlwaysAllow'),
    's/etc/rancher/k3s/config.yaml.d/90.txt': setting('AlwaysAllow'),
  })
  expect(scenario.cluster.apiserver.flags['authorization-mode']).toEqual(['Node', 'RBAC'])
})

test('an apiserver has the authorizers of the file that its flag names, and not of another beside it', () => {
  const file = (type: string) =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- {type: ${type}, name: a}\n`
  const { scenario } = imported({
    'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
      '--authorization-config=/etc/kubernetes/authz/config.yaml',
    ),
    'cp-1/etc/kubernetes/authz/a-try.yaml': file('AlwaysAllow'),
    'cp-1/etc/kubernetes/authz/config.yaml': file('RBAC'),
  })
  expect(scenario.cluster.apiserver.flags['authorization-mode']).toEqual(['RBAC'])
})
