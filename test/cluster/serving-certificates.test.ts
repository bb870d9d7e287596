import { expect, test } from 'vitest'
import { simulateText } from '../../src/index.ts'

/** Reasons for which the apiserver got no logs. */
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

test('kubelets that the apiserver is told to verify have certificates that it can', () => {
  expect(failuresOf('{}')).toEqual([])
})

test('with those that they sign themselves, as kubeadm leaves them, it gets nothing', () => {
  expect(failuresOf('{ server-certificate: self-signed }')).toEqual([{ reason: 'certificate refused', count: 3 }])
})
