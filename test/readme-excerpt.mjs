import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../results/kubernetes-paths/', import.meta.url)

/** A workload for each letter, most of them over the public network. */
const SHOWN = [
  'gke-ssh-tunnels/scheduler-list',
  'kubeadm-default-public/scheduler-list',
  'kubeadm-default-public/heartbeats',
  'kubeadm-default-public/pod-list',
  'kubernetes-paths/d-public-fresh',
  'kubernetes-paths/d-public-keep',
  'kubernetes-paths/e-public-fresh',
  'kubernetes-paths/f-public-fresh',
  'kubernetes-paths/f-public-keep',
  'kubeadm-default-public/pod-get',
  'kubeadm-hardened-public/pod-get',
  'gke-ssh-tunnels/pod-get',
  'konnectivity/logs',
  'konnectivity/pod-get',
  'kubeadm-default-public/kubectl-exec',
]

/** The table of `npm start` with these rows only, and without what comes below it. */
export function excerptOf(jointTable) {
  const results = readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(`${name}/summary.json`, folder), 'utf8')))
    .map((result) => ({
      ...result,
      workloads: result.workloads.filter(({ name }) => SHOWN.includes(`${result.scenario}/${name}`)),
    }))
  const [table] = jointTable(results, { hasColor: false }).split('\n\n')
  return `${table}\n`
}
