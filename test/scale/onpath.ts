import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The command line as it was built. */
export const BUILT = fileURLToPath(new URL('../../bin/onpath.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A process of onpath that runs. */
export interface Running {
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
}

/** Starts onpath as it was built, in the folder of the repository. */
export function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment }
  const child = spawn(process.execPath, [BUILT, ...words], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += String(text)
  })
  child.stderr.on('data', (text) => {
    err += String(text)
  })
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })))
  return { ended, kill: (signal) => child.kill(signal) }
}

/** Runs onpath as it was built to its end. */
export function onpath(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start(words, environment).ended
}

/** The build that the command line names itself. */
export const BUILD: string = builtVersion()

function builtVersion(): string {
  const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
  const { version } = z.object({ version: z.string() }).parse(read('package.json'))
  const { sources } = z.object({ sources: z.string() }).parse(read('dist/cli/package.json'))
  return `${version}+${sources}`
}
