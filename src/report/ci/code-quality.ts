import { foldHighText, foldLowText, formatDigest } from '../../engine/digest.ts'
import { jsonDocument } from '../json.ts'
import type { CiFile } from './ci-output.ts'
import { type GateReport, type Judgement, repositoryPath } from './gate-report.ts'

/**
 * The report of GitLab Code Quality, a JSON array: failed and accepted judgements, each at its line
 * (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
 */
export const codeQuality: CiFile = {
  kind: 'file',
  meaning: 'also write what failed to this file, as a report of GitLab Code Quality',
  content:
    'The JSON of GitLab Code Quality: an entry for each failure, at the line of the scenario, which merge requests show as new or resolved. Accepted ones have the severity `info`.',
  isOurs: (start) => /^\[(\]\s*$|\s*\{\s*"check_name": ?"onpath\/)/.test(start),
  write: (reports) => jsonDocument(entriesOf(reports)),
}

function entriesOf(reports: readonly GateReport[]) {
  const found = reports.flatMap(({ judgements }) => judgements).filter(({ status }) => status !== 'passed')
  const seen = new Map<string, number>()
  return found.map((judgement) => {
    const { rule, message, details, place, identity } = judgement
    const nth = (seen.get(identity) ?? 0) + 1
    seen.set(identity, nth)
    return {
      check_name: `onpath/${rule.id}`,
      description: [message, ...details].join('\n'),
      fingerprint: fingerprintOf(nth === 1 ? identity : `${identity} ${nth}`),
      severity: severityOf(judgement),
      location: { path: repositoryPath(place.file), lines: { begin: place.line } },
    }
  })
}

/**
 * Returns the severity. Attacks are more severe than expectations of figures. A judgement with an error is of unknown
 * severity.
 */
function severityOf({ status, rule }: Judgement): 'info' | 'major' | 'critical' | 'blocker' {
  if (status === 'accepted') return 'info'
  if (status === 'error') return 'blocker'
  return rule.attack.length > 0 ? 'critical' : 'major'
}

/** Returns a text that is equal in the next pipeline, so that GitLab can tell new entries from old ones. */
function fingerprintOf(identity: string): string {
  return formatDigest(foldHighText(0, identity), foldLowText(0, identity))
}
