import { z } from '../../scenario/schema/zod.ts'
import { PointGrid } from '../../scenario/sweep/point-grid.ts'
import { MAX_POINTS } from '../../scenario/sweep/sweep-grid.ts'
import { POINT_KEY, type PointKey } from './point.ts'
import { decodeRecord, encodeRecord, type Sha256 } from './record.ts'
import { MAX_SHARDS, pointsOfShard, type Shard } from './shard.ts'
import type { SweepDescription } from './sweep-description.ts'

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

/** Returns the name of the file of a shard. */
export function manifestName({ number, of }: Shard): string {
  return `${number}-of-${of}.json`
}

/** Returns the shard whose file has a name; null for another file. */
export function shardNamed(name: string): Shard | null {
  const [, number, of] = (NAME.exec(name) ?? []).map(Number)
  return number === undefined ? null : { number, of }
}

/** Returns the bytes of the file of a shard. */
export function encodeManifest(manifest: ShardManifest, sha256: Sha256): string {
  return encodeRecord(manifestName(manifest.shard), manifest, sha256)
}

/** Reads the bytes of the file of a shard. Returns null when they are damaged, or those of another shard. */
export function decodeManifest(shard: Shard, bytes: Uint8Array, sha256: Sha256): ShardManifest | null {
  const record = decodeRecord(manifestName(shard), bytes, sha256)
  const parsed = record === null ? null : manifestSchema.safeParse(record.value)
  return parsed?.success === true && isOfShard(parsed.data, shard) ? parsed.data : null
}

/** Returns whether a manifest is of a shard, and has as many points as that has. */
function isOfShard({ shard: { number, of }, sweep, points }: ShardManifest, shard: Shard): boolean {
  const { size } = new PointGrid(sweep.dimensions)
  const isNamed = number === shard.number && of === shard.of && number <= of
  return isNamed && size <= MAX_POINTS && points.length === pointsOfShard(shard, size).length
}
