import type { VerdictResult } from '../../measure/verdict.ts'
import { type Column, csvTable } from '../csv.ts'
import { requestsText } from '../requests-text.ts'
import type { RunFile } from './run-format.ts'

/** The columns of a verdict. */
export const VERDICT_COLUMNS: readonly Column<VerdictResult>[] = [
  ['attacker', (v) => v.attacker],
  ['vantage', (v) => v.vantage],
  ['technique', (v) => v.technique],
  ['path', (v) => v.path],
  ['victim', (v) => v.victim],
  ['scope', (v) => v.scope],
  ['worst', (v) => v.worst],
  ['outcomes', (v) => v.outcomes.join(' ')],
  ['as_identity', (v) => v.asIdentity],
  ['messages_exposed', (v) => v.exposure.messages],
  ['messages', (v) => v.exposure.of],
  ['bytes_exposed', (v) => v.exposure.bytes],
  ['secrets', (v) => v.secrets.join(' ')],
  ['noticed', (v) => v.noticed],
  ['noticed_by', (v) => v.noticedBy.map(({ host, reason }) => `${host}: ${reason}`).join('; ')],
  ['first_effect_ns', (v) => v.firstEffectNs],
  ['outage_ns', (v) => v.outageNs],
  ['recovered_ns', (v) => v.recoveredNs],
  ['requests', (v) => requestsText(v.requests)],
  [
    'privileges',
    (v) => v.privileges.map(({ as, verb, resource, on }) => `${as} ${verb} ${resource} on ${on}`).join('; '),
  ],
  ['credentials', (v) => v.credentials.map(({ name }) => name).join(' ')],
]

/** The file `verdicts.csv`, with a line for each verdict. A blank separates several values in one cell. */
export const verdictsCsv: RunFile = {
  meaning: 'a line for each verdict, where there are any',
  write: ({ verdicts }) => (verdicts.length === 0 ? null : csvTable(VERDICT_COLUMNS, verdicts)),
}
