import { describe, expect, test } from 'vitest'
import { isOfProcess, layoutOf } from '../../src/import/readers/process-line.ts'
import { imported, manifest } from './lab.ts'

const isRead = (text: string) => text.split('\n').some((line) => isOfProcess(line, layoutOf(text)))
const OPEN = '--anonymous-auth=true --authorization-mode=AlwaysAllow'

test.each([
  `root        1234       1  2 10:01 ?        00:12:03 /usr/bin/kubelet ${OPEN}`,
  `root      1234  2.5  1.2 1987654 98765 ?       Ssl  Mar01  12:03 /usr/bin/kubelet ${OPEN}`,
  `root      1234  2.5  1.2 1987654 98765 ?       Ssl  2026 1203:03 \\_ /usr/local/bin/kubelet ${OPEN}`,
  `   1234 ?        Ssl    0:03 kubelet ${OPEN}`,
  `1234 /usr/bin/kubelet ${OPEN}`,
  `1234 /usr/bin/kubelet --config /var/lib/kubelet/config.yaml --v 2`,
  `             └─1234 /usr/bin/kubelet ${OPEN}`,
  `/usr/bin/kubelet ${OPEN}`,
  `/var/lib/rancher/rke2/data/v1.29.4-rke2r1-0123456789ab/bin/kubelet ${OPEN}`,
  `/var/lib/k0s/bin/kube-apiserver ${OPEN}`,
  `root 1 0 kube-apiserver --feature-gates=A=true,B=false ${OPEN}`,
  `root 12 1 0 Mar01 ? 00:00:01 /bin/sh -c exec /usr/local/bin/kube-apiserver ${OPEN} 1>>/var/log/kube-apiserver.log 2>&1`,
  `/usr/bin/kubelet\0${OPEN.replace(' ', '\0')}\0`,
  `time="2026-03-01T10:00:00Z" level=info msg="Running kubelet ${OPEN}"`,
  `Mar  1 10:00:00 node-1 k3s[99]: time="2026-03-01T10:00:00Z" level=info msg="Running kubelet ${OPEN}"`,
  `0123456789ab   rancher/hyperkube:v1.26.4   "/opt/rke-tools/entrypoint.sh kubelet ${OPEN}"   2 weeks ago   Up 2 weeks   x`,
  `USER COMMAND\nroot /usr/bin/kubelet ${OPEN}`,
])('a process list is recognized with %j', (text) => expect(isRead(text)).toBe(true))

test.each([
  `scp -r node-1:/var/lib/kubelet --exclude pods .`,
  `root 99 1 0 10:00 ? 00:00:00 /usr/bin/rsync -a /var/lib/kubelet --exclude=pods host:/`,
  `The files are in /var/lib/kubelet --config is there`,
  `We had kubelet ${OPEN} until March, and changed that.`,
  `in 2024 kubelet --anonymous-auth=true was the default`,
  `run kubelet ${OPEN}`,
  `- kubelet ${OPEN}\n- and more things that are here`,
  `kubelet ${OPEN} is what was there before`,
  `Start the node by hand with these arguments:\n\n    kubelet ${OPEN}\n`,
  `root 1 0 grep kubelet ${OPEN}`,
  `$ kubelet ${OPEN}`,
  `1. /usr/bin/kubelet ${OPEN}`,
  `du -sh /etc/rancher/k3s --max-depth=1`,
])('%j is not a process list', (text) => expect(isRead(text)).toBe(false))

describe('a text for people beside the files of a cluster', () => {
  const files = {
    'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'),
    'node-1/var/lib/kubelet/config.yaml':
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 0\n',
  }
  const plain = imported(files).text

  test.each([
    ['node-1/README.md', `# Node 1\n\nroot 1234 1 2 10:01 ? 00:12:03 /usr/bin/kubelet ${OPEN}\n`],
    [
      'node-1/notes.txt',
      'Collected on 2026-03-01 with:\n\ntar -C / -cf - var/lib/kubelet\nrsync -a /var/lib/kubelet --exclude pods here\n',
    ],
    [
      'node-1/notes.txt',
      `KUBELET_EXTRA_ARGS=--read-only-port=10255\nwas in /etc/default/kubelet before the audit of March.\n`,
    ],
    ['notes.txt', 'Kubernetes v1.21.0 was what we had before the upgrade.\n'],
    ['todo', 'Kubernetes v1.21.0 -> v1.29.0: done.\nkubelet --anonymous-auth=true: look at this one again.\n'],
    ['node-1/README', `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n`],
    ['node-1/how.txt', 'On MicroK8s look for /snap/microk8s/current/kubelite in the list of processes.\n'],
  ])('prose beside the files of a cluster changes nothing as %s', (path, text) => {
    const { text: own, report } = imported({ ...files, [path]: text })
    expect(own).toBe(plain)
    expect(report).toContain(path)
  })
})
