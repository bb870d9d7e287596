import { describe, expect, it } from 'vitest'
import { configText } from '../../src/cli/run/print-config.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { problemsIn } from '../fixtures/clusters.ts'
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

describe('null in a scenario with a preset', () => {
  const scenario = (more: string, cluster = '') =>
    `{ version: 1, cluster: { preset: kubeadm-default${cluster} }, ${more} }`
  const NOTHING = 'workloads: { nope: null }, paths: { nope: null }, events: null, identities: { nope: null }'

  it('says nothing where there is nothing to remove, and changes nothing', () => {
    const plain = scenarioOf(scenario('seed: 1'))
    const nulls = scenarioOf(scenario(NOTHING, ', konnectivity: null, pods: { nope: null }, links: { nope: null }'))
    expect(nulls).toEqual(plain)
  })

  it('removes what the preset brings, and what the cluster derives', () => {
    const text = scenario('paths: { users: null }, workloads: { logs: null }', ', users: null')
    const { hosts, workloads } = scenarioOf(text).blueprint
    expect(workloads.map(({ name }) => name)).not.toContain('logs')
    expect(hosts.map(({ name }) => name)).not.toContain('alice')
    const derived = (more: string) =>
      scenarioOf(scenario(more)).blueprint.links.filter(({ name }) => name === 'users-alice').length
    expect(derived('links: { nope: null }')).toBe(derived('seed: 1'))
  })

  it('is left out of the printed configuration, which loads to the same scenario', () => {
    const load = (text: string) => {
      const loaded = loadScenario({ file: '-', text })
      if (!loaded.ok) throw new Error(loaded.problems[0].message)
      return loaded
    }
    const loaded = load(scenario(`${NOTHING.replace('nope: null', 'nope: null, logs: null')}`))
    const printed = configText(loaded)
    expect(printed).not.toContain('nope')
    expect(load(printed).scenario.blueprint).toEqual(loaded.scenario.blueprint)
  })

  it('is an error without a preset, where an empty value is a mistake', () => {
    expect(problemsIn('cluster: { nodes: 1, links: { node-to-node: null } }\n')).toContain('wrong-type')
  })
})

describe('quiet', () => {
  it('leaves out all workloads of the preset, and none of the scenario', () => {
    const text =
      '{ version: 1, cluster: { preset: kubeadm-default, quiet: true }, workloads: { mine: { path: logs, requests: 1 } } }'
    const { workloads, paths } = scenarioOf(text).blueprint
    expect([...new Set(workloads.map(({ name }) => name))]).toEqual(['mine'])
    expect(new Set(paths.map(({ declared }) => declared))).toContain('kubelets')
    expect(scenarioOf(text.replace('quiet: true', 'quiet: false')).blueprint.workloads.length).toBeGreaterThan(10)
  })

  it('needs a preset', () => {
    expect(problemsIn('cluster: { nodes: 1, quiet: true }\n')).toContain('there is no preset')
  })
})
