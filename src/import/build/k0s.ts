import { written } from '../origin.ts'
import { lastFlag, readFlags } from '../programs/flag-syntax.ts'
import { shellCommands } from '../programs/shell-words.ts'
import type { BuildContext } from './context.ts'
import { splitList } from './flag-values.ts'

const BOOLEANS = [
  'single',
  'enable-worker',
  'no-taints',
  'debug',
  'force',
  'enable-dynamic-config',
  'enable-k0s-cloud-provider',
]

/** Adds what the command lines of `k0s controller` and `k0s worker` say: flags of kubelets, and whether there is Konnectivity. */
export function addK0sRuns({ evidence }: BuildContext): void {
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
