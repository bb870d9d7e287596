import { expect, test } from 'vitest'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

test('the result of a finished exec does not change when its tunnel is closed later', () => {
  const result = resultOf(`
    { version: 1, duration: 200s, cluster: { preset: gke-ssh-tunnels, kubelet: { flags: { read-only-port: 0 } } } }`)
  const { completed, failed, unfinished } = workloadOf(result, 'kubectl-exec')
  expect([completed > 0, failed, unfinished]).toEqual([true, 0, 0])
  // No kubelet responds to health checks, so that each tunnel is closed once a minute.
  expect(result.tunnels.every(({ healthChecks }) => (healthChecks?.failed ?? 0) > 0)).toBe(true)
})
