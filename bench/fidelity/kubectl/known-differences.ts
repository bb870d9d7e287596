import type { StreamCell } from './stream-cell.ts'

/**
 * The figures in which a command is known to differ, in any of its cells (docs/models/fidelity.md#kubectl). Remove what
 * agrees: a figure that is listed and agrees in all cells makes `npm run fidelity` fail.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'attach-tiny spdy': 'first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'attach-tiny ws': 'ip_bytes_down ip_bytes_up pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'cp-down spdy': 'data_pkts_up exit_ms tcp_bytes_up',
  'cp-down ws': 'data_pkts_up exit_ms tcp_bytes_up',
  'exec-in spdy':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up retrans_up round_trips tcp_bytes_down tcp_bytes_up',
  'exec-in ws': 'first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'exec-out spdy':
    'data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up round_trips tcp_bytes_down tcp_bytes_up',
  'exec-out ws':
    'first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up retrans_down round_trips tcp_bytes_down tcp_bytes_up',
  'exec-tiny spdy': 'ip_bytes_down ip_bytes_up pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'exec-tiny ws': 'ip_bytes_down ip_bytes_up pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'logs h2':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up round_trips tcp_bytes_down tcp_bytes_up',
  'pf-down spdy':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up round_trips tcp_bytes_down tcp_bytes_up',
  'pf-down ws':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up round_trips tcp_bytes_down tcp_bytes_up',
  'pf-setup spdy':
    'data_pkts_down data_pkts_up ip_bytes_down ip_bytes_up pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'pf-setup ws':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'pf-up spdy':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up tcp_bytes_down tcp_bytes_up',
  'pf-up ws':
    'data_pkts_down data_pkts_up first_ms ip_bytes_down ip_bytes_up last_ms pkts_down pkts_up retrans_up round_trips tcp_bytes_down tcp_bytes_up',
  'exec-idle spdy': 'ip_bytes_down pkts_down',
  'pf-idle ws': 'ip_bytes_down pkts_down',
  'pf-idle spdy': 'ip_bytes_down pkts_down',
}

export function isKnownDifference({ what, protocol }: StreamCell, metric: string): boolean {
  return DIFFERENCES[`${what} ${protocol}`]?.split(' ').includes(metric) ?? false
}

/** Returns the listed differences, as `exec-out ws: conns`, of which no cell has any more. */
export function goneDifferences(cellsThatDiffer: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return Object.entries(DIFFERENCES).flatMap(([command, metrics]) =>
    metrics
      .split(' ')
      .filter((metric) => cellsThatDiffer.get(command)?.has(metric) !== true)
      .map((metric) => `${command}: ${metric}`),
  )
}
