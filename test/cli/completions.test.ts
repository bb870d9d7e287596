import { expect, test } from 'vitest'
import { TECHNIQUES } from '../../src/attack/techniques.ts'
import { VANTAGES } from '../../src/attack/vantages.ts'
import { completionsOf } from '../../src/cli/completion/completions.ts'
import type { KnownCommand } from '../../src/cli/context.ts'
import { flag, text, words } from '../../src/cli/options/option.ts'
import { shippedAttacks } from '../../src/disk/read-attacks.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { POLICIES } from '../../src/measure/policies.ts'
import { LINK_PROFILES } from '../../src/network/link-profiles.ts'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import { invoke } from '../fixtures/fake-io.ts'

const command = (syntax: string | null, options: Awaited<ReturnType<KnownCommand['load']>>['options'] = {}) =>
  ({ arguments: syntax === null ? [] : [{ syntax }], options }) as const

const COMMANDS: Record<string, KnownCommand> = {
  simulate: {
    summary: 'simulates something',
    load: async () =>
      command('<file...>', {
        quietly: flag('prints nothing'),
        policy: text('<name>', 'the policy'),
        out: { ...text('<folder>', 'where files go'), short: 'o' },
        attack: words('<name>', 'the attack'),
        vantage: text('<name>', 'the vantage'),
        technique: text('<name>', 'the technique'),
        preset: text('<name>', 'the preset'),
        network: text('<name>', 'the network'),
        maxEvents: text('<number>', 'the most events'),
      }),
  },
  list: { summary: 'lists something', load: async () => command('[what]') },
  explain: { summary: 'tells something', load: async () => command('<name>') },
  version: { summary: 'prints something', load: async () => command(null) },
  completion: { summary: 'prints something', load: async () => command('<shell>') },
  secretly: { summary: 'is only called by scripts', isHidden: true, load: async () => command('[words...]') },
}

/** Returns the words that the last of a line can become. */
async function wordsOf(...line: string[]): Promise<readonly string[]> {
  return (await completionsOf(line, COMMANDS)).words.map(({ word }) => word)
}

const FILES = { words: [], areFiles: true }
const NOTHING = { words: [], areFiles: false }

test('completion offers commands with their summaries, except those for scripts', async () => {
  expect(await completionsOf(['s'], COMMANDS)).toEqual({
    words: [{ word: 'simulate', meaning: 'simulates something' }],
    areFiles: false,
  })
  expect(await wordsOf('')).toEqual(['simulate', 'list', 'explain', 'version', 'completion'])
  expect(await wordsOf()).toEqual(['simulate', 'list', 'explain', 'version', 'completion'])
})

test('completion offers options with their meaning', async () => {
  expect((await completionsOf(['simulate', '--'], COMMANDS)).words.map(({ word, meaning }) => [word, meaning])).toEqual(
    [
      ['--quietly', 'prints nothing'],
      ['--policy', 'the policy'],
      ['--out', 'where files go'],
      ...['attack', 'vantage', 'technique', 'preset', 'network'].map((name) => [`--${name}`, `the ${name}`]),
      ['--max-events', 'the most events'],
    ],
  )
  expect(await wordsOf('simulate', 'x.yaml', '--ma')).toEqual(['--max-events'])
})

test.each([
  ['policy', Object.keys(POLICIES)],
  ['vantage', namesOf(VANTAGES)],
  ['technique', namesOf(TECHNIQUES)],
  ['preset', Object.keys(PRESETS)],
  ['network', namesOf(LINK_PROFILES)],
])('completion of --%s offers exactly its values', async (option, names) => {
  expect(await wordsOf('simulate', 'x.yaml', `--${option}`, '')).toEqual(names)
  expect(await wordsOf('simulate', 'x.yaml', `--${option}`, names[0])).toContain(names[0])
  expect(await wordsOf('simulate', `--${option}=`)).toEqual(names.map((name) => `--${option}=${name}`))
  expect(await completionsOf(['simulate', `--${option}`, names[0], ''], COMMANDS)).toEqual(FILES)
})

test('completion of an option with several values works up to the next option', async () => {
  expect(await wordsOf('simulate', '--attack', '')).toEqual(shippedAttacks())
  expect(await wordsOf('simulate', '--attack', 'x', '')).toEqual(shippedAttacks())
  expect(await completionsOf(['simulate', '--attack', 'x', '--quietly', ''], COMMANDS)).toEqual(FILES)
})

test('completion of an option offers files if it takes one, and nothing if it takes a number', async () => {
  for (const line of [['--out', ''], ['-o', ''], ['--out', 'a/b'], ['--out=x']])
    expect(await completionsOf(['simulate', ...line], COMMANDS)).toEqual(FILES)
  for (const line of [['--max-events', ''], ['--max-events=1'], ['--unknown=']])
    expect(await completionsOf(['simulate', ...line], COMMANDS)).toEqual(NOTHING)
})

test('completion of explain offers the names of all lists, and completion of completion the known shells', async () => {
  expect(await wordsOf('explain', '')).toEqual(expect.arrayContaining(['user-apiserver', 'relay', 'unknown-key']))
  expect(await wordsOf('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  expect(await wordsOf('list', 'tech')).toEqual(['techniques'])
})

test('completion of arguments offers files, and nothing for a command that is unknown or takes none', async () => {
  expect(await completionsOf(['simulate', ''], COMMANDS)).toEqual(FILES)
  expect(await completionsOf(['simulate', 'x.yaml', 'y'], COMMANDS)).toEqual(FILES)
  for (const line of [
    ['nonsense', ''],
    ['secretly', ''],
    ['constructor', ''],
    ['version', ''],
  ])
    expect(await completionsOf(line, COMMANDS)).toEqual(NOTHING)
})

test('the completion command for scripts takes any number of words, and prints a line for each completion', async () => {
  const { code, err, out } = await invoke(['complete', '--', 'list', 'tech'])
  expect([code, err, out]).toEqual([0, '', 'techniques\t\n'])
  expect((await invoke(['complete', '--', 'run', 'x'])).out).toBe(':files\n')
  expect((await invoke(['complete', '--', 'run', '--ju'])).out).toMatch(/^--junit\t\S.*\n$/)
  expect((await invoke(['complete'])).code).toBe(0)
})

test('completion refuses an unknown shell', async () => {
  expect(await invoke(['completion', 'csh'])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('there is no completion for csh; there is for bash, zsh, fish'),
  })
})
