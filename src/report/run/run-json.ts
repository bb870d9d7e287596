import type { Acceptance } from '../../measure/acceptance.ts'
import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result } from '../../measure/result.ts'
import { jsonOf } from '../json.ts'
import type { RunFormat } from './run-format.ts'

export const runJson: RunFormat = {
  meaning: 'print JSON: one document, or a line for each of several files',
  each: (result, { reproduce, isOnly, tolerances }) =>
    jsonOf({ ...result, expectations: withTolerances(result, tolerances), reproduce }, isOnly),
}

/** Adds to each unmet expectation whether it is accepted, by which acceptances, and which acceptances have expired. */
function withTolerances({ expectations }: Result, tolerances: readonly Tolerance[]) {
  const open = [...tolerances]
  return expectations.map((one) => {
    const tolerance = one.met ? undefined : open.shift()
    if (tolerance === undefined) return one
    const { isAccepted, accepted, expired } = tolerance
    return { ...one, accepted: isAccepted, acceptedBy: accepted.map(entry), expired: expired.map(entry) }
  })
}

function entry({ text, reason, untilDate }: Acceptance) {
  return { accept: text, reason, until: untilDate }
}
