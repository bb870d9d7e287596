import fc from 'fast-check'
import { type AnyCluster, anyCluster } from './any-cluster.ts'
import { audit, findingsOf } from './audit.ts'
import { type Compared, compareAttackers } from './more.ts'
import { anyName, WEAKENINGS, type Weakening } from './weaker.ts'

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

/** Judges given and generated clusters by the law that more vantage and more keys give no less. */
export function comparedIn(given: readonly AnyCluster[], count: number): readonly Compared[] {
  return [...given, ...clustersOf(count)].flatMap(compareAttackers)
}

/**
 * Judges generated clusters by the law of stricter settings, each weakening as often as the others.
 *
 * @param rounds the number of clusters for each weakening
 */
export async function lostIn(rounds: number): Promise<readonly string[]> {
  const clusters = clustersOf(rounds * WEAKENINGS.length * CLUSTERS_FOR_ONE)
  const known = new Map<AnyCluster, ReadonlySet<string>>()
  const lost: string[] = []
  for (const weakening of WEAKENINGS) {
    const judged = clusters.filter((cluster) => weakening.of(cluster) !== null).slice(0, rounds)
    if (judged.length < rounds) lost.push(`${STRICTER_SETTINGS}: "${weakening.what}" judged ${judged.length} clusters`)
    for (const cluster of judged) {
      const before = known.get(cluster) ?? (await findingsOf(cluster))
      known.set(cluster, before)
      lost.push(...(await lostBy(weakening, cluster, before)))
    }
  }
  return lost
}

/** The number of generated clusters for one that is judged: those that have a weakness already are of no use. */
const CLUSTERS_FOR_ONE = 5

const STRICTER_SETTINGS = 'stricter settings'

/**
 * The law that stricter settings open nothing. Returns what `check` reports of a cluster (`before`) and not of the same
 * one with a weakness more, except what the weakening may lose.
 */
export async function lostBy(
  { what, of, mayLose }: Weakening,
  cluster: AnyCluster,
  before: ReadonlySet<string>,
): Promise<readonly string[]> {
  const weaker = of(cluster)
  if (weaker === null) throw new Error(`"${what}" does not weaken ${JSON.stringify(cluster)}`)
  const after = new Set([...(await findingsOf(weaker))].map(anyName))
  return [...before]
    .filter((finding) => !after.has(anyName(finding)) && mayLose?.is(finding) !== true)
    .map((finding) => `${STRICTER_SETTINGS}: ${finding}, and not by "${what}", in ${JSON.stringify(cluster)}`)
}
