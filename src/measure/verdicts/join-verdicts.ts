import type { Outcome, VerdictResult } from '../verdict.ts'
import { inOrder } from './outcomes.ts'
import { sortedTexts } from './sorted-texts.ts'

/** Several steps of one technique are one verdict a path and victim: the worst of each. */
export function joinVerdicts(verdicts: readonly VerdictResult[]): VerdictResult[] {
  const groups = new Map<string, VerdictResult>()
  for (const verdict of verdicts) {
    const key = [verdict.attacker, verdict.technique, verdict.path, verdict.victim].join('\n')
    const other = groups.get(key)
    groups.set(key, other === undefined ? verdict : joinTwo(other, verdict))
  }
  return [...groups.values()]
}

function joinTwo(a: VerdictResult, b: VerdictResult): VerdictResult {
  const outcomes = withoutPoor(inOrder([...a.outcomes, ...b.outcomes]))
  const worse = outcomes[0] === a.worst ? a : b
  const noticed = ['security', 'fault', 'none'] as const
  return {
    ...worse,
    outcomes,
    worst: outcomes[0],
    asIdentity: a.asIdentity ?? b.asIdentity,
    exposure: {
      messages: Math.max(a.exposure.messages, b.exposure.messages),
      of: Math.max(a.exposure.of, b.exposure.of),
      bytes: a.exposure.bytes + b.exposure.bytes,
    },
    secrets: sortedTexts([...new Set([...a.secrets, ...b.secrets])]),
    noticed: noticed.find((one) => one === a.noticed || one === b.noticed) ?? 'none',
    noticedBy: [...new Map([...a.noticedBy, ...b.noticedBy].map((one) => [JSON.stringify(one), one])).values()],
    firstEffectNs: earlier(a.firstEffectNs, b.firstEffectNs),
    privileges: [...a.privileges, ...b.privileges],
    credentials: [...a.credentials, ...b.credentials],
    evidence: [...a.evidence, ...b.evidence].sort((one, other) => one.atNs - other.atNs),
  }
}

/** What stands for having achieved nothing does not stand beside an achievement. */
function withoutPoor(outcomes: readonly Outcome[]): Outcome[] {
  const poor: readonly Outcome[] = ['failed', 'out-of-reach', 'absent']
  const rich = outcomes.filter((outcome) => !poor.includes(outcome))
  return rich.length > 0 ? rich : [outcomes[0]]
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
