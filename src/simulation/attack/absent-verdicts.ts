import type { VerdictResult } from '../../measure/verdict.ts'
import { emptyVerdict } from '../../measure/verdicts/empty-verdict.ts'
import type { Blueprint } from '../blueprint.ts'

/** Returns a verdict for each attacked path that does not exist in this configuration. */
export function absentVerdicts({ attackers }: Blueprint): VerdictResult[] {
  return attackers.flatMap(({ name, vantage, absent }) =>
    absent.map(({ technique, path }) =>
      emptyVerdict({ attacker: name, vantage, technique, path, victim: '', scope: 'other' }, 'not-applicable'),
    ),
  )
}
