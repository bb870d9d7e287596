import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { resultOf } from '../fixtures/simulations.ts'

const VERSIONS = {
  'gke-ssh-tunnels': ['1.6', '1.8', '1.10', '1.16', '1.20', '1.21'],
  'kubeadm-default': ['1.10', '1.16', '1.20', '1.24', '1.37'],
  'kubeadm-hardened': ['1.16', '1.20', '1.24', '1.37'],
  konnectivity: ['1.18', '1.21', '1.24', '1.37'],
} as const

describe('a preset does what it is for in its first and last version, and between', () => {
  for (const [preset, versions] of Object.entries(VERSIONS)) {
    it.each(versions)(`the preset ${preset} does what it is for at %s`, (version) => {
      const { workloads } = resultOf(`{ version: 1, kubernetes: "${version}", cluster: { preset: ${preset} } }`)
      expect(workloads.filter(({ failed }) => failed > 0).map(({ name }) => name)).toEqual([])
      const unfinished = workloads.filter((workload) => workload.unfinished > 0 && !workload.isBackground)
      expect(unfinished.map(({ name }) => name)).toEqual([])
    })
  }
})

describe('a preset loads in all of its versions, and in others says where it begins or ends', () => {
  const loaded = (preset: string, minor: number, more = '') =>
    loadScenario({ file: '-', text: `{ version: 1, kubernetes: "1.${minor}", cluster: { preset: ${preset}${more} } }` })
  const MINORS = Array.from({ length: 32 }, (_, i) => 6 + i)
  const RANGES = [
    ['gke-ssh-tunnels', 6, 21],
    ['kubeadm-default', 10, 37],
    ['kubeadm-hardened', 12, 37],
    ['konnectivity', 18, 37],
  ] as const

  it.each(RANGES)(
    'the preset %s loads from 1.%i to 1.%i, and says outside where it begins or ends',
    (preset, first, last) => {
      for (const minor of MINORS) {
        const one = loaded(preset, minor)
        const isIn = minor >= first && minor <= last
        expect([minor, one.ok]).toEqual([minor, isIn])
        if (one.ok) continue
        const edge = minor < first ? `begins at 1.${first}` : `ends at 1.${last}`
        expect(one.problems).toMatchObject([
          {
            code: 'out-of-range',
            message: expect.stringContaining(`the preset ${preset} ${edge}, and this is Kubernetes 1.${minor}: `),
            hint: expect.stringContaining(`write kubernetes: "1.${minor < first ? first : last}"`),
          },
        ])
      }
    },
  )

  it('a preset can be used before its first version if the scenario sets what differs', () => {
    const flags = '{ enable-admission-plugins: null, admission-control: [NodeRestriction] }'
    const one = loaded('kubeadm-default', 9, `, apiserver: { flags: ${flags} }`)
    expect(one.ok ? [] : one.problems).toEqual([])
  })

  it('a preset that does not exist in the version hides no other problem of the scenario', () => {
    const one = loaded('kubeadm-default', 9, ', nodez: 3')
    expect(one.ok ? [] : one.problems.map(({ code }) => code)).toContain('unknown-key')
  })
})
