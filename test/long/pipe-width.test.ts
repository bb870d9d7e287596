import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke, type World } from '../fixtures/fake-io.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

/** The lines of an answer that are too long, without commands, which stay whole where a program may read them. */
async function longLines(argv: readonly string[], world: World): Promise<readonly string[]> {
  const { out } = await invoke(argv, { simulate, ...world })
  expect(out.length).toBeGreaterThan(500)
  return out.split('\n').filter((line) => line.length > 80 && !/^ *(look|reproduce|repeat): npx/.test(line))
}

describe.each([
  ['a terminal of 80 columns', { columns: 80 }],
  ['a pipe', { pipeColumns: 80 }],
])('on %s no line is wider than 80 columns', (_, world) => {
  test.each(['gke-ssh-tunnels', 'kubeadm-default'])(
    'no line of run with the preset %s is wider than 80 columns',
    async (name) => {
      expect(await longLines(['run', `scenarios/presets/${name}.yaml`], world)).toEqual([])
    },
  )

  test('no line of run with an attack is wider than 80 columns', async () => {
    const argv = ['run', 'scenarios/presets/kubeadm-default.yaml', '--attack', 'unchecked-kubelet']
    expect(await longLines(argv, world)).toEqual([])
  })

  test('no line of matrix is wider than 80 columns', async () => {
    const argv = ['matrix', 'scenarios/presets/kubeadm-default.yaml', '--path', 'logs', 'pod-proxy', 'kubelets']
    expect(await longLines([...argv, '--technique', 'relay', 'eavesdrop'], world)).toEqual([])
  })

  test('no line of npm start is wider than 80 columns', async () => {
    const files = ['scenarios/first-steps.yaml', 'scenarios/presets/gke-ssh-tunnels.yaml']
    for (const all of [[], ['--all']]) expect(await longLines(['run', '--joint', ...all, ...files], world)).toEqual([])
  })
})

test('commands stay on one line in a pipe, and are wrapped with backslashes on a terminal', async () => {
  const argv = ['run', 'scenarios/presets/kubeadm-default.yaml', '--attack', 'unchecked-kubelet']
  const command = /reproduce: npx onpath run \S+ --attack unchecked-kubelet --seed 1\n$/
  expect((await invoke(argv, { simulate, pipeColumns: 80 })).out).toMatch(command)
  expect((await invoke(argv, { simulate, columns: 80 })).out).not.toMatch(command)
})
