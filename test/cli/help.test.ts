import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { fittedNotes } from '../../src/cli/help-text.ts'
import { namesOf } from '../../src/engine/registry.ts'

/** The built command, which loads all commands in a fraction of the time: `npm run build` first. */
const ONPATH = fileURLToPath(new URL('../../bin/onpath.js', import.meta.url))

const helpOf = (...argv: string[]) =>
  spawnSync(process.execPath, [ONPATH, ...argv, '--help'], { encoding: 'utf8' }).stdout

test('the help of every command fits into 80 columns', () => {
  for (const argv of [[], ...namesOf(COMMANDS).map((name) => [name])]) {
    const long = helpOf(...argv)
      .split('\n')
      .filter((line) => line.length > 80)
    expect(long, argv.join(' ')).toEqual([])
  }
})

test('notes are broken between words, and their commands so that a shell takes them as one', () => {
  const notes = 'One two\nthree four.\n\nExamples:\n  onpath run a.yaml --seed 7'
  expect(fittedNotes(notes, 24)).toBe('One two three four.\n\nExamples:\n  onpath run a.yaml \\\n    --seed 7')
})
