import { anonymousAuth } from '../../cluster/flags/apiserver/anonymous-auth.ts'
import { authorizationMode } from '../../cluster/flags/apiserver/authorization-mode.ts'
import { isCopy, nameIn } from '../copies.ts'
import { type Sourced, written } from '../origin.ts'
import { lastFlag, type WrittenFlag } from '../programs/flag-syntax.ts'
import type { ProgramRun } from '../programs/program-run.ts'
import type { BuildContext } from './context.ts'

/** A flag that names a file whose content replaces another flag. */
interface Replacing {
  readonly flag: string
  readonly replaced: string
  /** Returns the content of each file as the text of the replaced flag; empty if the file does not set it. */
  texts(context: BuildContext): readonly Sourced<string>[]
}

const REPLACING: readonly Replacing[] = [
  {
    flag: 'authorization-config',
    replaced: authorizationMode.name,
    texts: ({ evidence }) => evidence.authorizers.map(({ value, origin }) => ({ value: value.join(','), origin })),
  },
  {
    flag: 'authentication-config',
    replaced: anonymousAuth.name,
    texts: ({ evidence: { authentications, anonymous } }) =>
      authentications.map((at) => {
        const said = anonymous.find(({ origin }) => origin.kind === 'written' && origin.at.file === at.file)
        return said === undefined ? written('', at) : { value: String(said.value), origin: said.origin }
      }),
  },
]

/**
 * Replaces flags by the content of the files that other flags name. It uses the file on the apiserver's machine,
 * otherwise a file without a machine, otherwise the file of another control plane.
 */
export function withReplacingFiles(
  flags: readonly WrittenFlag[],
  run: ProgramRun,
  context: BuildContext,
): readonly WrittenFlag[] {
  return REPLACING.reduce<readonly WrittenFlag[]>((all, { flag, replaced, texts }) => {
    if (!lastFlag(all, flag)?.value) return all
    const found = fileOf(run, lastFlag(all, flag)!.value!, texts(context), context)
    if (found === null || found.value === '' || found.origin.kind !== 'written') return all
    const { at } = found.origin
    return [...all.filter(({ name }) => name !== replaced), { name: replaced, value: found.value, at }]
  }, flags)
}

/** Reports apiservers whose file was not imported, so that the file of another control plane is used. */
export function noteForeignFiles(
  runs: readonly ProgramRun[],
  flagsOf: (run: ProgramRun) => readonly WrittenFlag[],
  context: BuildContext,
): void {
  for (const run of runs)
    for (const { flag, texts } of REPLACING) {
      const named = lastFlag(flagsOf(run), flag)
      const found = named?.value ? fileOf(run, named.value, texts(context), context) : null
      if (named === undefined || found?.origin.kind !== 'written') continue
      const other = context.machineOf(found.origin.at)
      if (other === '' || other === machineOf(run, context)) continue
      context.note({
        kind: 'unknown',
        at: named.at,
        message: `the file of --${flag} of ${machineOf(run, context) || 'this control plane'}; that of ${other} is taken for it`,
        consequence: 'add the file: each apiserver reads the one on its own machine',
      })
    }
}

/**
 * Returns the file that a flag names: on its machine the file with that path, otherwise with that name, otherwise any.
 */
function fileOf<T>(
  run: ProgramRun,
  path: string,
  all: readonly Sourced<T>[],
  context: BuildContext,
): Sourced<T> | null {
  const fileIn = ({ origin }: Sourced<T>) => (origin.kind === 'written' ? `/${origin.at.file}` : '')
  const machineOfFile = ({ origin }: Sourced<T>) => (origin.kind === 'written' ? context.machineOf(origin.at) : '')
  const ends = [`/${path.replace(/^\/+/, '')}`, `/${nameIn(path)}`]
  const matches = (one: Sourced<T>) => ends.filter((end) => fileIn(one).endsWith(end)).length
  const ranked = all.toSorted(
    (a, b) => matches(b) - matches(a) || Number(isCopy(fileIn(a))) - Number(isCopy(fileIn(b))),
  )
  const own = machineOf(run, context)
  return (
    ranked.find((one) => machineOfFile(one) === own) ??
    ranked.find((one) => machineOfFile(one) === '') ??
    ranked[0] ??
    null
  )
}

function machineOf(run: ProgramRun, context: BuildContext): string {
  return run.machine ?? context.machineOf(run.at)
}
