import type { Evidence, OpenshiftConfig } from '../evidence.ts'
import type { Place } from '../origin.ts'
import { isApiserverBoolean } from '../programs/flag-kinds.ts'
import { lastFlag, readFlags } from '../programs/flag-syntax.ts'
import type { ProgramRun, Word } from '../programs/program-run.ts'
import type { BuildContext } from './context.ts'

/** The flag that names the configuration of an OpenShift apiserver. */
const CONFIG_FLAG = 'openshift-config'

/** The flags that an OpenShift apiserver sets itself if its configuration lacks them. */
const BUILT_IN = ['authorization-mode', 'enable-admission-plugins']

/**
 * Gives OpenShift apiservers the flags of their configuration: the one on their machine (the newest revision),
 * otherwise the cluster's. If only the operator's part is known, the rest comes from the distribution.
 */
export function addOpenshiftRuns(context: BuildContext): void {
  const { evidence } = context
  if (context.profile.hasOpenshiftConfig !== true) return
  const isOfConfig = (run: ProgramRun) =>
    run.program === 'kube-apiserver' && lastFlag(readFlags(run.words, isApiserverBoolean), CONFIG_FLAG) !== undefined
  const own = evidence.runs.filter(isOfConfig)
  for (const run of own) {
    const config = configOf(run.machine ?? context.machineOf(run.at), context)
    const at = lastFlag(readFlags(run.words, isApiserverBoolean), CONFIG_FLAG)!.at
    if (config === null) noteMissing(at, context)
    else noteRead(config, context)
    const words = [...(config === null ? partsOf(context) : wholeWords(config, context)), ...run.words]
    const record = config === null ? 'configuration' : run.record
    evidence.runs[evidence.runs.indexOf(run)] = { ...run, words, record }
  }
  if (own.length > 0) return
  const machines = new Set(wholes(context).map(({ at }) => context.machineOf(at)))
  for (const machine of machines) {
    const config = configOf(machine, context)!
    noteRead(config, context)
    evidence.addRun({ program: 'kube-apiserver', words: wholeWords(config, context), at: config.at }, 'manifest')
  }
  const parts = partsOf(context)
  if (machines.size === 0 && parts.length > 0)
    evidence.addRun({ program: 'kube-apiserver', words: parts, at: parts[0].at }, 'configuration')
}

/** Returns the configuration with an OpenShift apiserver's flags; null if its command line has them. */
export function openshiftConfigOf({ words }: ProgramRun, { openshiftConfigs }: Evidence): OpenshiftConfig | null {
  return openshiftConfigs.find((config) => config.words.some((word) => words.includes(word))) ?? null
}

function wholes({ evidence }: BuildContext): readonly OpenshiftConfig[] {
  return evidence.openshiftConfigs.filter(({ revision }) => revision !== null)
}

/**
 * Returns the words of the operator's parts of a configuration. A list in a later part replaces the list in an earlier
 * one, except lists that add up (openshift/cluster-kube-apiserver-operator pkg/operator/targetconfigcontroller,
 * specialMergeRules).
 */
function partsOf({ evidence }: BuildContext): readonly Word[] {
  const parts = evidence.openshiftConfigs.filter(({ revision }) => revision === null)
  return parts.flatMap(({ words }, i) => {
    const later = new Set(parts.slice(i + 1).flatMap((part) => part.words.map(flagIn)))
    return words.filter((word) => ADDED_UP.includes(flagIn(word)) || !later.has(flagIn(word)))
  })
}

/** The flags whose lists add up over the parts of a configuration. */
const ADDED_UP: readonly string[] = ['--enable-admission-plugins', '--disable-admission-plugins']

function flagIn({ text }: Word): string {
  return text.replace(/=[\s\S]*$/, '')
}

/**
 * Returns the whole configuration of a machine, otherwise one of another machine; if there are several, the newest
 * revision.
 */
function configOf(machine: string, context: BuildContext): OpenshiftConfig | null {
  const all = wholes(context).toSorted((a, b) => b.revision! - a.revision!)
  return all.find(({ at }) => context.machineOf(at) === machine) ?? all[0] ?? null
}

function wholeWords({ words, at }: OpenshiftConfig, { profile }: BuildContext): readonly Word[] {
  const builtIn = BUILT_IN.flatMap((name) =>
    words.some(({ text }) => text.startsWith(`--${name}=`))
      ? []
      : [{ text: `--${name}=${profile.apiserver[name]}`, at }],
  )
  return [...words, ...builtIn]
}

function noteRead({ at, words }: OpenshiftConfig, context: BuildContext): void {
  context.note({ kind: 'used', at, message: `${words.length} settings of the apiserver of ${context.profile.title}` })
}

function noteMissing(at: Place, context: BuildContext): void {
  context.note({
    kind: 'unknown',
    at,
    message: `the file of --${CONFIG_FLAG}, which has the flags of the apiserver; those of OpenShift are taken`,
    consequence: `add ${context.profile.collect}`,
  })
}
