import type { Acceptance } from '../../measure/acceptance.ts'
import type { CheckResult, Finding } from '../../measure/check.ts'
import { jsonDocument } from '../json.ts'
import type { CheckFormat } from './check-format.ts'
import { sentenceOf } from './finding-sentence.ts'

/** Prints one document for all scenarios. */
export const checkJson: CheckFormat = {
  meaning: 'print one JSON document for all files',
  write: (results) =>
    jsonDocument({
      schemaVersion: 1,
      passed: results.every(({ passed }) => passed),
      checks: results.map(checkValue),
    }),
}

/** Returns a check for JSON. */
export function checkValue(result: CheckResult): object {
  return {
    ...result,
    findings: result.findings.map((finding) => findingValue(finding, result)),
    unused: result.unused.map(acceptanceValue),
  }
}

/** Returns a finding for JSON. Its verdict's fields stand beside its own. */
function findingValue({ verdict, accepted, expired, ...finding }: Finding, { names }: CheckResult): object {
  const { path: port, ...fields } = verdict
  return {
    ...finding,
    ...fields,
    port,
    sentence: sentenceOf({ verdict, accepted, expired, ...finding }, names),
    accepted: accepted.map(acceptanceValue),
    expired: expired.map(acceptanceValue),
  }
}

function acceptanceValue({ text, reason, untilDate }: Acceptance): object {
  return { verdict: text, reason, until: untilDate }
}
