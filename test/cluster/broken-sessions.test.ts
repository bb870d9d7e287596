import { expect, test } from 'vitest'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

const PRESETS = ['gke-ssh-tunnels', 'kubeadm-default', 'konnectivity']

test.each(PRESETS)('in %s an exec session fails when its node restarts, and no keystroke follows', (preset) => {
  const result = resultOf(`
    version: 1
    duration: 30s
    cluster: { preset: ${preset}, nodes: 1 }
    events: [{ at: 3100ms, restart: node-1 }]
  `)
  const { completed, failed, unfinished } = workloadOf(result, 'kubectl-exec')
  expect(completed).toBeLessThan(20)
  expect([failed, unfinished]).toEqual([1, 0])
})
