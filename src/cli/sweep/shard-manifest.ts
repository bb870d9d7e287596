import { join } from 'node:path'
import { onFile, onFileLater } from '../../disk/usage-error.ts'
import { z } from '../../scenario/schema/zod.ts'
import { PointGrid } from '../../scenario/sweep/point-grid.ts'
import { MAX_POINTS } from '../../scenario/sweep/sweep-grid.ts'
import type { Files } from '../files/files.ts'
import { makeFolders } from '../files/make-folders.ts'
import { removeLeftBehind, sharedTemporaryName } from '../files/shared-temporary.ts'
import { POINT_KEY, type PointKey } from '../points/point.ts'
import { decodeRecord, encodeRecord } from '../points/record.ts'
import { MAX_SHARDS, pointsOfShard, type Shard } from './shard.ts'
import type { SweepDescription } from './sweep-description.ts'

/** The subfolder of a folder of results that says which shards it holds. */
export const SHARDS = 'shards'

/** The entry of a shard in a folder: the sweep to which it belongs, and its points in the order of the grid. */
export interface ShardManifest {
  readonly shard: Shard
  readonly sweep: SweepDescription
  readonly points: readonly PointKey[]
}

const NAME = /^(\d{1,5})-of-(\d{1,5})\.json$/

const names = z.array(z.string())
const coordinate = z.strictObject({ path: z.string(), setting: z.string(), label: z.string(), json: z.unknown() })
const manifestSchema = z.strictObject({
  shard: z.strictObject({ number: z.int().min(1).max(MAX_SHARDS), of: z.int().min(1).max(MAX_SHARDS) }),
  sweep: z.strictObject({
    build: z.string(),
    name: z.string(),
    scenario: z.string(),
    dimensions: z.array(z.strictObject({ path: z.string(), values: z.array(coordinate).min(1) })),
    maxEvents: z.int().min(1).nullable(),
    command: z.strictObject({
      file: z.string(),
      attack: names,
      set: names,
      sweep: names,
      seed: z.int().optional(),
      seeds: z.string().optional(),
    }),
  }),
  points: z.array(z.string().regex(POINT_KEY)),
})

/**
 * Writes which shard a folder holds, before its points are there. Manifests of another number of shards go: a folder
 * holds one split.
 */
export async function writeManifest(folder: string, manifest: ShardManifest, files: Files): Promise<void> {
  const path = join(folder, SHARDS)
  const name = nameOf(manifest.shard)
  await onFileLater('write to', path, async () => {
    makeFolders(path, files)
    removeLeftBehind(path, files)
    const temporary = join(path, sharedTemporaryName(files))
    await files.writeAndRename(temporary, join(path, name), encodeRecord(name, manifest))
    for (const other of files.list(path))
      if (isOfOtherSplit(other, manifest.shard)) removeIfThere(join(path, other), files)
    await files.syncLater(path)
  })
}

/** The file of a shard in a folder. */
export interface FoundShard {
  readonly folder: string
  readonly path: string
  readonly shard: Shard
  /** Null when the file is damaged. */
  readonly manifest: ShardManifest | null
}

/** Reads all shards of a folder. Files with other names are none. */
export function readShards(folder: string, files: Files): readonly FoundShard[] {
  const path = join(folder, SHARDS)
  if (!files.isFolder(path)) return []
  return onFile('read', path, () =>
    files.list(path).flatMap((name) => {
      const [, number, of] = (NAME.exec(name) ?? []).map(Number)
      if (number === undefined) return []
      const shard = { number, of }
      const file = join(path, name)
      const manifest = files.kindOf(file) === 'file' ? manifestIn(shard, files.read(file)) : null
      return [{ folder, path: file, shard, manifest }]
    }),
  ).sort((a, b) => a.shard.of - b.shard.of || a.shard.number - b.shard.number)
}

/** Removes the file of a shard. @throws UsageError when it cannot be removed */
export function removeManifest({ path }: FoundShard, files: Files): void {
  onFile('remove', path, () => removeIfThere(path, files))
}

function manifestIn(shard: Shard, bytes: Uint8Array): ShardManifest | null {
  const record = decodeRecord(nameOf(shard), bytes)
  const parsed = record === null ? null : manifestSchema.safeParse(record.value)
  return parsed?.success === true && isOfShard(parsed.data, shard) ? parsed.data : null
}

/** Returns whether a manifest is of a shard, and has as many points as that has. */
function isOfShard({ shard: { number, of }, sweep, points }: ShardManifest, shard: Shard): boolean {
  const { size } = new PointGrid(sweep.dimensions)
  const isNamed = number === shard.number && of === shard.of && number <= of
  return isNamed && size <= MAX_POINTS && points.length === pointsOfShard(shard, size).length
}

function nameOf({ number, of }: Shard): string {
  return `${number}-of-${of}.json`
}

function isOfOtherSplit(name: string, { of }: Shard): boolean {
  const found = NAME.exec(name)
  return found !== null && Number(found[2]) !== of
}

function removeIfThere(path: string, files: Files): void {
  if (files.kindOf(path) === 'file') files.removeFile(path)
}
