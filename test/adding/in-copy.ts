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
import { applyBlock, runCommand } from './apply-block.ts'
import { type Block, parsePage } from './page.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The names of the pages of docs/adding/. */
export const PAGES = readdirSync(`${ROOT}docs/adding`).filter((name) => name.endsWith('.md') && name !== 'README.md')

export function blocksOf(name: string): Block[] {
  return parsePage(readFileSync(`${ROOT}docs/adding/${name}`, 'utf8'))
}

/** Applies blocks to a copy of the repository, writes what is generated there, and runs more commands. */
export function applyInCopy(blocks: readonly Block[], commands: readonly string[]): void {
  const copy = copyOfRepository()
  try {
    for (const block of blocks) applyBlock(block, copy)
    // Tests ask git for the files that there are.
    for (const text of ['npm run generate', 'git init -q && git add -A', ...commands])
      runCommand({ text, exitCode: 0 }, copy, 'the copy')
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
