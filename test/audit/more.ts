import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { QuietRuns } from '../../src/simulation/quiet-runs.ts'
import { run } from '../../src/simulation/run.ts'
import { MATRIX_ROWS } from '../../src/study/matrix/matrix-rows.ts'
import { type AnyCluster, textOf } from './any-cluster.ts'
import { GAINS } from './audit.ts'
import { broughtBy } from './walk.ts'

/** Pairs of vantages of which the second can do all that the first can, and more. */
export const MORE_VANTAGE = [
  ['blind', 'side'],
  ['passive', 'side'],
  ['side', 'inline'],
  ['pod', 'node'],
] as const

/** Keys that an attacker between hosts may hold, and what it tries with each beside the techniques of everybody. */
const KEYS = {
  "a kubelet's serving key": {
    holds: 'its server certificate',
    steps: ['impersonate-server', 'relay'].map((technique) => ({ technique, presents: 'its server certificate' })),
  },
  "a user's key": {
    holds: 'alice-client',
    steps: [{ at: '1s', technique: 'direct-request', ask: 'exec', with: 'alice-client' }],
  },
} as const

const ON = 'the link that it crosses'
const PATH = 'audit-front'

/** A comparison of two attackers, of which the second has more: what the first gets and the second does not. */
export interface Compared {
  readonly what: string
  /** The number of outcomes that the first attacker has. */
  readonly gained: number
  readonly lost: readonly string[]
}

/** Compares attackers between the hosts of a cluster, of which one has more vantage or a key more. */
export function compareAttackers(cluster: AnyCluster): readonly Compared[] {
  const got = new Map<string, ReadonlySet<string>>()
  const gotBy = (vantage: string, key: keyof typeof KEYS | null) => {
    const known = got.get(`${vantage} ${key}`) ?? gainsOf(cluster, vantage, key)
    got.set(`${vantage} ${key}`, known)
    return known
  }
  const keys = Object.keys(KEYS) as (keyof typeof KEYS)[]
  const between = MORE_VANTAGE.filter(([less]) => less !== 'pod')
  return [
    ...between.flatMap(([less, more]) =>
      [null, ...keys].map((key) => compared(`${more} instead of ${less}`, gotBy(less, key), gotBy(more, key))),
    ),
    ...(['side', 'inline'] as const).flatMap((vantage) =>
      keys.map((key) => compared(`${key} too`, gotBy(vantage, null), gotBy(vantage, key))),
    ),
  ]
}

function compared(what: string, less: ReadonlySet<string>, more: ReadonlySet<string>): Compared {
  return { what, gained: less.size, lost: [...less].filter((one) => !more.has(one)) }
}

/** Returns what an attacker gets, as texts (victim, outcome), united over all techniques, each tried in a run of its own. */
function gainsOf(cluster: AnyCluster, vantage: string, key: keyof typeof KEYS | null): ReadonlySet<string> {
  const common = MATRIX_ROWS.filter((row) => row.place === ON && row.vantage === vantage).map(
    ({ technique, steps: [step] }) => ({ ...step, technique }),
  )
  const steps: readonly object[] = [...common, ...(key === null ? [] : KEYS[key].steps)]
  const holds = key === null ? {} : { holds: [KEYS[key].holds] }
  return new Set(
    steps.flatMap((step) => outcomesOf(cluster, { on: ON, vantage, ...holds, plan: [{ ...step, path: PATH }] })),
  )
}

function outcomesOf(cluster: AnyCluster, attacker: object): readonly string[] {
  const text = JSON.stringify({ ...broughtBy(cluster), attackers: { one: attacker } })
  const loaded = loadScenario(
    { text: textOf(cluster), file: 'audit.yaml' },
    { attacks: [{ text, file: 'attack.yaml' }] },
  )
  if (!loaded.ok) throw new Error(`${loaded.problems.map(formatProblem).join('\n')}\n${text}`)
  const { verdicts } = run(loaded.scenario, { quietRuns: new QuietRuns() }).result
  return verdicts
    .filter(({ scope }) => scope === 'other')
    .flatMap(({ victim, outcomes }) =>
      outcomes.filter((outcome) => GAINS.includes(outcome)).map((outcome) => `${victim}: ${outcome}`),
    )
}
