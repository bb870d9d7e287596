import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OutputFile } from '../../src/cli/files/output-file.ts'
import { failingFiles, Killed } from '../fixtures/failing-files.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const ALL = Number.MAX_SAFE_INTEGER
const isOurs = (text: string) => text.startsWith('ours')

test('matrix --out refuses to replace a file that is no matrix, before the first run', async () => {
  const folder = aFolder({ 'small.yaml': SMALL_SCENARIO, 'notes.txt': 'mine' })
  const at = (name: string) => join(folder, name)
  mkdirSync(at('folder'))
  symlinkSync(at('notes.txt'), at('link.csv'))
  symlinkSync('nowhere', at('broken.csv'))
  let runs = 0
  const simulate = async () => {
    runs++
    throw new Error('no run was expected')
  }
  for (const [out, reason] of [
    [at('notes.txt'), 'it is another file'],
    [at('small.yaml'), 'this command reads it'],
    [at('folder'), 'it is a folder'],
    [at('link.csv'), 'it is a symbolic link'],
    [at('broken.csv'), 'it is a symbolic link'],
    [at('nowhere/matrix.csv'), 'there is no such file'],
    ['/dev/null', 'it is not a regular file'],
    ['', '--out needs the name of a file'],
    ['-', '--out needs the name of a file'],
  ]) {
    const { code, err } = await invoke(['matrix', at('small.yaml'), '--out', out], { simulate })
    expect([out, code, err]).toEqual([out, 2, expect.stringContaining(reason)])
  }
  expect(runs).toBe(0)
  expect(readFileSync(at('notes.txt'), 'utf8')).toBe('mine')
  expect(readFileSync(at('small.yaml'), 'utf8')).toBe(SMALL_SCENARIO)
  expect(readdirSync(folder).sort()).toEqual(['broken.csv', 'folder', 'link.csv', 'notes.txt', 'small.yaml'])
})

test('matrix refuses a folder that cannot be written to before the first run', () => {
  const folder = aFolder()
  chmodSync(folder, 0o500)
  if (process.getuid?.() === 0) return
  expect(() => OutputFile.open(join(folder, 'a.csv'), isOurs, [], failingFiles({ nth: ALL, how: 'EIO' }))).toThrow(
    'permission denied',
  )
})

test('a matrix file holds the old text or the whole new one, whatever fails or kills the process', () => {
  const write = (path: string, nth: number, how: 'killed' | 'ENOSPC') => {
    const files = failingFiles({ nth, how })
    try {
      OutputFile.open(path, isOurs, [], files).write('ours, new')
      return { files, isDone: true, error: null }
    } catch (error) {
      return { files, isDone: false, error }
    }
  }
  const count = write(join(aFolder(), 'a.csv'), ALL, 'killed').files.operations.length
  expect(count).toBe(5)
  for (const how of ['killed', 'ENOSPC'] as const) {
    for (const before of [null, 'ours, old']) {
      const states = new Set<string | null>()
      for (let nth = 1; nth <= count; nth++) {
        const folder = aFolder(before === null ? {} : { 'a.csv': before })
        const path = join(folder, 'a.csv')
        const { isDone, error } = write(path, nth, how)
        expect(isDone).toBe(false)
        if (how === 'killed') expect(error).toBeInstanceOf(Killed)
        else {
          expect(String(error)).toContain(`cannot write to ${path}: the disk is full`)
          expect(readdirSync(folder).filter((name) => name !== 'a.csv')).toEqual([])
        }
        const found = existsSync(path) ? readFileSync(path, 'utf8') : null
        expect([before, 'ours, new']).toContain(found)
        states.add(found)
        expect(write(path, ALL, 'killed').isDone).toBe(true)
        writeFileSync(path, 'ours, again')
      }
      expect(states.size).toBe(2)
    }
  }
})
