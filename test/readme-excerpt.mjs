import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../results/kubernetes-paths/', import.meta.url)

/** One workload for each kind of path that crosses the public network, on connections that stay open. */
const ROWS = [
  'kubeadm-default-public/pod-list',
  'kubernetes-paths/d-public-keep',
  'kubernetes-paths/e-public-keep',
  'kubernetes-paths/f-public-keep',
  'kubeadm-default-public/pod-get',
  'kubeadm-hardened-public/pod-get',
  'gke-ssh-tunnels/pod-get',
  'konnectivity/pod-get',
]

/** The first columns of figures of that table, which the README shows. */
const FIGURES = ['set-up ms', 'p50 ms', 'p99 ms']

/** The arguments of the command whose first section the README shows. */
export const MATRIX_COMMAND = [
  'matrix',
  'scenarios/presets/kubeadm-default.yaml',
  '--path',
  'kubelets',
  'logs',
  'pod-proxy',
]

/** The rows and columns of the table of `npm start` that the README shows. */
export function pathsExcerpt(jointTable) {
  const results = readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(`${name}/summary.json`, folder), 'utf8')))
    .map((result) => ({
      ...result,
      workloads: result.workloads.filter(({ name }) => ROWS.includes(`${result.scenario}/${name}`)),
    }))
  const [table] = jointTable(results, { hasColor: false }).split('\n\n')
  return `${withColumns(table.split('\n')).join('\n')}\n`
}

/** The legend and the first section of what MATRIX_COMMAND prints. */
export function matrixExcerpt(printed) {
  const [, legend, section] = printed.split('\n\n')
  return `${legend}\n\n${section.trimEnd()}\n`
}

/** Letter, protection, and three figures of each line. */
function withColumns(lines) {
  const [, from, to, workload] = ['medium', 'what', 'scenario', 'workload'].map((heading) => lines[0].indexOf(heading))
  const rows = lines.slice(1).map((line) => {
    const [, ...figures] = line.slice(workload).trim().split(/ +/)
    return [line.slice(0, 2).trimEnd(), line.slice(from, to).trimEnd(), ...figures.slice(0, FIGURES.length)]
  })
  const cells = [['', 'what', ...FIGURES], ...rows]
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  return cells.map((row) =>
    row.map((text, column) => (column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  '),
  )
}
