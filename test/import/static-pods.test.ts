import { describe, expect, test } from 'vitest'
import { imported, manifest } from './lab.ts'

const weak = manifest('--authorization-mode=AlwaysAllow')
const strict = manifest('--authorization-mode=Node,RBAC')
const LIVE = 'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml'
const config = (body: string) => `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${body}`
const modesIn = (files: Readonly<Record<string, string>>) => {
  const { scenario, report } = imported(files)
  return { modes: scenario.cluster.apiserver.flags['authorization-mode'], report }
}

describe('the manifest in the folder of static pods', () => {
  test.each([
    'cp-1/etc/kubernetes/tmp/kubeadm-backup-manifests-2026-03-01-10-11-12/kube-apiserver.yaml',
    'cp-1/etc/kubernetes/tmp/kubeadm-upgraded-manifests1234567/kube-apiserver.yaml',
    'cp-1/etc/kubernetes/manifests/old/kube-apiserver.yaml',
    'cp-1/etc/kubernetes/manifests/.kube-apiserver.yaml',
    'cp-1/etc/kubernetes/manifests.bak/kube-apiserver.yaml',
    'cp-1/etc/kubernetes/kube-apiserver.yaml',
    'cp-1/etc/kubernetes/static-pod-resources/kube-apiserver-pod-7/kube-apiserver-pod.yaml',
    'cp-1/var/backups/kube-apiserver.yaml',
  ])('the manifest in the static pod folder takes precedence over %s, whichever is weaker', (copy) => {
    expect(modesIn({ [LIVE]: strict, [copy]: weak }).modes).toEqual(['Node', 'RBAC'])
    const { modes, report } = modesIn({ [LIVE]: weak, [copy]: strict })
    expect(modes).toEqual(['AlwaysAllow'])
    expect(report).toContain(`a copy of the manifest of kube-apiserver, which no kubelet starts; ${LIVE}:12 holds`)
    expect(report).not.toContain('requests go to any of the control planes')
  })

  test.each([
    ['kube-apiserver.yaml', 'kube-apiserver.yaml.bak', 'kube-apiserver.yaml.bak'],
    ['kube-apiserver.yaml', 'kube-apiserver-old.yaml', 'kube-apiserver.yaml'],
    ['kube-apiserver.yaml', 'kube-apiserver.yaml~', 'kube-apiserver.yaml~'],
    ['kube-apiserver.yaml', 'notes', 'notes'],
  ])(
    'of the manifests %s and %s in a static pod folder the last by name counts, as for the kubelet',
    (one, other, started) => {
      for (const folder of ['cp-1/etc/kubernetes/manifests', 'cp-1/manifests', '/etc/kubernetes/manifests']) {
        const files = {
          [`${folder}/${one}`]: one === started ? weak : strict,
          [`${folder}/${other}`]: other === started ? weak : strict,
        }
        const { modes, report } = modesIn(files)
        expect(modes).toEqual(['AlwaysAllow'])
        expect(report).toMatch(
          /contradictions:\n.*2 files in one folder of static pods are the pod kube-system\/kube-apiserver/,
        )
        expect(report).toContain(`starts the last one by name, which is ${started}: move the others`)
      }
    },
  )

  test('the static pod folder is the one that the machine’s kubelet names, in a file or by a flag', () => {
    const files = { 'cp-1/srv/pods/api.yaml.bak': weak, [LIVE]: strict }
    const path = 'cp-1/var/lib/kubelet/config.yaml'
    const { modes, report } = modesIn({ ...files, [path]: config('staticPodPath: /srv/pods\n') })
    expect(modes).toEqual(['AlwaysAllow'])
    expect(report).toContain('a copy of the manifest of kube-apiserver')
    const flags = 'KUBELET_KUBEADM_ARGS="--pod-manifest-path=/srv/pods/"\n'
    expect(modesIn({ ...files, 'cp-1/var/lib/kubelet/kubeadm-flags.env': flags }).modes).toEqual(['AlwaysAllow'])
    expect(modesIn({ ...files, [path]: config('staticPodPath: /etc/kubernetes/manifests\n') }).modes).toEqual([
      'Node',
      'RBAC',
    ])
  })

  test('a static pod manifest is the first document of its file, and no list', () => {
    const second = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n${weak}`
    expect(modesIn({ [LIVE]: strict, 'cp-1/etc/kubernetes/manifests/x.yaml': second }).modes).toEqual(['Node', 'RBAC'])
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${weak.trim().replaceAll('\n', '\n  ')}\n`
    expect(modesIn({ [LIVE]: strict, 'cp-1/etc/kubernetes/manifests/x.yaml': list }).modes).toEqual(['Node', 'RBAC'])
  })

  test('each machine has its own static pod manifest, whatever the files of another are called', () => {
    const other = 'cp-2/etc/kubernetes/tmp/kubeadm-backup-manifests-1/kube-apiserver.yaml'
    const { modes, report } = modesIn({ [LIVE]: strict, [other]: weak })
    expect(modes).toEqual(['AlwaysAllow'])
    expect(report).toContain('the manifest of kube-apiserver that runs: this is a copy')
  })
})

test('of two manifests in unknown folders, the weaker value of each flag is taken, even if one is named as a copy', () => {
  const { modes, report } = modesIn({ 'x/api.yaml': strict, 'x/api2.yaml': weak })
  expect(modes).toEqual(['AlwaysAllow'])
  expect(report).toContain('nothing says which one lies in the folder of static pods of the kubelet')
  expect(modesIn({ 'api.yaml': strict, 'api.yaml.bak': weak }).modes).toEqual(['AlwaysAllow'])
})

test('of two apiserver manifests in the static pod folder both are started, and the weaker value of each flag is taken', () => {
  const second = weak.replace('name: kube-apiserver', 'name: debug')
  const { modes, report } = modesIn({ [LIVE]: strict, 'cp-1/etc/kubernetes/manifests/debug.yaml': second })
  expect(modes).toEqual(['AlwaysAllow'])
  expect(report).toContain(
    '2 static pods of kube-apiserver on one machine: kube-system/debug, kube-system/kube-apiserver',
  )
})
