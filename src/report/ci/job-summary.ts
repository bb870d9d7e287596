import { visible } from '../../scenario/problems/visible.ts'
import { formatCount } from '../format-number.ts'
import type { GateReport, Judgement } from './gate-report.ts'

/** The most judgements of a scenario that are listed. GitHub accepts 1 MiB from a step. */
const MOST = 200

const MARKS: Readonly<Record<Judgement['status'], string>> = {
  passed: '✅ passed',
  failed: '❌ failed',
  accepted: '⚠️ accepted',
  error: '💥 error',
}

const ORDER: readonly Judgement['status'][] = ['error', 'failed', 'accepted', 'passed']

/** Returns the findings of a gate as Markdown, for the summary of a job. */
export function jobSummary(reports: readonly GateReport[]): string {
  return reports.map(section).join('\n')
}

function section({ scenario, file, judgements }: GateReport): string {
  const counts = ORDER.map((status) => ({ status, of: judgements.filter((one) => one.status === status) }))
  const isGood = counts.every(({ status, of }) => of.length === 0 || status === 'passed' || status === 'accepted')
  const sorted = counts.flatMap(({ of }) => of)
  const rows = sorted.slice(0, MOST).map(row)
  const more = sorted.length > MOST ? [`\nand ${sorted.length - MOST} more`] : []
  const words = counts.flatMap(({ status, of }) => (of.length === 0 ? [] : [`${of.length} ${status}`]))
  return [
    `## ${isGood ? '✅' : '❌'} ${escaped(scenario)}`,
    '',
    `${escaped(file)}: ${formatCount(judgements.length, 'judgement')}, ${words.join(', ')}`,
    '',
    '| | what | found | line |',
    '|---|---|---|---|',
    ...rows,
    ...more,
    '',
  ].join('\n')
}

function row({ status, name, message, rule, place }: Judgement): string {
  const catalogues = [
    ...rule.attack,
    ...rule.weaknesses.map((number) => `CWE-${number}`),
    ...rule.cis.map(({ edition, number, flag }) => `${edition} ${number} (${flag})`),
  ]
  const found = status === 'passed' || catalogues.length === 0 ? message : `${message} [${catalogues.join(', ')}]`
  return `| ${[MARKS[status], escaped(name), escaped(found), `${escaped(place.file)}:${place.line}`].join(' | ')} |`
}

/** Escapes a text so that it contains no Markdown or HTML, and no character that hides or reverses text. */
function escaped(text: string): string {
  return visible(text.replace(/[\r\n]+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#!|~]/g, '\\$&')
}
