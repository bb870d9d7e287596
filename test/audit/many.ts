import fc from 'fast-check'
import { type AnyCluster, anyCluster } from './any-cluster.ts'
import { audit, findingsOf } from './audit.ts'
import { anyName, WEAKENINGS } from './weaker.ts'

/** Returns the seed of the tests of this run, with which a failure is repeated (ONPATH_TEST_SEED). */
export function seedOfTests(): number {
  return fc.readConfigureGlobal()?.seed ?? 1
}

function clustersOf(count: number): readonly AnyCluster[] {
  return fc.sample(anyCluster, { seed: seedOfTests(), numRuns: count })
}

/** Returns what attackers of generated clusters get and `check` does not report, and what the walk says and no run shows. */
export async function unreportedIn(count: number): Promise<readonly string[]> {
  const found: string[] = []
  for (const cluster of clustersOf(count)) {
    const { missed, unshown } = await audit(cluster)
    found.push(
      ...missed.map(({ what, got }) => `${what} (${got}) in ${JSON.stringify(cluster)}`),
      ...unshown.map((what) => `${what}, and no run shows it, in ${JSON.stringify(cluster)}`),
    )
  }
  return found
}

/** Returns what `check` reports of generated clusters, and not any more when they are weaker. */
export async function lostIn(count: number): Promise<readonly string[]> {
  const lost: string[] = []
  for (const [i, cluster] of clustersOf(count).entries()) {
    const { what, of, mayLose } = WEAKENINGS[i % WEAKENINGS.length]
    const weaker = of(cluster)
    if (weaker === null) continue
    const [before, after] = [await findingsOf(cluster), await findingsOf(weaker)]
    const known = new Set([...after].map(anyName))
    lost.push(
      ...[...before]
        .filter((finding) => !known.has(anyName(finding)) && mayLose?.is(finding) !== true)
        .map((finding) => `${finding}, by "${what}" in ${JSON.stringify(cluster)}`),
    )
  }
  return lost
}
