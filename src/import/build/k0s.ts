import { splitList } from '../../cluster/flags/list-kind.ts'
import { written } from '../origin.ts'
import { lastFlag, readFlags } from '../programs/flag-syntax.ts'
import { shellCommands } from '../programs/shell-words.ts'
import type { BuildContext } from './context.ts'

const BOOLEANS = [
  'single',
  'enable-worker',
  'no-taints',
  'debug',
  'force',
  'enable-dynamic-config',
  'enable-k0s-cloud-provider',
]

/**
 * Assigns the worker profiles of k0s to the machines whose command lines name them (`--profile`). Other machines have
 * `default` (docs.k0sproject.io/stable/worker-node-config). If a machine's configuration file was imported, the profile
 * is already in it.
 */
function addProfiles(context: BuildContext): void {
  const { evidence } = context
  const used = new Set<string>()
  for (const run of evidence.runs.filter(({ program }) => program === 'k0s')) {
    const flags = readFlags(run.words, (name) => (BOOLEANS.includes(name) ? true : undefined))
    const name = lastFlag(flags, 'profile')?.value ?? 'default'
    const machine = run.machine ?? context.machineOf(run.at)
    for (const { tree, at } of evidence.kubeletProfiles.filter((one) => one.name === name)) {
      used.add(name)
      if (evidence.kubeletFiles.some((file) => file.from !== 'cluster' && context.machineOfKubelet(file) === machine))
        continue
      evidence.kubeletFiles.push({ tree, at, from: 'drop-in', machine })
    }
  }
  for (const { name, at } of evidence.kubeletProfiles.filter((one) => !used.has(one.name)))
    context.note({
      kind: 'unknown',
      at,
      message: `the workers that have the profile ${name}; its settings of kubelets are not taken`,
      consequence:
        'add the command line of a worker with this profile (`ps -ef`, its unit), or its kubelet-config.yaml',
    })
}

/**
 * Adds the flags of kubelets and the use of Konnectivity, from the command lines of `k0s controller` and `k0s worker`.
 */
export function addK0sRuns(context: BuildContext): void {
  const { evidence } = context
  addProfiles(context)
  for (const run of evidence.runs.filter(({ program }) => program === 'k0s')) {
    const flags = readFlags(run.words, (name) => (BOOLEANS.includes(name) ? true : undefined))
    const extra = lastFlag(flags, 'kubelet-extra-args')
    const words = shellCommands(extra?.value ?? '').flatMap((own) => own.map(({ text }) => ({ text, at: extra!.at })))
    if (words.length > 0)
      evidence.addRun({ program: 'kubelet', words, at: words[0].at, machine: run.machine }, 'configuration')
    const single = lastFlag(flags, 'single')
    const disabled = lastFlag(flags, 'disable-components')
    const off = [
      ...(single !== undefined && single.value !== 'false' ? [single.at] : []),
      ...(splitList(disabled?.value ?? '').includes('konnectivity-server') ? [disabled!.at] : []),
    ]
    const [at] = off
    if (at !== undefined) evidence.konnectivityOff.push(written(true, at))
  }
}
