import { expect, test } from 'vitest'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

const PRESETS = ['gke-ssh-tunnels', 'kubeadm-default', 'konnectivity']

test.each(PRESETS)(
  'in %s a session of exec fails with the node that it leads to, and no key is struck after that',
  (preset) => {
    const result = resultOf(`
    version: 1
    duration: 30s
    cluster: { preset: ${preset}, nodes: 1 }
    events: [{ at: 3100ms, restart: node-1 }]
  `)
    const { completed, failed, unfinished } = workloadOf(result, 'kubectl-exec')
    expect(completed).toBeLessThan(20)
    expect([failed, unfinished]).toEqual([1, 0])
  },
)
