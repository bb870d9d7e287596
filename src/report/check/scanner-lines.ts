import type { Gain } from '../../measure/check.ts'
import type { ScannerResult } from '../../measure/scanner-result.ts'
import { listed } from './finding-sentence.ts'

/**
 * Returns the scanners' results about the causes of a gain, one line for each check. If a check passed, the line
 * explains that its test asks something else.
 */
export function scannerLines(gain: Gain, scans: readonly ScannerResult[]): readonly string[] {
  if (scans.length === 0) return []
  const found = scansOf(gain, scans)
  if (found.length === 0) return ['kube-bench, kubescape: no check is about this']
  const groups = new Map<string, ScannerResult[]>()
  for (const scan of found) {
    const key = JSON.stringify([scan.tool, scan.id, scan.benchmark, scan.status, scan.asks, scan.isReported])
    groups.set(key, [...(groups.get(key) ?? []), scan])
  }
  return [...groups.values()].map(lineOf)
}

/**
 * Returns the scanners' results about the flags and permissions that cause a gain. For kubelets, only results about
 * kubelets with the weak setting count: a PASS on one node is not wrong because of another node.
 */
export function scansOf({ causes }: Gain, scans: readonly ScannerResult[]): readonly ScannerResult[] {
  const isSaid = ({ isReported, tool, id, benchmark }: ScannerResult) =>
    !isReported &&
    scans.some((one) => one.isReported && one.tool === tool && one.id === id && one.benchmark === benchmark)
  return scans.filter(
    (scan) =>
      !isSaid(scan) &&
      causes.some(
        ({ what, flag, permission }) =>
          (flag !== null &&
            flag.program === scan.program &&
            flag.name === scan.flag &&
            flag.about === scan.about &&
            (scan.program !== 'kubelet' || scan.isReported || scan.weakness === what)) ||
          (permission !== null &&
            scan.program === 'RBAC' &&
            permission.resource === scan.flag &&
            (scan.machine === '' || scan.machine === permission.who)),
      ),
  )
}

/** The most machines that are named. */
const MOST_NAMED = 4

function machinesText(machines: readonly string[]): string {
  if (machines.length <= MOST_NAMED) return listed(machines)
  const named = machines.slice(0, MOST_NAMED - 1)
  return listed([...named, `${machines.length - named.length} more`])
}

function lineOf(group: readonly ScannerResult[]): string {
  const [{ tool, id, benchmark, status, asks, isReported, at }] = group
  const machines = [...new Set(group.flatMap(({ machine }) => (machine === '' ? [] : [machine])))]
  const where = machines.length === 0 ? '' : ` on ${machinesText(machines)}`
  const name = [tool, id, ...(benchmark === null ? [] : [`(${benchmark})`])].join(' ')
  const source = isReported ? `, ${at.file}:${at.line}` : ''
  const why = status === 'PASS' ? `, which is not enough: it asks ${asks}` : ` (it asks ${asks})`
  return `${name}: ${status}${where}${source}${why}`
}
