import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile } from '../../src/disk/read-text.ts'
import { onFile } from '../../src/disk/usage-error.ts'
import type { Fixture } from './fixture.ts'
import { namesIn } from './read.ts'

const FOLDER = 'tests/integration/update_cluster'

/** Lists the clusters of the integration tests in a checkout of kubernetes/kops, on which kops has no verdict. */
export function kopsFixtures(folder: string): readonly Fixture[] {
  if (!existsSync(join(folder, FOLDER))) return []
  return namesIn(join(folder, FOLDER)).map((cluster): Fixture => {
    const name = join(FOLDER, cluster)
    const paths = onFile('read', join(folder, name), () =>
      readdirSync(join(folder, name), { recursive: true, withFileTypes: true }),
    )
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    return {
      project: 'kops',
      name,
      files: paths.map((path) => ({ path, text: readTextFile(path) })),
      judgement: null,
    }
  })
}
