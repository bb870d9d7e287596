import { UsageError } from '../../src/disk/usage-error.ts'
import { checkovFixtures } from './checkov.ts'
import type { Fixture } from './fixture.ts'
import { kopsFixtures } from './kops.ts'
import { kubescapeFixtures } from './kubescape.ts'

/** Lists the fixtures in checkouts of the projects; a sentence if one cannot be read, or a folder has none. */
export function fixturesIn(folders: readonly string[]): readonly Fixture[] | string {
  try {
    return folders.flatMap((folder) => {
      const found = [kubescapeFixtures, checkovFixtures, kopsFixtures].flatMap((list) => list(folder))
      if (found.length === 0) throw new UsageError(`${folder} has no fixtures of a project that this command knows`)
      return found
    })
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
}
