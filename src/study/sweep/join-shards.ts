import { formatCount } from '../../report/format-number.ts'
import { PointGrid } from '../../scenario/sweep/point-grid.ts'
import { grouped } from '../../simulation/lookups/lookups.ts'
import type { PointKey } from './point.ts'
import { pointsOfShard, type Shard, shardText } from './shard.ts'
import type { ShardManifest } from './shard-manifest.ts'
import { identityOf, reproduceSweep, type SweepDescription } from './sweep-description.ts'

/** The points that a folder holds. */
export interface StoredPoints {
  has(key: PointKey): boolean
  get(key: PointKey): { readonly kind: 'whole' | 'absent' | 'damaged' }
  /** Returns where a point is stored, for messages. */
  pathOf(key: PointKey): string
}

/** The file of a shard in a folder. */
export interface FoundShard {
  readonly folder: string
  readonly path: string
  readonly shard: Shard
  /** Null when the file is damaged. */
  readonly manifest: ShardManifest | null
}

/** The folders that may hold shards. */
export interface ShardFolders<Store extends StoredPoints> {
  shardsIn(folder: string): readonly FoundShard[]
  pointsIn(folder: string): Store
}

/** The shards of one whole sweep. */
export interface WholeSweep<Store extends StoredPoints> {
  readonly described: SweepDescription
  /** For each point, in the order of the grid, its key and the store that has it. */
  readonly points: readonly { readonly key: PointKey; readonly store: Store }[]
}

/** The shards of a sweep, or everything that is wrong with them, in words. */
export type JoinedShards<Store extends StoredPoints> =
  | { readonly ok: true; readonly sweep: WholeSweep<Store> }
  | { readonly ok: false; readonly problems: readonly string[] }

type Readable = FoundShard & { readonly manifest: ShardManifest }

/** The most folders or numbers that a problem lists. */
const MAX_LISTED = 10

/** Joins the shards in several folders, if they are those of one sweep of this build, each once, and whole. */
export function joinShards<Store extends StoredPoints>(
  folders: readonly string[],
  build: string,
  { shardsIn, pointsIn }: ShardFolders<Store>,
): JoinedShards<Store> {
  const problems: string[] = []
  for (const folder of new Set(folders.filter((one, i) => folders.indexOf(one) !== i)))
    problems.push(`the folder ${folder} is given twice`)
  const found = [...new Set(folders)].flatMap((folder) => {
    const shards = shardsIn(folder)
    if (shards.length === 0)
      problems.push(
        `${folder} holds no shard of a sweep, as \`onpath sweep FILE --shard 1/4 --out ${folder}\` writes it`,
      )
    return shards
  })
  for (const { path, shard, manifest } of found)
    if (manifest === null) problems.push(`shard ${shardText(shard)} is damaged: ${path} is not as it was written`)
  const readable = found.filter((one): one is Readable => one.manifest !== null)
  const [reference] = mostCommon(readable)
  if (reference === undefined) return { ok: false, problems }
  const own = readable.filter((one) => {
    const reason = foreignness(one, reference, build)
    if (reason !== null) problems.push(`shard ${shardText(one.shard)} in ${one.folder} does not belong here: ${reason}`)
    return reason === null
  })
  const { of } = reference.shard
  for (const [number, same] of grouped(own, ({ shard }) => shard.number))
    if (same.length > 1)
      problems.push(`shard ${number}/${of} is given ${same.length} times: ${listed(same.map(({ folder }) => folder))}`)
  const numbers = new Set(found.filter(({ shard }) => shard.of === of).map(({ shard }) => shard.number))
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((number) => !numbers.has(number))
  if (missing.length > 0) problems.push(missingText(missing, reference))
  for (const one of own) problems.push(...problemsOfPoints(one, pointsIn(one.folder)))
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, sweep: joined(own, pointsIn) }
}

/** Returns the shards that most others agree with, in their order. */
function mostCommon(shards: readonly Readable[]): readonly Readable[] {
  const groups = grouped(shards, ({ shard, manifest }) => `${shard.of} ${identityOf(manifest.sweep)}`)
  return [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? []
}

/** Returns why a shard is not one of the sweep of another, or of this build; null when it is. */
function foreignness({ shard, manifest: { sweep } }: Readable, other: Readable, build: string): string | null {
  const expected = other.manifest.sweep
  if (sweep.build !== build) return `onpath ${sweep.build} made it, and this is ${build}`
  if (identityOf(sweep) !== identityOf(expected)) return differenceOf(sweep, expected)
  if (shard.of !== other.shard.of) return `it is one of ${shard.of} parts, and others are of ${other.shard.of}`
  return null
}

function differenceOf(sweep: SweepDescription, expected: SweepDescription): string {
  if (sweep.build !== expected.build) return `onpath ${sweep.build} made it, and others are of ${expected.build}`
  if (sweep.maxEvents !== expected.maxEvents)
    return `its --max-events is ${sweep.maxEvents ?? 'not set'}, and that of others ${expected.maxEvents ?? 'not set'}`
  const [paths, expectedPaths] = [sweep, expected].map(({ dimensions }) => dimensions.map(({ path }) => path))
  if (paths.join() !== expectedPaths.join())
    return `it sweeps ${paths.join(', ')}, and others ${expectedPaths.join(', ')}`
  const changed = sweep.dimensions.find(
    ({ values }, i) => settingsOf(values) !== settingsOf(expected.dimensions[i].values),
  )
  if (changed !== undefined) return `it has other values of ${changed.path}`
  if (sweep.name !== expected.name) return `it is of the scenario ${sweep.name}, and others of ${expected.name}`
  return `its scenario ${sweep.name} differs from that of others`
}

function settingsOf(values: SweepDescription['dimensions'][number]['values']): string {
  return JSON.stringify(values.map(({ setting }) => setting))
}

function missingText(missing: readonly number[], { shard: { of }, manifest: { sweep } }: Readable): string {
  const again = reproduceSweep(sweep, { shard: `${missing[0]}/${of}`, out: 'FOLDER' })
  const which =
    missing.length === 1 ? `shard ${missing[0]}/${of} is missing` : `shards ${listed(missing)} of ${of} are missing`
  return `${which}; run ${missing.length === 1 ? 'it' : 'the first'} with: ${again}`
}

function problemsOfPoints({ folder, shard, manifest: { sweep, points } }: Readable, store: StoredPoints): string[] {
  const absent = points.filter((key) => !store.has(key))
  const damaged = points.filter((key) => store.get(key).kind === 'damaged')
  const again = reproduceSweep(sweep, { shard: shardText(shard), out: folder, resume: true })
  const which = `shard ${shardText(shard)} in ${folder}`
  const of = formatCount(points.length, 'result')
  return [
    ...(absent.length === 0 ? [] : [`${which} is not complete: ${absent.length} of ${of} are missing; run: ${again}`]),
    ...(damaged.length === 0
      ? []
      : [`${which} is damaged: ${listed(damaged.map((key) => store.pathOf(key)))}; run: ${again}`]),
  ]
}

function joined<Store extends StoredPoints>(
  shards: readonly Readable[],
  pointsIn: (folder: string) => Store,
): WholeSweep<Store> {
  const points: { key: PointKey; store: Store }[] = []
  for (const { folder, shard, manifest } of shards) {
    const store = pointsIn(folder)
    const numbers = pointsOfShard(shard, sizeOf(manifest))
    for (const [i, key] of manifest.points.entries()) points[numbers[i]] = { key, store }
  }
  // The command of the first shard stands for all, whatever the order of the folders.
  const first = shards.find(({ shard }) => shard.number === 1)
  return { described: (first ?? shards[0]).manifest.sweep, points }
}

function sizeOf({ sweep }: ShardManifest): number {
  return new PointGrid(sweep.dimensions).size
}

function listed(all: readonly (string | number)[]): string {
  const others = all.length - MAX_LISTED
  return `${all.slice(0, MAX_LISTED).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}
