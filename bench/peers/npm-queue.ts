import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FoundPeer, Peer } from './peer.ts'
import { versionIn } from './programs.ts'

/** Returns how to run the hold model on a queue of `queues/`. */
export function holdProcess(queue: string): NonNullable<FoundPeer['hold']> {
  const file = fileURLToPath(new URL('hold-process.js', import.meta.url))
  return ({ pending, operations, segments }) => [
    process.execPath,
    file,
    queue,
    `${pending}`,
    `${operations}`,
    `${segments}`,
  ]
}

/** Returns a queue of an npm package. `queue` is its file in `queues/`. */
export function npmQueue(packageName: string, queue: string, keepsOrder = true): Peer {
  const description = `node_modules/${packageName}/package.json`
  return {
    name: packageName,
    keepsOrder,
    find: () =>
      existsSync(description) ? { version: versionIn(description), hold: holdProcess(queue) } : { get: 'npm ci' },
  }
}
