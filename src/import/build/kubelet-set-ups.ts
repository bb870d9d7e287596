import { isCopy, nameIn } from '../copies.ts'
import type { KubeletFile, UnitEvidence } from '../evidence.ts'
import { type Place, placeText, type Sourced } from '../origin.ts'
import { isKubeletBoolean } from '../programs/flag-kinds.ts'
import { lastFlag, readFlags, type WrittenFlag } from '../programs/flag-syntax.ts'
import { findProgram, type RecordKind, type Word } from '../programs/program-run.ts'
import { unitWords, withoutPrefix } from '../programs/unit-words.ts'
import type { BuildContext } from './context.ts'
import { inOrder } from './unit-runs.ts'

/** The configuration of the kubelet of a machine. */
export interface KubeletSetUp {
  /** The machine; empty if it applies to all machines. */
  readonly machine: string
  readonly flags: readonly WrittenFlag[]
  /** The known part of the command line, as written. */
  readonly words: readonly Word[]
  /** The configuration file on the machine, even if the kubelet does not read it. */
  readonly found: KubeletFile | null
  /** The configuration file and its drop-ins, in the order in which they override each other. */
  readonly files: readonly KubeletFile[]
  /** True if the kubelet has a configuration file, even if the file was not imported. */
  readonly hasFile: boolean
  /** True if missing fields get the defaults of flags, rather than the defaults of a file. */
  readonly hasLegacyDefaults: boolean
  /** True if the whole command line is known. */
  readonly isWhole: boolean
  readonly at: Place | null
  readonly record: RecordKind | null
}

/** Returns the set-up of each machine with a known kubelet, sorted by machine. */
export function kubeletSetUps(context: BuildContext): readonly KubeletSetUp[] {
  const { evidence } = context
  const own = evidence.kubeletFiles.filter(({ from }) => from !== 'cluster')
  const machines = new Set([
    ...context.runsOf('kubelet').map((run) => context.machineOfKubelet(run)),
    ...kubeletUnits(context).map(({ file }) => context.machineOf({ file, line: 1 })),
    ...kubeletVariables(context).map(({ at }) => context.machineOf(at)),
    ...own.map((file) => context.machineOfKubelet(file)),
  ])
  if (machines.size === 0 && evidence.kubeletFiles.length > 0) machines.add('')
  return [...machines].sort((a, b) => (a < b ? -1 : 1)).map((machine) => setUpOf(machine, context))
}

function setUpOf(machine: string, context: BuildContext): KubeletSetUp {
  const { words, record, at, isPart } = commandLine(machine, context)
  const flags = readFlags(words, isKubeletBoolean)
  const isWhole =
    record !== null &&
    record !== 'configuration' &&
    (record !== 'environment' || (isPart !== true && isComplete(flags)))
  const named = lastFlag(flags, 'config')?.value
  const found = filesOf(machine, context)
  const main = mainOf(found, named || null, machine, context)
  const folder = lastFlag(flags, 'config-dir')
  const hasFolder = Boolean(folder?.value)
  const isFolderMissing = hasFolder && !named && found.every(({ from }) => from !== 'drop-in')
  const hasFile =
    Boolean(named) || hasFolder || (!isWhole && (main !== undefined || context.version.minor >= FIRST_FILE_MINOR))
  if (isWhole && !named && main !== undefined && main.from === 'file')
    context.note({
      kind: 'contradiction',
      at: main.at,
      message: 'a configuration file that the command line of the kubelet does not name (--config)',
      consequence: 'it has no effect: the legacy defaults of flags hold',
    })
  if (hasFile && main === undefined && named)
    context.note({
      kind: 'unknown',
      at: lastFlag(flags, 'config')!.at,
      cause: 'kubelets',
      message: 'the configuration file of the kubelet (--config); the defaults of a file are taken',
      consequence: 'add the file: it can accept anonymous requests, or allow every request',
    })
  if (isFolderMissing)
    context.note({
      kind: 'unknown',
      at: folder!.at,
      cause: 'kubelets',
      message: `the configuration files of the kubelet (--config-dir); those of ${context.profile.title} are taken`,
      consequence: 'add the files: they can accept anonymous requests, or allow every request',
    })
  return {
    machine,
    // A kubelet's response at /configz already includes its flags.
    flags: main?.from === 'running' ? [] : flags,
    words,
    found: main?.from === 'file' ? main : null,
    files: hasFile ? layersOf(main, found, flags, isWhole, context) : [],
    hasFile: hasFile || main?.from === 'running',
    // Drop-ins without a file are merged over the defaults of flags (k/k cmd/kubelet/app/server.go,
    // mergeKubeletConfigurations).
    hasLegacyDefaults: !hasFile && main?.from !== 'running' ? true : isWhole && !named && hasFolder && !isFolderMissing,
    isWhole: isWhole && !isFolderMissing,
    at: at ?? main?.at ?? null,
    record,
  }
}

/**
 * Returns whether variables hold a whole command line, as on kube-up, kops and AKS. It does if it says how the kubelet
 * finds the apiserver.
 */
function isComplete(flags: readonly WrittenFlag[]): boolean {
  const marks = ['kubeconfig', 'api-servers', 'tls-private-key-file']
  return flags.some(({ name }) => marks.includes(name))
}

/** The first release in which kubeadm configures kubelets by a file. */
const FIRST_FILE_MINOR = 11

function filesOf(machine: string, context: BuildContext): readonly KubeletFile[] {
  const own = context.evidence.kubeletFiles.filter(
    (file) => file.from !== 'cluster' && context.machineOfKubelet(file) === machine,
  )
  const hasMain = own.some(({ from }) => from !== 'drop-in')
  return hasMain ? own : [...context.evidence.kubeletFiles.filter(({ from }) => from === 'cluster'), ...own]
}

/**
 * Returns the configuration file of a kubelet: its own running configuration, otherwise the file that its command line
 * names (by whole path, otherwise by name), otherwise the first file that is not a copy. If there is a ConfigMap for
 * each release, the newest counts.
 */
function mainOf(
  found: readonly KubeletFile[],
  named: string | null,
  machine: string,
  context: BuildContext,
): KubeletFile | undefined {
  const running = found.find(({ from }) => from === 'running')
  const files = found
    .filter(({ from }) => from !== 'drop-in')
    .toSorted((a, b) => (b.release ?? 0) - (a.release ?? 0) || Number(isCopy(a.at.file)) - Number(isCopy(b.at.file)))
  if (running !== undefined || files.length < 2) return noteCopy(running ?? files[0], machine, context)
  const isAt = ({ at }: KubeletFile, end: string | undefined) => end !== undefined && `/${at.file}`.endsWith(`/${end}`)
  const isNamed = (one: KubeletFile) => isAt(one, named?.replace(/^\/+/, ''))
  const main = files.find(isNamed) ?? files.find((one) => named !== null && isAt(one, nameIn(named))) ?? files[0]
  const rivals = files.filter((one) => one.from === 'file' && one !== main && !isCopy(one.at.file))
  const [rival] = rivals
  if (rival !== undefined && main.from === 'file' && !isNamed(main))
    context.note({
      kind: 'contradiction',
      at: main.at,
      message: `${rivals.length + 1} configuration files of the kubelet${machine === '' ? '' : ` of ${machine}`}, also ${placeText(rival.at)}, and no command line that names one (--config)`,
      consequence:
        'this one is taken: lay files of several machines in folders named after them, and add the command line',
    })
  return noteCopy(main, machine, context)
}

/** Reports a configuration file that is a copy, if the file that the kubelet reads was not imported. */
function noteCopy(main: KubeletFile | undefined, machine: string, context: BuildContext): KubeletFile | undefined {
  if (main?.from === 'file' && isCopy(main.at.file))
    context.note({
      kind: 'unknown',
      at: main.at,
      cause: 'kubelets',
      message: `the configuration file of the kubelet${machine === '' ? '' : ` of ${machine}`}: this is a copy, which is taken for it`,
      consequence: 'add the file that the kubelet reads: it can accept anonymous requests, or allow every request',
    })
  return main
}

function layersOf(
  main: KubeletFile | undefined,
  found: readonly KubeletFile[],
  flags: readonly WrittenFlag[],
  isWhole: boolean,
  context: BuildContext,
): readonly KubeletFile[] {
  if (main?.from === 'running') return [main]
  const dropIns = found
    .filter(({ from }) => from === 'drop-in')
    .sort((a, b) => Number(a.isPatch ?? false) - Number(b.isPatch ?? false) || (a.at.file < b.at.file ? -1 : 1))
  const isFolderRead = !isWhole || Boolean(lastFlag(flags, 'config-dir')?.value)
  const unread = isFolderRead ? [] : dropIns.filter(({ isOfFolder }) => isOfFolder === true)
  const [first] = unread
  if (first !== undefined)
    context.note({
      kind: 'contradiction',
      at: first.at,
      message: 'drop-ins of a kubelet configuration whose command line has no --config-dir',
      consequence: 'they have no effect',
    })
  return [...(main === undefined ? [] : [main]), ...dropIns.filter((one) => !unread.includes(one))]
}

interface CommandLine {
  readonly words: readonly Word[]
  /** True if a script of the node adds further flags. */
  readonly isPart?: boolean
  readonly record: RecordKind | null
  readonly at: Place | null
}

/**
 * Returns the command line of a kubelet: of its process, otherwise as its unit composes it, otherwise from variables
 * alone.
 */
export function commandLine(machine: string, context: BuildContext): CommandLine {
  const run = context.runsOf('kubelet').find((one) => context.machineOfKubelet(one) === machine)
  if (run !== undefined && run.record !== 'configuration') return run
  const variables = variablesOf(machine, context)
  const units = kubeletUnits(context).filter(({ file }) => context.machineOf({ file, line: 1 }) === machine)
  const command = units.flatMap(({ commands }) => commands).at(-1)
  const ofUnit = command === undefined ? null : findProgram(unitWords(withoutPrefix(command), variables))
  if (ofUnit !== null)
    return { words: ofUnit.words, record: 'unit', at: command?.origin.kind === 'written' ? command.origin.at : null }
  const known = [...variables.values()].filter(isOfFlags)
  if (known.length > 0)
    return {
      words: known.flatMap((one) => unitWords(one, variables)),
      record: 'environment',
      at: known[0].origin.kind === 'written' ? known[0].origin.at : null,
      isPart: kubeletVariables(context).every(({ at, isPart }) => isPart === true || context.machineOf(at) !== machine),
    }
  return run ?? { words: [], record: null, at: null }
}

function isOfFlags({ value }: Sourced<string>): boolean {
  return /^\s*--?[a-z]/.test(value)
}

function kubeletUnits({ evidence }: BuildContext): readonly UnitEvidence[] {
  const isKubelets = ({ path, commands, variables }: UnitEvidence) =>
    /kubelet/.test(path) ||
    commands.some(({ value }) => /(^|\/)kubelet(\s|$)/.test(value)) ||
    [...variables.keys()].some((name) => name.startsWith('KUBELET_'))
  return inOrder(evidence.units.filter(isKubelets))
}

function kubeletVariables({ evidence }: BuildContext) {
  return evidence.variables.filter(
    ({ at, values }) =>
      /kubelet|kubeadm-flags/.test(at.file) || [...values.keys()].some((name) => /KUBELET/.test(name)),
  )
}

/** The variables of the kubelet's command line, in the order of kubeadm's unit. Later ones override earlier ones. */
const VARIABLE_ORDER = ['KUBELET_KUBECONFIG_ARGS', 'KUBELET_CONFIG_ARGS', 'KUBELET_KUBEADM_ARGS', 'KUBELET_EXTRA_ARGS']

function variablesOf(machine: string, context: BuildContext): ReadonlyMap<string, Sourced<string>> {
  const units = kubeletUnits(context).filter(({ file }) => context.machineOf({ file, line: 1 }) === machine)
  const found = kubeletVariables(context).filter(({ at }) => context.machineOf(at) === machine)
  // The flags that a script of the node wrote replace the flags in kube-env.
  const made = found.filter(({ isPart }) => isPart !== true)
  const files = made.some(({ values }) => [...values.values()].some(isOfFlags)) ? made : found
  const all = [...units.flatMap(({ variables }) => [...variables]), ...files.flatMap(({ values }) => [...values])]
  const rank = (name: string) => (VARIABLE_ORDER.includes(name) ? VARIABLE_ORDER.indexOf(name) : 0)
  return new Map(all.toSorted(([a], [b]) => rank(a) - rank(b)))
}
