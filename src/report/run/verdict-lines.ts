import type { VerdictResult } from '../../measure/verdict.ts'
import { formatSpan } from '../format-number.ts'
import { plainTable } from '../plain-table.ts'
import { requestText } from '../requests-text.ts'

const HEAD = ['attacker', 'technique', 'path', 'victim', 'outcome', 'exposed', 'noticed']

/** Returns a line for each verdict, and below it what the attacker gained and the evidence. */
export function verdictLines(verdicts: readonly VerdictResult[], hasColor: boolean): string {
  if (verdicts.length === 0) return ''
  const rows = verdicts.map(rowOf)
  const [head, ...lines] = plainTable({ head: HEAD, rows, wordColumns: HEAD.length, hasColor })
  return [head, ...verdicts.flatMap((verdict, i) => [lines[i], ...detailsOf(verdict)])].join('\n')
}

function rowOf({
  attacker,
  vantage,
  technique,
  path,
  victim,
  scope,
  outcomes,
  exposure,
  noticed,
}: VerdictResult): string[] {
  const { messages, of } = exposure
  return [
    `${attacker} (${vantage})`,
    technique,
    path,
    scope === 'own' ? `${victim} (its own)` : victim,
    outcomes.join(', '),
    messages === 0 ? '-' : `${messages} of ${of}`,
    noticed,
  ]
}

function detailsOf({
  asIdentity,
  requests,
  privileges,
  credentials,
  secrets,
  noticedBy,
  outageNs,
  evidence,
}: VerdictResult): string[] {
  const [first] = evidence.filter(({ shows }) => shows !== 'not-tried')
  const untried = evidence.filter(({ shows }) => shows === 'not-tried').map(({ what }) => what)
  return [
    ...(asIdentity === null ? [] : [`seen by the server as ${asIdentity}`]),
    ...requests.map((request) => `request ${requestText(request)}`),
    ...privileges.map(({ as, verb, resource, on }) => `can ${verb} ${resource} on ${on}, as ${as}`),
    ...credentials.map(({ name, identity }) => `has ${name}, the credential of ${identity}`),
    ...(secrets.length === 0 ? [] : [`read ${secrets.join(', ')}`]),
    ...noticedBy.map(({ host, log, reason }) => `${host}${log === host ? '' : ` (${log})`} noticed: ${reason}`),
    ...(outageNs === 0 ? [] : [`outage ${formatSpan(outageNs)}`]),
    ...(first === undefined ? [] : [`first evidence at ${formatSpan(first.atNs)}${packetText(first)}: ${first.what}`]),
    ...[...new Set(untried)].map((what) => `not tried: ${what}`),
  ].map((line) => `    ${line}`)
}

function packetText({ link, packet }: VerdictResult['evidence'][number]): string {
  return link === null ? '' : `, packet ${packet} on ${link}`
}
