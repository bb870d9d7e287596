import { accessSync, constants, existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { runChecked } from './processes.ts'
import type { Machine } from './requirements.ts'

/** The machine on which the lab runs. */
export const machine: Machine = {
  isLinux: process.platform === 'linux',
  isRoot: process.getuid?.() === 0,
  find,
  exists: existsSync,
  hasNetem,
  processors: availableParallelism(),
}

function find(...commands: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const files = commands.flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
  return files.find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Whether the kernel has netem, which only a try shows: on the loopback interface of a temporary namespace. */
function hasNetem(): boolean {
  const netns = `onpath-lab-${process.pid}-a`
  try {
    runChecked('ip', ['netns', 'add', netns])
    runChecked('tc', ['-n', netns, 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'])
    return true
  } catch {
    return false
  } finally {
    if (existsSync(`/run/netns/${netns}`)) runChecked('ip', ['netns', 'delete', netns])
  }
}
