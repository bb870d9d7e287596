import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { onpath } from '../../src/cli/onpath.ts'
import { POLICIES } from '../../src/measure/policies.ts'
import { LINK_PROFILES } from '../../src/network/link-profiles.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import { anIo, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

test.each([...Object.keys(PRESETS), 'link'])('init --preset %s prints a scenario without problems', async (preset) => {
  const { code, out } = await invoke(['init', '-', '--preset', preset])
  expect(code).toBe(0)
  expect(loadScenario({ text: out, file: 'onpath.yaml' })).toMatchObject({ ok: true, warnings: [] })
})

test('the keys that init has commented out are valid', async () => {
  const { out } = await invoke(['init', '-'])
  const text = out.replace(/^ {2}# (nodes|apiserver):/gm, '  $1:').replace(/^# (accept:)\n# ( {2}- .*)$/m, '$1\n$2')
  expect(text).toMatch(/^ {2}nodes: 3$/m)
  const loaded = loadScenario({ text: text.replace('PATH', 'logs'), file: 'onpath.yaml' })
  expect(loaded.ok ? [] : loaded.problems).toEqual([])
})

test('init asks three questions on a terminal, and repeats them for unknown answers', async () => {
  const file = join(aFolder(), 'mine.yaml')
  const answers = ['konectivity', ' konnectivity ', 'gce-private', 'no-takeover']
  const { code, err } = await invoke(['init', file], { answers })
  expect(code).toBe(0)
  expect(err).toContain('konectivity is none of them; did you mean konnectivity?')
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('preset: konnectivity')
  expect(text).toContain('control-to-nodes: gce-private')
  expect(text).toContain('policy: [no-takeover]')
  expect(text).toContain('name: mine\n')
  expect(err).toContain(`written: ${file}\nnext: npx onpath run ${file}\n`)
})

test('init takes the default for an empty answer, which depends on the set-up', async () => {
  const asked: string[] = []
  const initialized = async (...answers: string[]) => {
    const { io, printed } = anIo()
    const ask = async (question: string) => {
      asked.push(question)
      return answers.shift() ?? ''
    }
    await onpath(['init', '-'], { ...io, ask })
    return printed.out
  }
  expect(await initialized()).toContain('preset: kubeadm-default\n')
  expect(await initialized('link')).toContain('profile: public-network')
  const defaults = asked.map((question) => question.replace(/\n.*\[/s, ' ['))
  expect(defaults).toEqual([
    'Which set-up? [kubeadm-default] ',
    'Which network is between control plane and nodes? [gce-private] ',
    'Which policy must hold? [nothing-of-others] ',
    'Which set-up? [kubeadm-default] ',
    'Which network is between the two hosts? [public-network] ',
    'Which policy must hold? [nothing-of-others] ',
  ])
})

test('init explains each set-up, network and policy, and which it suggests', async () => {
  const asked: string[] = []
  const { io } = anIo()
  const ask = async (question: string) => {
    asked.push(question.replaceAll(/\s+/g, ' '))
    return ''
  }
  await onpath(['init', '-'], { ...io, ask })
  for (const [name, { explanation }] of Object.entries(PRESETS)) {
    expect(asked[0]).toContain(`${name} `)
    expect(asked[0]).toContain(explanation)
  }
  expect(asked[0]).toContain('kubeadm-default (suggested) Kubernetes 1.30 as kubeadm')
  for (const { description } of Object.values(LINK_PROFILES)) expect(asked[1]).toContain(description)
  for (const { meaning } of Object.values(POLICIES)) expect(asked[2]).toContain(meaning)
})

test('init without a terminal says which set-up it took, in the file too', async () => {
  const file = join(aFolder(), 'mine.yaml')
  const { err } = await invoke(['init', file])
  expect(err.replaceAll('\n', ' ')).toContain(`set-up: kubeadm-default. ${PRESETS['kubeadm-default'].explanation}`)
  expect(readFileSync(file, 'utf8')).toContain('# The set-up is kubeadm-default:\n# Kubernetes 1.30 as kubeadm')
})

test('init asks nothing without a terminal, and nothing when an option is given', async () => {
  const piped = await invoke(['init', '-'])
  expect(piped.out).toContain('preset: kubeadm-default')
  const given = await invoke(['init', '-', '--policy', 'no-takeover'], { answers: ['gke-ssh-tunnels'] })
  expect(given.out).toContain('preset: kubeadm-default')
  expect(given.out).toContain('policy: [no-takeover]')
})

test('init replaces no file, and refuses unknown names', async () => {
  const file = join(aFolder(), 'there.yaml')
  writeFileSync(file, 'mine')
  expect(await invoke(['init', file])).toMatchObject({ code: 2, err: expect.stringContaining('it exists') })
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const { code, err } = await invoke(['init', '-', '--preset', 'kubeadm-hardend'])
  expect([code, err]).toEqual([2, expect.stringContaining('did you mean kubeadm-hardened?')])
  for (const option of ['--preset', '--network', '--policy']) {
    const unknown = await invoke(['init', '-', option, 'zzzzzz'])
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('onpath: there is no zzzzzz; there are ')])
  }
})

test('init names the scenario after its file, without the ending and without characters that names do not have', async () => {
  const nameOf = async (file: string) => {
    const path = join(aFolder(), file)
    expect((await invoke(['init', path])).code).toBe(0)
    return /^name: (.*)$/m.exec(readFileSync(path, 'utf8'))?.[1]
  }
  expect(await nameOf('a.yml')).toBe('a')
  expect(await nameOf('a.yaml.txt')).toBe('a-yaml-txt')
  expect(await nameOf('my  cluster (2).yaml')).toBe('my-cluster-2-')
  expect(await nameOf('--.yaml')).toBe('my-cluster')
  expect(await nameOf(`${'x'.repeat(120)}.yaml`)).toBe('x'.repeat(100))
})
