import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TECHNIQUES } from '../../src/attack/techniques.ts'
import { VANTAGES } from '../../src/attack/vantages.ts'
import { complete } from '../../src/cli/commands/complete.ts'
import { completion } from '../../src/cli/commands/completion.ts'
import { filesFor } from '../../src/cli/completion/files-for.ts'
import type { Context, KnownCommand } from '../../src/cli/context.ts'
import { diskFiles } from '../../src/cli/files/files.ts'
import { shippedAttacks } from '../../src/cli/input/read-attacks.ts'
import { flag, text } from '../../src/cli/options/option.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { POLICIES } from '../../src/measure/policies.ts'
import { LINK_PROFILES } from '../../src/network/link-profiles.ts'
import { PRESETS } from '../../src/scenario/cluster/presets/presets.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const printed: string[] = []

beforeEach(() => {
  printed.length = 0
  vi.spyOn(console, 'log').mockImplementation((line) => printed.push(String(line)))
})

afterEach(() => {
  vi.restoreAllMocks()
})

const command = (syntax: string | null, options: Awaited<ReturnType<KnownCommand['load']>>['options'] = {}) =>
  ({ arguments: syntax === null ? [] : [{ syntax }], options }) as const

const COMMANDS: Record<string, KnownCommand> = {
  simulate: {
    summary: 'simulates something',
    load: async () =>
      command('<file...>', {
        quietly: flag('prints nothing'),
        policy: text('<name>', 'the policy'),
        out: text('<folder>', 'where files go'),
        attack: text('<name>', 'the attack'),
        vantage: text('<name>', 'the vantage'),
        technique: text('<name>', 'the technique'),
        preset: text('<name>', 'the preset'),
        network: text('<name>', 'the network'),
      }),
  },
  list: { summary: 'lists something', load: async () => command('[what]') },
  explain: { summary: 'tells something', load: async () => command('<name>') },
  completion: { summary: 'prints something', load: async () => command('<shell>') },
  secretly: { summary: 'is only called by scripts', isHidden: true, load: async () => command('[words...]') },
}

const CONTEXT = { commands: COMMANDS, files: diskFiles } as Partial<Context> as Context

/** Returns the words that can stand at the end of a command line, with what they mean. */
async function completions(...words: string[]): Promise<readonly (readonly string[])[]> {
  await complete.run([words], {}, CONTEXT)
  return printed.filter((line) => !line.startsWith(':')).map((line) => line.split('\t'))
}

test('commands are completed with their summaries, but for those that only scripts call', async () => {
  expect(await completions('s')).toEqual([['simulate', 'simulates something']])
  printed.length = 0
  expect((await completions('')).map(([name]) => name)).toEqual(['simulate', 'list', 'explain', 'completion'])
})

test('options are completed with their meaning', async () => {
  expect(await completions('simulate', '--')).toEqual([
    ['--quietly', 'prints nothing'],
    ['--policy', 'the policy'],
    ['--out', 'where files go'],
    ...['attack', 'vantage', 'technique', 'preset', 'network'].map((name) => [`--${name}`, `the ${name}`]),
  ])
})

test('values of options are names where there are names for them, and files otherwise', async () => {
  const folder = `${aFolder({ 'b.yaml': '', 'a.yaml': '', 'c/d': '' })}/`
  expect((await completions('simulate', 'x.yaml', '--policy', '')).map(([name]) => name)).toEqual(Object.keys(POLICIES))
  printed.length = 0
  const files = await completions('simulate', 'x.yaml', '--out', folder)
  expect(files.map(([name]) => name)).toEqual(['a.yaml', 'b.yaml', 'c/'].map((name) => folder + name))
})

test.each([
  ['attack', shippedAttacks()],
  ['vantage', namesOf(VANTAGES)],
  ['technique', namesOf(TECHNIQUES)],
  ['preset', Object.keys(PRESETS)],
  ['network', namesOf(LINK_PROFILES)],
])('the values of --%s are all that there are', async (option, names) => {
  expect((await completions('simulate', 'x.yaml', `--${option}`, '')).map(([name]) => name)).toEqual(names)
})

test('the names that can be explained are those of all lists, and the shells those that are known', async () => {
  const explained = (await completions('explain', '')).map(([name]) => name)
  expect(explained).toEqual(expect.arrayContaining(['user-apiserver', 'relay', 'unknown-key']))
  printed.length = 0
  expect((await completions('completion', '')).map(([name]) => name)).toEqual(['bash', 'zsh', 'fish'])
})

test('arguments are files, each of several too, or the names that a command knows', async () => {
  const folder = `${aFolder({ 'b.yaml': '', 'a.yaml': '' })}/`
  const both = [`${folder}a.yaml`, `${folder}b.yaml`]
  expect((await completions('simulate', folder)).map(([name]) => name)).toEqual(both)
  printed.length = 0
  expect((await completions('simulate', 'x.yaml', folder)).map(([name]) => name)).toEqual(both)
  printed.length = 0
  expect((await completions('list', 'tech')).map(([name]) => name)).toEqual(['techniques'])
})

test('nothing is completed where no word was given', async () => {
  await complete.run([[]], {}, CONTEXT)
  expect(printed.join('\n')).not.toContain('secretly')
})

test.each([
  ['bash', 'complete -F'],
  ['zsh', '#compdef onpath'],
  ['fish', 'complete -c onpath'],
])('the script for %s asks onpath', async (shell, part) => {
  await completion.run([shell], {}, CONTEXT)
  expect(printed.join('\n')).toContain(part)
  expect(printed.join('\n')).toContain('onpath complete --')
})

test('there is no script for another shell', async () => {
  await expect(completion.run(['csh'], {}, CONTEXT)).rejects.toThrow(
    'there is no completion for csh; there is for bash, zsh, fish',
  )
  expect(printed).toEqual([])
})

test('the files for a word are those of its folder that begin with its end, hidden ones where it begins with a dot', () => {
  const folder = `${aFolder({ 'b.yaml': '', 'a.yaml': '', '.hidden': '', '.other/x': '', 'a.d/x': '' })}/`
  const filesIn = (word: string) => filesFor(`${folder}${word}`, diskFiles).map((file) => file.slice(folder.length))
  expect(filesIn('')).toEqual(['a.d/', 'a.yaml', 'b.yaml'])
  expect(filesIn('a')).toEqual(['a.d/', 'a.yaml'])
  expect(filesIn('.')).toEqual(['.hidden', '.other/'])
  expect(filesIn('.h')).toEqual(['.hidden'])
  expect(filesIn('a.d/')).toEqual(['a.d/x'])
  expect([filesIn('none/x'), filesIn('a.yaml/x'), filesIn('c')]).toEqual([[], [], []])
  expect(filesFor('package.js', diskFiles)).toEqual(['package.json'])
  const unsorted = { ...diskFiles, list: () => ['b', 'c', 'a'] }
  expect(filesFor(folder, unsorted)).toEqual(['a', 'b', 'c'].map((name) => folder + name))
})

test('the command that scripts call takes any number of words', async () => {
  const { code, err } = await invoke(['complete', '--', 'list', 'tech'])
  expect([code, err, printed.filter((line) => !line.startsWith(':')).map((line) => line.split('\t')[0])]).toEqual([
    0,
    '',
    ['techniques'],
  ])
  expect((await invoke(['complete'])).code).toBe(0)
})
