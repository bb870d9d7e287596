import type { VerdictResult } from '../../measure/verdict.ts'
import { heads } from '../columns.ts'
import { formatSpan } from '../format-number.ts'
import { identityText, requestText } from '../requests-text.ts'
import { commandLines, hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { type Styles, stylesOf } from '../screen/styles.ts'
import { tableLines } from '../screen/table.ts'

const HEAD = heads('attacker', 'technique', 'path', 'victim', 'outcome', 'exposed', 'noticed')

/**
 * Returns a line for each verdict, followed by the attacker's gain, the evidence, and the command that shows it.
 * `packets` is the command that lists the packets of the run.
 */
export function verdictLines(verdicts: readonly VerdictResult[], packets: string, screen: Screen): string[] {
  if (verdicts.length === 0) return []
  const styles = stylesOf(screen)
  const table = {
    head: HEAD,
    rows: verdicts.map((verdict) => rowOf(verdict, styles)),
    wordColumns: HEAD.length,
    keyColumns: 4,
  }
  const { head, rows } = tableLines(table, screen)
  return [
    ...head,
    ...verdicts.flatMap((verdict, i) => [
      ...rows[i],
      ...detailsOf(verdict, screen),
      ...commandFor(verdict, packets, screen),
    ]),
  ]
}

function rowOf(
  { attacker, vantage, technique, path, victim, scope, outcomes, exposure, noticed }: VerdictResult,
  styles: Styles,
): string[] {
  const { messages, of } = exposure
  return [
    `${attacker} (${vantage})`,
    technique,
    path,
    scope === 'own' ? `${victim} (its own)` : victim,
    outcomes.map((outcome) => (scope === 'own' ? styles.quiet(outcome) : styles.outcome(outcome))).join(', '),
    messages === 0 ? '-' : `${messages} of ${of}`,
    noticed,
  ]
}

function detailsOf(
  { asIdentity, requests, privileges, credentials, secrets, noticedBy, outageNs, evidence }: VerdictResult,
  screen: Screen,
): string[] {
  const [first] = evidence.filter(({ shows }) => shows !== 'not-tried')
  const untried = evidence.filter(({ shows }) => shows === 'not-tried').map(({ what }) => what)
  return [
    ...(asIdentity === null ? [] : [`seen by the server as ${asIdentity}`]),
    ...requests.map((request) => `request ${requestText(request)}`),
    ...privileges.map(({ as, verb, resource, on }) => `can ${verb} ${resource} on ${on}, ${identityText(as)}`),
    ...credentials.map(({ name, identity }) => `has ${name}, the credential of ${identity}`),
    ...(secrets.length === 0 ? [] : [`read ${secrets.join(', ')}`]),
    ...noticedBy.map(({ host, log, reason }) => `${host}${log === host ? '' : ` (${log})`} noticed: ${reason}`),
    ...(outageNs === 0 ? [] : [`outage ${formatSpan(outageNs)}`]),
    ...(first === undefined ? [] : [`first evidence at ${formatSpan(first.atNs)}${packetText(first)}: ${first.what}`]),
    ...[...new Set(untried)].map((what) => `not tried: ${what}`),
  ].flatMap((line) => hangingLines(line, screen, '    '))
}

/** Returns the command that shows the first packet of the evidence; nothing if there is none. */
function commandFor({ evidence }: VerdictResult, packets: string, screen: Screen): string[] {
  const [first] = evidence.filter(({ shows }) => shows !== 'not-tried')
  if (first === undefined || first.link === null) return []
  return commandLines('look: ', `${packets} 'packet ${first.packet} on ${first.link}'`, screen, '    ')
}

function packetText({ link, packet }: VerdictResult['evidence'][number]): string {
  return link === null ? '' : `, packet ${packet} on ${link}`
}
