import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixturesIn } from '../../bench/outside/fixtures.ts'

const RULE = 'rules/insecure-port-flag/test/one'

/** Makes a checkout with one fixture, whose input is a pod, and returns its folder and that of the input. */
function checkout(expected = '[]'): readonly [folder: string, input: string] {
  const folder = mkdtempSync(join(tmpdir(), 'onpath-outside-'))
  const input = join(folder, RULE, 'input')
  mkdirSync(input, { recursive: true })
  writeFileSync(join(folder, RULE, 'expected.json'), expected)
  writeFileSync(join(input, 'pod.yaml'), 'kind: Pod\n')
  return [folder, input]
}

test('fixtures of other projects are listed with their files', () => {
  const [folder, input] = checkout()
  expect(fixturesIn([folder])).toMatchObject([{ name: RULE, files: [{ path: join(input, 'pod.yaml') }] }])
})

test.each([
  ['a dangling link', (path: string) => symlinkSync('nowhere', path), 'there is no such file'],
  ['a link to itself', (path: string) => symlinkSync('odd.json', path), 'its symbolic links form a loop'],
  ['a folder', (path: string) => mkdirSync(path), 'it is a folder'],
  ['a pipe', (path: string) => execFileSync('mkfifo', [path]), 'it is a pipe or a device'],
  ['a binary file', (path: string) => writeFileSync(path, new Uint8Array([1, 2, 3])), 'it is no JSON'],
])('%s among the fixtures of another project is an error with its place', (_, make, reason) => {
  const [folder, input] = checkout()
  const path = join(input, 'odd.json')
  make(path)
  expect(fixturesIn([folder])).toContain(`cannot read ${path}: ${reason}`)
})

test('a broken verdict of another project, and a folder without fixtures, are errors with their place', () => {
  const [folder] = checkout('{')
  expect(fixturesIn([folder])).toContain(`cannot read ${join(folder, RULE, 'expected.json')}: it is no JSON`)
  const empty = mkdtempSync(join(tmpdir(), 'onpath-outside-'))
  expect(fixturesIn([empty])).toBe(`${empty} has no fixtures of a project that this command knows`)
})
