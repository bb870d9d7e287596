import type { GateReport, Judgement, Place } from './gate-report.ts'

/** The most annotations of one level that GitHub shows for a step. */
const MOST = 10

/**
 * Returns workflow commands of GitHub Actions: first errors, then warnings. GitHub shows them at the lines of the
 * scenario.
 */
export function githubAnnotations(reports: readonly GateReport[]): string {
  const all = reports.flatMap(({ judgements }) => judgements)
  const failing = all.filter(({ status }) => status === 'failed' || status === 'error')
  const accepted = all.filter(({ status }) => status === 'accepted')
  return [...commands('error', failing), ...commands('warning', accepted)].join('')
}

/** Returns the workflow command for a problem of a scenario that cannot be simulated. */
export function githubError(place: Place, title: string, message: string): string {
  return command('error', place, title, message)
}

function commands(level: 'error' | 'warning', judgements: readonly Judgement[]): string[] {
  const shown = judgements.length > MOST ? judgements.slice(0, MOST - 1) : judgements
  const lines = shown.map(({ place, rule, message, details }) =>
    command(level, place, `onpath ${rule.id}`, [message, ...details].join('\n')),
  )
  if (shown.length === judgements.length) return lines
  const rest = `and ${judgements.length - shown.length} more; the job summary and --sarif have all`
  return [...lines, `::${level} title=onpath::${data(rest)}\n`]
}

function command(level: string, { file, line, column }: Place, title: string, message: string): string {
  const properties = { ...(file === '-' ? {} : { file }), line, col: column, title }
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::${level} ${written.join(',')}::${data(message)}\n`
}

/** Escapes the message of a workflow command (actions/toolkit packages/core/src/command.ts, escapeData). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** Escapes a property of a workflow command (the same file, escapeProperty). */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
