import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { namesOf } from '../../src/engine/registry.ts'

/** The built command, which loads all commands in a fraction of the time: `npm run build` first. */
const ONPATH = fileURLToPath(new URL('../../bin/onpath.js', import.meta.url))

const helpOf = (...argv: string[]) =>
  spawnSync(process.execPath, [ONPATH, ...argv, '--help'], { encoding: 'utf8' }).stdout

test('the help of every command fits into 80 columns', () => {
  for (const argv of [[], ...namesOf(COMMANDS).map((name) => [name])]) {
    const help = helpOf(...argv)
    expect(help, argv.join(' ')).toContain('Usage: onpath')
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  }
})
