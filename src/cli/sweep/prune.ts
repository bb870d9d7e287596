import type { Files } from '../files/files.ts'
import type { PointKey } from './points/point.ts'
import { PointStore } from './points/point-store.ts'
import { readShards, removeManifest } from './shard-manifest.ts'

/** The folder of a sweep that is to hold nothing of others. */
export interface FolderToPrune {
  readonly path: string
  /** The build of onpath that made the sweep. */
  readonly build: string
  /** The points of the sweep. */
  readonly keys: ReadonlySet<PointKey>
}

/**
 * Removes the results in a folder that are not of its sweep: those of other builds, scenarios, values and seeds. Results
 * of shards that this build has begun in the same folder stay. Returns the number of results that were removed.
 * @throws UsageError when one cannot be removed
 */
export function prune({ path, build, keys }: FolderToPrune, files: Files): number {
  const shards = readShards(path, files).filter(({ manifest }) => manifest !== null)
  const isOfBuild = (shard: (typeof shards)[number]) => shard.manifest?.sweep.build === build
  for (const shard of shards) if (!isOfBuild(shard)) removeManifest(shard, files)
  const ofShards = new Set(shards.filter(isOfBuild).flatMap(({ manifest }) => manifest?.points ?? []))
  const store = PointStore.read(path, files)
  const others = store.list().filter((key) => !keys.has(key) && !ofShards.has(key))
  for (const key of others) store.remove(key)
  return others.length
}
