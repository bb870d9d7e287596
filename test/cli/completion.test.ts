import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'

/** The built command, which loads all commands in a fraction of the time: `npm run build` first. */
const ONPATH = fileURLToPath(new URL('../../bin/onpath.js', import.meta.url))

function onpath(...argv: string[]) {
  return spawnSync(process.execPath, [ONPATH, ...argv], { encoding: 'utf8' })
}

/** Returns the words that can stand at the end of a command line. */
function completions(...words: string[]): string[] {
  const { status, stdout } = onpath('complete', '--', ...words)
  expect(status).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  return lines.filter((line) => !line.startsWith(':')).map((line) => line.split('\t')[0])
}

test('commands, options and their values are completed', () => {
  expect(completions('r')).toEqual(['run', 'report', 'replay'])
  expect(completions('run', '--ju')).toEqual(['--junit'])
  expect(completions('check', 'my.yaml', '--policy', 'no-t')).toEqual(['no-takeover'])
  expect(completions('matrix', '--vantage', 'in')).toEqual(['inline'])
  expect(completions('explain', 'relay')).toEqual(['relayed-kubelet', 'relay', 'relayed'])
})

test('the command that completes is not completed', () => {
  expect(completions('compl')).toEqual(['completion'])
})

test('files and folders are completed where a file stands', () => {
  const folder = `${aFolder()}/`
  mkdirSync(join(folder, 'more'))
  for (const name of ['mine.yaml', 'other.yaml', '.hidden']) writeFileSync(join(folder, name), '')
  expect(completions('run', `${folder}m`)).toEqual([`${folder}mine.yaml`, `${folder}more/`])
  expect(completions('run', folder)).toEqual([`${folder}mine.yaml`, `${folder}more/`, `${folder}other.yaml`])
  expect(completions('run', `${folder}none/x`)).toEqual([])
})

test('the script for bash is valid, and asks onpath', () => {
  const { stdout } = onpath('completion', 'bash')
  expect(stdout).toContain('onpath complete -- ')
  const bash = spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' })
  if (bash.error === undefined) expect([bash.status, bash.stderr]).toEqual([0, ''])
})

test('there are scripts for zsh and fish, and none for other shells', () => {
  expect(onpath('completion', 'zsh').stdout).toContain('#compdef onpath')
  expect(onpath('completion', 'fish').stdout).toContain('complete -c onpath')
  expect(onpath('completion', 'csh')).toMatchObject({ status: 2, stderr: expect.stringContaining('bash, zsh, fish') })
})
