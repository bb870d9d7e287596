import { join } from 'node:path'
import { onFile, onFileLater } from '../../disk/usage-error.ts'
import type { FoundShard } from '../../study/sweep/join-shards.ts'
import {
  decodeManifest,
  encodeManifest,
  manifestName,
  type ShardManifest,
  shardNamed,
} from '../../study/sweep/shard-manifest.ts'
import type { Files } from '../files/files.ts'
import { makeFolders } from '../files/make-folders.ts'
import { removeLeftBehind, sharedTemporaryName } from '../files/shared-temporary.ts'
import { sha256 } from '../sha256.ts'

/** The subfolder of a folder of results that says which shards it holds. */
export const SHARDS = 'shards'

/**
 * Writes which shard a folder holds, before its points are there. Manifests of another number of shards go: a folder
 * holds one split.
 */
export async function writeManifest(folder: string, manifest: ShardManifest, files: Files): Promise<void> {
  const path = join(folder, SHARDS)
  const name = manifestName(manifest.shard)
  await onFileLater('write to', path, async () => {
    makeFolders(path, files)
    removeLeftBehind(path, files)
    const temporary = join(path, sharedTemporaryName(files))
    await files.writeAndRename(temporary, join(path, name), encodeManifest(manifest, sha256))
    for (const other of files.list(path)) {
      const of = shardNamed(other)?.of ?? manifest.shard.of
      if (of !== manifest.shard.of) removeIfThere(join(path, other), files)
    }
    await files.syncLater(path)
  })
}

/** Reads all shards of a folder. Files with other names are none. */
export function readShards(folder: string, files: Files): readonly FoundShard[] {
  const path = join(folder, SHARDS)
  if (!files.isFolder(path)) return []
  return onFile('read', path, () =>
    files.list(path).flatMap((name) => {
      const shard = shardNamed(name)
      if (shard === null) return []
      const file = join(path, name)
      const manifest = files.kindOf(file) === 'file' ? decodeManifest(shard, files.read(file), sha256) : null
      return [{ folder, path: file, shard, manifest }]
    }),
  ).sort((a, b) => a.shard.of - b.shard.of || a.shard.number - b.shard.number)
}

/** Removes the file of a shard. @throws UsageError when it cannot be removed */
export function removeManifest({ path }: FoundShard, files: Files): void {
  onFile('remove', path, () => removeIfThere(path, files))
}

function removeIfThere(path: string, files: Files): void {
  if (files.kindOf(path) === 'file') files.removeFile(path)
}
