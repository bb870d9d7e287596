import { describe, expect, test } from 'vitest'
import { imported, manifest } from './lab.ts'

const CONFIG = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n'
const API = manifest('--client-ca-file=/ca.crt')
const node = (name: string, role = '') =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, labels: { ${role} } }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.0.${name.charCodeAt(name.length - 1)} }], nodeInfo: { kubeletVersion: v1.29.1 } }\n`
const CONTROL = 'node-role.kubernetes.io/control-plane: ""'
const nodes = (...all: readonly string[]) => all.join('---\n')
const config = (name: string) => ({ [`${name}/var/lib/kubelet/config.yaml`]: CONFIG })
const api = (name: string) => ({ [`${name}/etc/kubernetes/manifests/kube-apiserver.yaml`]: API })
const unseen = (files: Readonly<Record<string, string>>) => imported(files).unseen

describe('nodes without files', () => {
  test('nodes without files are reported, whether or not they have another configuration', () => {
    const list = { 'nodes.yaml': nodes(node('cp-1', CONTROL), node('n-1'), node('n-2'), node('n-3')) }
    expect(unseen({ ...list, ...api('cp-1'), ...config('n-1') })).toEqual(['n-2', 'n-3'])
    expect(unseen({ ...list, ...api('cp-1'), ...config('n-1'), ...config('n-2'), ...config('n-3') })).toEqual([])
    expect(unseen({ ...list, ...api('cp-1') })).toEqual(['n-1', 'n-2', 'n-3'])
  })

  test('files of a node do not count as seen through cluster objects, one file without a name, or a command line alone', () => {
    const list = { ...api('cp-1'), 'nodes.yaml': nodes(node('cp-1', CONTROL), node('n-1'), node('n-2')) }
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kubelet-config }\ndata:\n  kubelet: |\n    ${CONFIG.trim().replaceAll('\n', '\n    ')}\n`
    expect(unseen({ ...list, 'map.yaml': map })).toEqual(['n-1', 'n-2'])
    expect(unseen({ ...list, 'kubelet.yaml': CONFIG })).toEqual(['n-1', 'n-2'])
    const ps = (name: string) => ({ [`${name}/ps.txt`]: 'root 1 0 kubelet --config=/var/lib/kubelet/config.yaml\n' })
    expect(unseen({ ...list, ...ps('n-1'), ...config('n-2') })).toEqual(['n-1'])
    expect(unseen({ ...list, ...ps('n-1'), ...config('n-1'), ...config('n-2') })).toEqual([])
  })

  test('nodes without files are reported by full name if folders are named after the first label', () => {
    const list = { ...api('cp-1'), 'nodes.yaml': nodes(node('n-1.example.org'), node('n-2.example.org')) }
    expect(unseen({ ...list, ...config('n-1') })).toEqual(['n-2.example.org'])
  })

  test('no node without files is reported if no file lists nodes and there are kubelet files', () => {
    expect(unseen({ 'kube-apiserver.yaml': API, 'kubelet.yaml': CONFIG })).toEqual([])
    expect(unseen({ ...api('cp-1'), ...config('n-1') })).toEqual([])
  })
})

test('control planes without an apiserver file are reported if others have one', () => {
  const list = { 'nodes.yaml': nodes(...['cp-1', 'cp-2', 'cp-3'].map((name) => node(name, CONTROL))) }
  const kubelets = { ...config('cp-1'), ...config('cp-2'), ...config('cp-3') }
  expect(unseen({ ...list, ...kubelets, ...api('cp-1'), ...api('cp-3') })).toEqual(['the apiserver of cp-2'])
  expect(unseen({ ...list, ...kubelets, ...api('cp-1'), ...api('cp-2'), ...api('cp-3') })).toEqual([])
})
