import { CONTROLLER_MANAGER_FLAGS } from '../../cluster/flags/controller-manager-flags.ts'
import { flagsOf } from '../../cluster/flags/flag.ts'
import { isControllerManagerBoolean } from '../programs/flag-kinds.ts'
import { readFlags } from '../programs/flag-syntax.ts'
import type { BuildContext } from './context.ts'
import { noteOfBad, readValue, textOfFlags } from './flag-values.ts'
import { noteOtherFlags } from './other-flags.ts'

/** Writes the timers of the controller manager that differ from the default. */
export function buildControllerManager(context: BuildContext): void {
  const [run] = context.runsOf('kube-controller-manager')
  if (run === undefined) return
  const flags = readFlags(run.words, isControllerManagerBoolean)
  for (const [, flag] of flagsOf(CONTROLLER_MANAGER_FLAGS)) {
    const text = textOfFlags(flag, flag.name, flags)
    const read = text === null ? null : readValue(flag, text)
    if (read?.kind === 'value') context.stanza.set(['cluster', 'controller-manager', 'flags', flag.name], read.value)
    if (read?.kind === 'bad') context.note(noteOfBad(read, `--${flag.name}`, 'kube-controller-manager'))
  }
  context.note({
    kind: 'used',
    at: run.at,
    message: `${flags.length} flags of kube-controller-manager (${run.record})`,
  })
  noteOtherFlags(flags, 'kube-controller-manager', CONTROLLER_MANAGER_FLAGS, context)
}
