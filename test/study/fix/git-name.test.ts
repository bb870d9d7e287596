import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleLines } from '../../../src/scenario/problems/visible.ts'
import { gitName } from '../../../src/study/fix/git-name.ts'
import { unifiedDiff } from '../../../src/study/fix/unified-diff.ts'
import { aFolder } from '../../fixtures/folder.ts'

/** The programs that apply patches, those of them that this machine has. */
const PROGRAMS = [
  ['patch', '-p1', '--quiet'],
  ['git', 'apply'],
].filter(([program]) => spawnSync(program, ['--version']).error === undefined)

/** Writes a file, applies the diff to it as it is printed, and returns all files that there are then. */
function applied([program, ...words]: readonly string[], name: string, before: string, after: string) {
  const folder = aFolder()
  mkdirSync(join(folder, dirname(name)), { recursive: true })
  writeFileSync(join(folder, name), before)
  const input = visibleLines(unifiedDiff(name, before, after), false)
  const { status } = spawnSync(program, words, { cwd: folder, input, encoding: 'utf8' })
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
  return { status, files }
}

const BEFORE = 'one\r\ntwo\nthree\tx\n'
const AFTER = 'one\r\n2\nthree\tx\n'

const HOSTILE_NAMES = [
  'x.yaml\n--- /dev/null\n+++ b/forged\n@@ -0,0 +1,1 @@\n+forged\n',
  'a\rb',
  '"quoted"',
  'back\\slash\\n',
  'two words\t2020-01-01',
  ' blanks ',
  'ελληνικά/ünï.yaml',
  '\u0001\u007f\u009b31m\u202e',
  'folder\n+++ b/x/file',
  'x ##[error]forged',
]

test.each(PROGRAMS)('%s changes the file that a diff names, whatever the name, and creates no other', (...program) => {
  for (const name of HOSTILE_NAMES) {
    const { status, files } = applied(program, name, BEFORE, AFTER)
    // GNU patch 2.8 writes no file whose name has an end of a line.
    const isRefused = program[0] === 'patch' && name.includes('\n') && status !== 0
    expect([name, isRefused ? 0 : status, files]).toEqual([name, 0, { [name]: isRefused ? BEFORE : AFTER }])
  }
})

test('a diff has the lines of its hunks and two more, whatever characters a file name has', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      const diff = unifiedDiff(`x${name}`, 'a\n', 'b\n')
      expect(visibleLines(diff, false)).toBe(diff)
      expect(diff.split('\n')).toEqual([
        `--- ${gitName(`a/x${name}`)}`,
        `+++ ${gitName(`b/x${name}`)}`,
        '@@ -1,1 +1,1 @@',
        '-a',
        '+b',
        '',
      ])
    }),
  )
})

test('file names in a diff are quoted as git quotes them', () => {
  expect(gitName('a/etc/kubernetes/kube-apiserver.yaml')).toBe('a/etc/kubernetes/kube-apiserver.yaml')
  expect(gitName('a/two words')).toBe('a/two words\t')
  expect(gitName('a/\u0007\b\t\n\v\f\r"\\\u0001\u007fé')).toBe('"a/\\a\\b\\t\\n\\v\\f\\r\\"\\\\\\001\\177\\303\\251"')
})

test('a diff has no context lines with hidden characters or CI commands; a change of one is marked', () => {
  const line = ' ::error::forged\n'
  for (const odd of [line, 'a\u202eb\n', 'x ##[error]forged\n', 'a\rb\n']) {
    const diff = unifiedDiff('a', `1\n${odd}2\n3\n`, `1\n${odd}2\nthree\n`)
    expect(diff).toBe('--- a/a\n+++ b/a\n@@ -3,2 +3,2 @@\n 2\n-3\n+three\n')
    const changing = unifiedDiff('a', odd, 'x\n')
    expect(changing).toMatch(/^# a line that changes has a secret or hidden characters/)
    expect(visibleLines(changing, false)).toBe(changing)
  }
})
