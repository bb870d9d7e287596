import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Block, Hunk } from './page.ts'

/** Applies a block to a copy of the repository. @throws Error that names the block and shows what went wrong. */
export function applyBlock(block: Block, root: string): void {
  if (block.kind === 'commands') {
    for (const command of block.commands) runCommand(command, root, `line ${block.line}`)
    return
  }
  const place = `line ${block.line}: ${block.path}`
  const file = join(root, block.path)
  if (block.kind === 'file') {
    if (existsSync(file)) throw new Error(`${place} exists already`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, block.content)
    return
  }
  if (!existsSync(file)) throw new Error(`${place} does not exist`)
  writeFileSync(
    file,
    block.hunks.reduce((text, hunk) => applyHunk(text, hunk, place), readFileSync(file, 'utf8')),
  )
}

function applyHunk(text: string, { before, after }: Hunk, place: string): string {
  const lines = text.split('\n')
  const places = lines.flatMap((_, at) => (before.every((line, i) => lines[at + i] === line) ? [at] : []))
  if (before.length === 0 || places.length !== 1)
    throw new Error(`${place}: these lines stand there ${places.length} times, not once:\n${before.join('\n')}`)
  return [...lines.slice(0, places[0]), ...after, ...lines.slice(places[0] + before.length)].join('\n')
}

/** Runs a command of a shell with the copy as its working directory. @throws Error where it exits with another code. */
export function runCommand(
  command: { readonly text: string; readonly exitCode: number },
  root: string,
  place: string,
): void {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command.text], {
    cwd: root,
    encoding: 'utf8',
    env: environment(),
  })
  if (status !== command.exitCode)
    throw new Error(`${place}: \`${command.text}\` exited with ${status}, not ${command.exitCode}:\n${stdout}${stderr}`)
}

/** Without what Vitest tells its own workers, which a Vitest inside of it would take for its own. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV$|ONPATH_TEST_REPORT$)/.test(name),
  )
  return Object.fromEntries(own)
}
