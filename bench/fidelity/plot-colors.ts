import type { Judgement } from './judge-cell.ts'

export const COLORS = {
  paper: '#ffffff',
  ink: '#333333',
  measured: '#9a9a9a',
  predicted: '#2b6cb0',
  outside: '#c53030',
  allowed: '#e6f0e6',
  notModelled: '#b7791f',
} as const

export function colorOf(outcome: Judgement['outcome']['kind']): string {
  if (outcome === 'not modelled') return COLORS.notModelled
  return outcome === 'within' || outcome === 'as measured' ? COLORS.predicted : COLORS.outside
}
