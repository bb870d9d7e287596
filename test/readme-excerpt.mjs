import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../results/kubernetes-paths/', import.meta.url)

/** The arguments of the command whose first section the README shows. */
export const MATRIX_COMMAND = [
  'matrix',
  'scenarios/presets/kubeadm-default.yaml',
  '--path',
  'kubelets',
  'logs',
  'pod-proxy',
]

/** The table of `npm start`, as `print` prints a joint table of results. */
export function pathsExcerpt(print) {
  const results = readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(`${name}/summary.json`, folder), 'utf8')))
  const [table] = print(results).split('\n\n')
  return `${table}\n`
}

/** The legend and the first section of what MATRIX_COMMAND prints. */
export function matrixExcerpt(printed) {
  const [, legend, section] = printed.split('\n\n')
  return `${legend}\n\n${section.trimEnd()}\n`
}
