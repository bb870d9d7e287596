import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Program } from './peer.ts'

const LONGEST_OUTPUT_BYTES = 2 ** 28

/** Runs a program, and returns what it prints. @throws when it fails */
export function outputOf([file, ...words]: Program): string {
  return execFileSync(file, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: LONGEST_OUTPUT_BYTES,
  })
}

/** Returns what a program prints, or null if it is not there or fails. */
export function tryOutputOf([file, ...words]: Program): string | null {
  const { status, stdout } = spawnSync(file, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return status === 0 ? stdout.trim() : null
}

/** Runs a program to its end, and returns the CPU seconds that it took, with those of its threads. */
export function cpuSecondsOf(program: Program): number {
  const text = outputOf(['sh', '-c', '"$@" > /dev/null && times', 'sh', ...program])
  // The second line of `times` is about the children: their own time and that of the system.
  const times = text.trim().split('\n')[1] ?? ''
  const seconds = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  )
  if (seconds.length !== 2) throw new Error(`times printed ${JSON.stringify(text)}`)
  return seconds[0] + seconds[1]
}

/** Returns the version in a package.json. */
export function versionIn(file: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'))
  return version
}
