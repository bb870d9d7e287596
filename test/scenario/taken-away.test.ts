import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { configText } from '../../src/scenario/print/config-text.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const workloadsOf = (paths: string, workloads: string) => {
  const text = `{ version: 1, cluster: { preset: kubeadm-default }, paths: ${paths}, workloads: ${workloads} }`
  return new Set(scenarioOf(text).blueprint.workloads.map(({ name }) => name))
}

describe('a path of a preset that the scenario removes', () => {
  it('a removed path of a preset removes the preset’s workloads on it', () => {
    expect(workloadsOf('{ logs: null }', '{}')).not.toContain('logs')
    expect(workloadsOf('{ logs: null }', '{}')).toContain('pod-get')
    expect(workloadsOf('null', '{}')).toEqual(new Set())
  })

  it('a removed path of a preset may be removed together with its workloads', () => {
    expect(workloadsOf('{ logs: null }', '{ logs: null, pod-get: null }')).not.toContain('logs')
    expect(workloadsOf('{ logs: null }', '{ logs: null, pod-get: null }')).not.toContain('pod-get')
  })
})

describe('a group of the cluster that the scenario removes', () => {
  const load = (cluster: string, more = '') =>
    scenarioOf(`{ version: 1, cluster: { preset: kubeadm-default, ${cluster} }${more} }`).blueprint
  const declaredIn = (cluster: string, more = '') => {
    const { paths, workloads } = load(cluster, more)
    return {
      paths: [...new Set(paths.map(({ declared }) => declared))],
      workloads: [...new Set(workloads.map(({ name }) => name))],
    }
  }
  const PATHS = ['components', 'kubelets', 'pods', 'logs', 'node-proxy', 'pod-proxy', 'service-proxy', 'users']
  const USERS = ['kubectl-list', 'kubectl-logs', 'kubectl-exec', 'kubectl-port-forward', 'kubectl-proxy']
  const all = declaredIn('nodes: 3')

  it.each(['users: null', 'users: { alice: null }'])(
    'a removed group of the cluster removes the preset’s paths and workloads: %s',
    (cluster) => {
      const { paths, workloads } = declaredIn(cluster)
      expect(paths).toEqual(all.paths.filter((name) => name !== 'users'))
      expect(workloads).toEqual(all.workloads.filter((name) => !USERS.includes(name)))
      expect(all.paths).toEqual(expect.arrayContaining(PATHS))
      expect(all.workloads).toEqual(expect.arrayContaining(USERS))
    },
  )

  it('a removed group of the cluster leaves paths to members that the scenario adds', () => {
    const { paths, workloads } = load('users: { alice: null, bob: { rules: [] } }')
    expect(paths.filter(({ declared }) => declared === 'users').map(({ from }) => from)).toEqual(['bob'])
    expect(workloads.map(({ name }) => name)).toContain('kubectl-list')
  })

  it('a removed group of the cluster removes only workloads with it as target', () => {
    const { paths, workloads } = declaredIn('services: null')
    expect(paths).toEqual(all.paths.filter((name) => name !== 'service-proxy'))
    expect(workloads).toEqual(all.workloads.filter((name) => !['service-get', 'kubectl-proxy'].includes(name)))
  })

  it('a removed group of the cluster removes nothing that the scenario writes, and says what else to remove', () => {
    const scenario = (more: string) => `cluster: { preset: kubeadm-default, users: null }\n${more}\n`
    const path = problemsIn(scenario('paths: { users: { port: 6443 } }'))
    expect(path).toContain('the cluster has no users for this path')
    expect(path).toContain('paths: { users: null }')
    expect(problemsIn(scenario('workloads: { kubectl-list: { requests: 3 } }'))).toContain('no path is named users')
  })
})

describe('null in a scenario with a preset', () => {
  const scenario = (more: string, cluster = '') =>
    `{ version: 1, cluster: { preset: kubeadm-default${cluster} }, ${more} }`
  const NOTHING = 'workloads: { nope: null }, paths: { nope: null }, events: null, identities: { nope: null }'

  it('null beside a preset changes nothing, without a message, if there is nothing to remove', () => {
    const plain = scenarioOf(scenario('seed: 1'))
    const nulls = scenarioOf(scenario(NOTHING, ', konnectivity: null, pods: { nope: null }, links: { nope: null }'))
    expect(nulls).toEqual(plain)
  })

  it('null beside a preset removes what the preset adds, and what the cluster derives', () => {
    const text = scenario('workloads: { logs: null }', ', users: null')
    const { hosts, workloads } = scenarioOf(text).blueprint
    expect(workloads.map(({ name }) => name)).not.toContain('logs')
    expect(hosts.map(({ name }) => name)).not.toContain('alice')
    const derived = (more: string) =>
      scenarioOf(scenario(more)).blueprint.links.filter(({ name }) => name === 'users-alice').length
    expect(derived('links: { nope: null }')).toBe(derived('seed: 1'))
  })

  it('null beside a preset is left out of the printed configuration, which loads to the same scenario', () => {
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

  it('null without a preset is an error, since it is an empty value by mistake', () => {
    expect(problemsIn('cluster: { nodes: 1, links: { node-to-node: null } }\n')).toContain('wrong-type')
  })
})

describe('quiet', () => {
  it('quiet removes all workloads of the preset, and none of the scenario', () => {
    const text =
      '{ version: 1, cluster: { preset: kubeadm-default, quiet: true }, workloads: { mine: { path: logs, requests: 1 } } }'
    const { workloads, paths } = scenarioOf(text).blueprint
    expect([...new Set(workloads.map(({ name }) => name))]).toEqual(['mine'])
    expect(new Set(paths.map(({ declared }) => declared))).toContain('kubelets')
    expect(scenarioOf(text.replace('quiet: true', 'quiet: false')).blueprint.workloads.length).toBeGreaterThan(10)
  })

  it('quiet needs a preset', () => {
    expect(problemsIn('cluster: { nodes: 1, quiet: true }\n')).toContain('there is no preset')
  })
})
