import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { applyBlock, runCommand } from '../adding/apply-block.ts'
import { parsePage } from '../adding/page.ts'
import { excessOf } from '../adding/page-limits.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = readdirSync(`${ROOT}docs/adding`).filter((name) => name.endsWith('.md') && name !== 'README.md')

const blocksOf = (name: string) => parsePage(readFileSync(`${ROOT}docs/adding/${name}`, 'utf8'))

test.each(PAGES)('the steps of docs/adding/%s work on a copy of the repository', (name) => {
  const blocks = blocksOf(name)
  expect(excessOf(blocks)).toEqual([])
  inCopy((copy) => {
    for (const block of blocks) applyBlock(block, copy)
  })
})

/** What every change must pass. */
const CHECKS = ['npx tsc --noEmit', 'npx biome check .', 'npx vitest run test/tidy.test.ts', 'npx knip']

test('the code of all pages together passes the type check, the linter and the house rules, and is all used', () => {
  inCopy((copy) => {
    for (const block of PAGES.flatMap(blocksOf)) if (block.kind !== 'commands') applyBlock(block, copy)
    for (const text of CHECKS) runCommand({ text, exitCode: 0 }, copy, 'all pages')
  })
})

function inCopy(use: (copy: string) => void): void {
  const copy = copyOfRepository()
  try {
    use(copy)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** The files that git knows or would take, as they are now, with a link to node_modules. */
function copyOfRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'onpath-adding-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const paths = listed
    .split('\0')
    .filter((path) => path !== '' && path !== 'node_modules' && existsSync(join(ROOT, path)))
  for (const folder of new Set(paths.map((path) => dirname(path)))) mkdirSync(join(copy, folder), { recursive: true })
  for (const path of paths) copyFileSync(join(ROOT, path), join(copy, path))
  symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(copy, 'node_modules'))
  return copy
}
