import type { PointKey } from '../../study/sweep/point.ts'
import type { Files } from '../files/files.ts'
import { PointStore } from '../points/point-store.ts'
import { readShards, removeManifest } from './shard-files.ts'

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
  const ofShards = new Set<PointKey>()
  for (const shard of readShards(path, files)) {
    const { manifest } = shard
    if (manifest === null) continue
    if (manifest.sweep.build !== build) removeManifest(shard, files)
    else for (const key of manifest.points) ofShards.add(key)
  }
  const store = PointStore.read(path, files)
  const others = store.list().filter((key) => !keys.has(key) && !ofShards.has(key))
  for (const key of others) store.remove(key)
  return others.length
}
