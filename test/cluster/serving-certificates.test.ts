import { expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'

/** The reasons for which requests of the apiserver for logs failed. */
function failuresOf(kubelet: string): readonly { reason: string; count: number }[] {
  const { workloads } = simulateText(`
    version: 1
    kubernetes: "1.30"
    cluster:
      preset: kubeadm-default
      nodes: 1
      apiserver: { flags: { kubelet-certificate-authority: cluster-ca } }
      kubelet: ${kubelet}
    workloads: { logs: { path: logs, kind: logs, requests: 3 } }`)
  return workloads.find(({ name }) => name === 'logs')!.failures
}

test('kubelets get certificates of the cluster CA if the apiserver verifies kubelets', () => {
  expect(failuresOf('{}')).toEqual([])
})

test('the apiserver refuses the self-signed certificates of kubelets if it verifies kubelets', () => {
  expect(failuresOf('{ server-certificate: self-signed }')).toEqual([{ reason: 'certificate refused', count: 3 }])
})
