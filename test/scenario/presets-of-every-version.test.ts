import { describe, expect, it } from 'vitest'
import { resultOf } from '../fixtures/simulations.ts'

const VERSIONS = {
  'gke-ssh-tunnels': ['1.6', '1.8', '1.10', '1.16', '1.20', '1.21'],
  'kubeadm-default': ['1.10', '1.16', '1.20', '1.24', '1.37'],
  'kubeadm-hardened': ['1.16', '1.20', '1.24', '1.37'],
  konnectivity: ['1.18', '1.21', '1.24', '1.37'],
} as const

describe('a preset does what it is for in its first and last version, and between', () => {
  for (const [preset, versions] of Object.entries(VERSIONS)) {
    it.each(versions)(`${preset} at %s`, (version) => {
      const { workloads } = resultOf(`{ version: 1, kubernetes: "${version}", cluster: { preset: ${preset} } }`)
      expect(workloads.filter(({ failed }) => failed > 0).map(({ name }) => name)).toEqual([])
      const unfinished = workloads.filter((workload) => workload.unfinished > 0 && !workload.isBackground)
      expect(unfinished.map(({ name }) => name)).toEqual([])
    })
  }
})
