import type { StreamCell } from './stream-cell.ts'

/**
 * The figures in which a command is known to differ, in any of its cells, with the least and the most that the
 * prediction is off, in percent of the measurement (docs/models/fidelity.md#kubectl). One that is off by more makes
 * `npm run fidelity` fail, and so does one that agrees in all cells: remove it.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'attach-tiny spdy':
    'data_pkts_up 2..3 first_ms -6..-5 ip_bytes_down 10..11 last_ms -6..-5 pkts_down 19..23 pkts_up 3..6 tcp_bytes_down 7..8 tcp_bytes_up -4..-3',
  'attach-tiny ws':
    'data_pkts_up 9..10 ip_bytes_down 7..9 ip_bytes_up 0..1 pkts_down 3..4 pkts_up 6..11 tcp_bytes_down 8..9 tcp_bytes_up -4..-3',
  'cp-down spdy': 'data_pkts_up 6..7 exit_ms -7..-5 tcp_bytes_up -4..-3',
  'cp-down ws': 'data_pkts_up 33..34 exit_ms -7..-6',
  'cp-up spdy': 'ip_bytes_down 6..7 tcp_bytes_down 8..9',
  'cp-up ws': 'data_pkts_down -7..-3 exit_ms -5..-4 ip_bytes_down 3..6 tcp_bytes_down 9..10',
  'exec-idle spdy': 'ip_bytes_down 37..38 pkts_down 49..51',
  'exec-in spdy':
    'data_pkts_down 4..6 data_pkts_up 4..5 first_ms -10..4 ip_bytes_down 4..13 ip_bytes_up -1..1 last_ms -10..4 pkts_down 8..35 pkts_up 4..8 retrans_up -12..-11 round_trips 4..5 tcp_bytes_down 7..9 tcp_bytes_up -3..-2',
  'exec-in ws':
    'data_pkts_up 6..7 first_ms -13..-12 ip_bytes_down 3..9 ip_bytes_up -2..1 last_ms -13..-12 pkts_down 8..9 pkts_up 5..13 tcp_bytes_down 8..9 tcp_bytes_up -3..-2',
  'exec-out spdy':
    'data_pkts_up 2..7 first_ms -20..-4 ip_bytes_down 6..9 ip_bytes_up -2..0 last_ms -5..-3 pkts_down 7..26 pkts_up 3..8 tcp_bytes_down 5..6 tcp_bytes_up -5..-3',
  'exec-out ws':
    'data_pkts_up 9..10 first_ms -31..-3 ip_bytes_down 5..6 ip_bytes_up -15..1 last_ms -11..-3 pkts_up -21..14 retrans_down 99..101 tcp_bytes_down 6..7 tcp_bytes_up -5..-3',
  'exec-tiny spdy':
    'data_pkts_up 2..3 ip_bytes_down 7..12 ip_bytes_up -2..1 pkts_down 7..28 pkts_up 3..9 tcp_bytes_down 7..8 tcp_bytes_up -5..-3',
  'exec-tiny ws':
    'data_pkts_up 9..10 ip_bytes_down 7..9 ip_bytes_up -1..3 pkts_down 3..4 pkts_up 6..19 tcp_bytes_down 8..9 tcp_bytes_up -4..-3',
  'exec-tiny-cold ws':
    'data_pkts_down 79..80 data_pkts_up 21..22 ip_bytes_down 202..215 ip_bytes_up 12..14 pkts_down 56..57 pkts_up 41..46 tcp_bytes_down 224..240 tcp_bytes_up -1..0',
  'exec-tiny-i spdy':
    'data_pkts_up -3..-2 ip_bytes_down 10..12 ip_bytes_up -3..-2 pkts_down 19..24 pkts_up 1..2 tcp_bytes_down 7..8 tcp_bytes_up -5..-4',
  'exec-tiny-i ws':
    'data_pkts_up 8..9 first_ms -5..-4 ip_bytes_down 6..9 ip_bytes_up 1..2 last_ms -5..-4 pkts_down -7..4 pkts_up 10..14 tcp_bytes_down 8..9 tcp_bytes_up -4..-3',
  'logs h2':
    'data_pkts_down -7..-6 data_pkts_up -58..-12 first_ms -55..-15 ip_bytes_down 5..7 ip_bytes_up -18..-5 last_ms -14..-7 pkts_down -11..-4 pkts_up -24..-10 tcp_bytes_down 6..8 tcp_bytes_up -24..-3',
  'pf-down spdy':
    'data_pkts_down 19..21 data_pkts_up -12..-11 first_ms -60..-3 ip_bytes_down 12..13 ip_bytes_up -8..-3 last_ms -31..-4 pkts_down 3..81 pkts_up -4..-3 tcp_bytes_down 0..1 tcp_bytes_up -12..-10',
  'pf-down ws':
    'data_pkts_down 19..21 data_pkts_up -15..-14 first_ms -65..-4 ip_bytes_down 13..14 ip_bytes_up -11..-3 last_ms -27..-4 pkts_down 3..101 pkts_up -7..-6 tcp_bytes_down 0..1 tcp_bytes_up -15..-14',
  'pf-idle spdy': 'ip_bytes_down 37..38 pkts_down 49..51',
  'pf-idle ws': 'ip_bytes_down 37..38 pkts_down 49..51',
  'pf-setup spdy':
    'data_pkts_down -6..-5 ip_bytes_down 9..10 ip_bytes_up -7..-5 pkts_down -8..-3 pkts_up -12..-7 tcp_bytes_down 11..12 tcp_bytes_up -6..-5',
  'pf-setup ws':
    'data_pkts_down -6..-5 first_ms -4..-3 ip_bytes_down 9..11 ip_bytes_up -7..-3 last_ms -4..-3 pkts_down -8..-3 pkts_up -12..-3 tcp_bytes_down 11..12 tcp_bytes_up -6..-4',
  'pf-up spdy':
    'data_pkts_down 33..34 data_pkts_up -11..-3 first_ms -42..-3 ip_bytes_down 3..73 ip_bytes_up -3..-2 last_ms -42..-3 pkts_down 3..89 pkts_up -4..-3 tcp_bytes_down 17..18 tcp_bytes_up -3..-2',
  'pf-up ws':
    'data_pkts_down 33..34 data_pkts_up -14..-13 first_ms -28..10 ip_bytes_down -50..88 ip_bytes_up -5..-3 last_ms -28..10 pkts_down -51..113 pkts_up -7..-3 retrans_up -5..-4 round_trips 7..8 tcp_bytes_down 16..18 tcp_bytes_up -4..-3',
}

interface Difference {
  readonly metric: string
  readonly leastPercent: number
  readonly mostPercent: number
}

/** Reads `first_ms -5..10 last_ms -3..0`. */
function read(text: string): readonly Difference[] {
  return [...text.matchAll(/(\w+) (-?\d+)\.\.(-?\d+)/g)].map(([, metric, least, most]) => ({
    metric,
    leastPercent: Number(least),
    mostPercent: Number(most),
  }))
}

/** Returns whether a figure is known to differ by so much; `error`: as a share of the measurement. */
export function isKnownDifference({ what, protocol }: StreamCell, metric: string, error: number): boolean {
  const known = read(DIFFERENCES[`${what} ${protocol}`] ?? '').find((difference) => difference.metric === metric)
  return known !== undefined && known.leastPercent <= error * 100 && error * 100 <= known.mostPercent
}

/** Returns the listed differences, as `exec-out ws: conns`, of which no cell has any more. */
export function goneDifferences(cellsThatDiffer: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return Object.entries(DIFFERENCES).flatMap(([command, text]) =>
    read(text)
      .map(({ metric }) => metric)
      .filter((metric) => cellsThatDiffer.get(command)?.has(metric) !== true)
      .map((metric) => `${command}: ${metric}`),
  )
}
