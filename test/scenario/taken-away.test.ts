import { describe, expect, it } from 'vitest'
import { scenarioOf } from '../fixtures/simulations.ts'

const workloadsOf = (paths: string, workloads: string) => {
  const text = `{ version: 1, cluster: { preset: kubeadm-default }, paths: ${paths}, workloads: ${workloads} }`
  return new Set(scenarioOf(text).blueprint.workloads.map(({ name }) => name))
}

describe('a path of a preset that the scenario removes', () => {
  it('takes the workloads of the preset along', () => {
    expect(workloadsOf('{ logs: null }', '{}')).not.toContain('logs')
    expect(workloadsOf('{ logs: null }', '{}')).toContain('pod-get')
    expect(workloadsOf('null', '{}')).toEqual(new Set())
  })

  it('can have its workloads removed as well', () => {
    expect(workloadsOf('{ logs: null }', '{ logs: null, pod-get: null }')).not.toContain('logs')
    expect(workloadsOf('{ logs: null }', '{ logs: null, pod-get: null }')).not.toContain('pod-get')
  })
})
