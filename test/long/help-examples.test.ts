import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

/** The examples that cannot be tried here, by a part of them, with the reason. */
const NOT_TRIED: readonly (readonly [part: string, reason: string])[] = [
  ['--queue', 'a queue is needed; test/cli/queue/ tries it'],
  ['rbac.yaml', 'the files are those of a machine; test/import/ tries them'],
  ['kube-bench.json', 'kube-bench is needed; test/cli/check.test.ts has a report of it'],
  ['import - manifests/', 'the files are those of a machine; test/import/ tries them'],
  ['--bundle', 'the files are those of a machine; test/import/ tries them'],
  ['/var/lib/kubelet', 'the files are those of a machine; test/import/ tries them'],
  ['check cluster.yaml', 'the example before writes it'],
  ['compare before after', 'the examples before write them'],
  ['compare sweep-before sweep-after', 'the examples before write them'],
  ['merge part-', 'the examples before write them'],
  ['results/', 'the folders are those of earlier runs; test/cli/replay.test.ts and others have some'],
  ['onpath ui', 'it serves until somebody ends it; test/cli/ui.test.ts does'],
  ['run -', 'it reads what the command before prints; test/cli/init.test.ts runs what init writes'],
]

/** The options whose values are files or folders that the command writes. */
const WRITES = ['--out', '-o', '--output', '--report', '--pcap', '--sarif', '--plot', '--samples', '--emit-job']

/** Returns the examples in the notes of a command: their lines with `onpath`, without what a shell does with them. */
function examplesIn(notes: string): string[] {
  return notes
    .split('\n')
    .filter((line) => /^ {2}(\S.* )?onpath /.test(line) && !line.trim().startsWith('#'))
    .map((line) =>
      line
        .trim()
        .replace(/^.*?(?=\bonpath )/, '')
        .replace(/\)$/, ''),
    )
    .map((line) => line.replace(/ (>|\||&&) .*$/, ''))
}

/** Returns the words of a command line, with `*` in paths replaced by what is there. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain,
  )
  return words.flatMap((word) => {
    if (!/^[\w./-]+\/\*\.yaml$/.test(word)) return [word]
    const folder = dirname(word)
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join(folder, name))
  })
}

/** Returns the words with the files that they write in another folder. */
function writingTo(folder: string, words: readonly string[]): string[] {
  const isInit = words[1] === 'init'
  return words.map((word, i) => {
    const isWritten = WRITES.includes(words[i - 1]) || (isInit && i === 2)
    return isWritten && word !== '-' ? join(folder, basename(word)) : word
  })
}

class Reached extends Error {}

describe.each(namesOf(COMMANDS))('the examples in the help of %s', (name) => {
  test('the examples in the help of each command are accepted, up to their first simulation', async () => {
    const { notes = '' } = await COMMANDS[name].load()
    const tried = examplesIn(notes).filter((line) => !NOT_TRIED.some(([part]) => line.includes(part)))
    for (const line of tried) {
      let isReached = false
      const simulate: Simulate = async () => {
        isReached = true
        throw new Reached()
      }
      const words = writingTo(aFolder(), wordsOf(line))
      const { code, err } = await invoke(words.slice(1), { simulate })
      expect([line, isReached || code === 0, isReached ? '' : err]).toEqual([line, true, isReached ? '' : err])
    }
  })
})

test('the folders in the examples of the help exist', () => {
  for (const path of ['scenarios/presets', 'examples/import/kubeadm']) expect(existsSync(path)).toBe(true)
})

test('each help example that is not tried is in the help of a command', async () => {
  const all = await Promise.all(namesOf(COMMANDS).map(async (name) => (await COMMANDS[name].load()).notes ?? ''))
  const examples = all.flatMap(examplesIn)
  for (const [part] of NOT_TRIED) expect([part, examples.some((line) => line.includes(part))]).toEqual([part, true])
})
