import { isCopy, isInCopyFolder, nameIn } from '../copies.ts'
import { placeText } from '../origin.ts'
import { isKubeletBoolean } from '../programs/flag-kinds.ts'
import { lastFlag, readFlags } from '../programs/flag-syntax.ts'
import { type ProgramRun, RECORDS } from '../programs/program-run.ts'
import { textAt } from '../tree-values.ts'
import type { BuildContext } from './context.ts'
import { commandLine } from './kubelet-set-ups.ts'

/** The installers' folders of static pods, used if no kubelet's folder is known. */
const DEFAULT_FOLDERS = ['etc/kubernetes/manifests', 'agent/pod-manifests']

/**
 * The status of a manifest on its machine. `live`: in the folder whose pods the kubelet starts. `unknown`: its folder
 * on the machine is not known. `copy`: in a place where no kubelet starts it. Earlier statuses take precedence.
 */
const RANKS = ['live', 'unknown', 'copy'] as const

type Rank = (typeof RANKS)[number]

/**
 * Removes the manifests of static pods that no kubelet starts, if there is one that a kubelet starts or may start. A
 * kubelet starts every file in its folder whose name does not begin with a dot. It ignores subfolders. If two files
 * have the same pod, the last one by name counts (k/k pkg/kubelet/config/file.go, extractFromDir; client-go
 * tools/cache/store.go, Replace).
 */
export function leaveOutCopies(context: BuildContext): void {
  const { runs } = context.evidence
  const groups = new Map<string, ProgramRun[]>()
  for (const run of runs) {
    if (run.record !== 'manifest' || !(run.staticPod !== null || isInFolder(run, context))) continue
    const key = JSON.stringify([context.machineOf(run.at), run.program])
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  for (const group of groups.values()) {
    const kept = keptOf(group, context)
    for (const run of group) {
      const own = kept.find(({ at, words }) => at === run.at && words === run.words)
      if (own === undefined) runs.splice(runs.indexOf(run), 1)
      else runs[runs.indexOf(run)] = own
    }
  }
}

/** Returns the effective manifests of a program on a machine, and reports the others. */
function keptOf(group: readonly ProgramRun[], context: BuildContext): readonly ProgramRun[] {
  const [{ program, at }] = group
  const folder = folderOf(context.machineOf(at), context)
  const rankOf = (run: ProgramRun) => RANKS.indexOf(rankIn(run, folder))
  const best = Math.min(...group.map(rankOf))
  const first = group.filter((run) => rankOf(run) === best)
  const lower = group.filter((run) => rankOf(run) > best)
  for (const run of lower)
    context.note({
      kind: 'irrelevant',
      at: run.at,
      message: `a copy of the manifest of ${program}, which no kubelet starts; ${placeText(first[0].at)} holds`,
    })
  if (isShown(group[0], context)) return first
  if (RANKS[best] === 'copy') noteCopy(first, folder, context)
  return RANKS[best] === 'live' ? lastOfEachPod(first, context) : ofUnknownFolder(first, context)
}

/** Returns whether a record shows the running program. Then the choice of manifest does not matter. */
function isShown({ program, at }: ProgramRun, context: BuildContext): boolean {
  const machine = context.machineOf(at)
  return context.evidence.runs.some(
    (run) =>
      run.program === program &&
      RECORDS.indexOf(run.record) < RECORDS.indexOf('manifest') &&
      (run.machine ?? context.machineOf(run.at)) === machine,
  )
}

function noteCopy([first]: readonly ProgramRun[], folder: string | null, context: BuildContext): void {
  context.note({
    kind: 'unknown',
    at: first.at,
    message: `the manifest of ${first.program} that runs: this is a copy, which lies outside of the folder of static pods${folder === null ? '' : ` (/${folder})`}; it is taken`,
    consequence: `add the files of ${folder === null ? 'that folder' : `/${folder}`}: what runs can have other flags`,
  })
}

/** Returns the file of each pod that the kubelet starts, which is the last one by name. */
function lastOfEachPod(live: readonly ProgramRun[], context: BuildContext): readonly ProgramRun[] {
  const byPod = new Map<string, ProgramRun[]>()
  for (const run of live) byPod.set(run.staticPod!, [...(byPod.get(run.staticPod!) ?? []), run])
  const started = [...byPod.values()].map((own) => {
    const [last, ...others] = own.toSorted((a, b) => (nameIn(a.at.file) < nameIn(b.at.file) ? 1 : -1))
    if (others.some(({ at }) => at.file !== last.at.file))
      context.note({
        kind: 'contradiction',
        at: last.at,
        message: `${own.length} files in one folder of static pods are the pod ${last.staticPod}: ${others.map(({ at }) => nameIn(at.file)).join(', ')} too`,
        consequence: `a kubelet reads every file there whose name does not begin with a dot, and starts the last one by name, which is ${nameIn(last.at.file)}: move the others to another folder`,
      })
    return last
  })
  if (started.length > 1)
    context.note({
      kind: 'contradiction',
      at: started[1].at,
      message: `${started.length} static pods of ${started[0].program} on one machine: ${started.map(({ staticPod }) => staticPod).join(', ')}`,
      consequence: 'the kubelet starts all of them: the weakest value of each flag is taken',
    })
  return started.length > 1 ? started.map(asRival) : started
}

/** Returns files of which each may be in the folder of static pods. If there are several, the right one is unknown. */
function ofUnknownFolder(files: readonly ProgramRun[], context: BuildContext): readonly ProgramRun[] {
  if (files.length < 2) return files
  context.note({
    kind: 'contradiction',
    at: files[1].at,
    message: `${files.length} manifests of ${files[0].program}, also ${placeText(files[0].at)}, and nothing says which one lies in the folder of static pods of the kubelet`,
    consequence:
      'the weakest value of each flag is taken: leave out what does not run, or keep the paths of the machine',
  })
  return files.map(asRival)
}

function asRival(run: ProgramRun): ProgramRun {
  return { ...run, isRival: true }
}

function rankIn({ at: { file }, staticPod }: ProgramRun, folder: string | null): Rank {
  const folders = folder === null ? DEFAULT_FOLDERS : [folder]
  const path = `/${file}`
  const rest = folders.map((one) => path.split(`/${one}/`).slice(1).join('/')).find((one) => one !== '')
  const isStarted = (name: string) => !name.includes('/') && !name.startsWith('.') && staticPod !== null
  if (rest !== undefined) return isStarted(rest) ? 'live' : 'copy'
  const [parent = ''] = file.split('/').slice(-2, -1)
  if (folders.some((one) => nameIn(one) === parent) && !isBelowRoot(file))
    return isStarted(nameIn(file)) ? 'live' : 'copy'
  // A kubelet with a known folder starts no file outside it.
  return isInCopyFolder(file) || staticPod === null || (folder !== null && isBelowRoot(file)) ? 'copy' : 'unknown'
}

/** Returns whether a path shows the position of a file on its machine. */
function isBelowRoot(file: string): boolean {
  return /(?:^|\/)(?:etc\/kubernetes|var\/lib)\//.test(file)
}

/** Returns whether a manifest is in a folder of static pods. */
function isInFolder({ at }: ProgramRun, context: BuildContext): boolean {
  const folder = folderOf(context.machineOf(at), context)
  return (folder === null ? DEFAULT_FOLDERS : [folder]).some((one) => `/${at.file}`.includes(`/${one}/`))
}

/**
 * Returns a machine's folder of static pods without the leading slash, from its kubelet's command line or
 * configuration; null if neither names it.
 */
function folderOf(machine: string, context: BuildContext): string | null {
  const flags = readFlags(commandLine(machine, context).words, isKubeletBoolean)
  const files = context.evidence.kubeletFiles.filter(
    (file) => !isCopy(file.at.file) && (file.from === 'cluster' || context.machineOfKubelet(file) === machine),
  )
  const own = files.toSorted((a, b) => Number(b.from === 'cluster') - Number(a.from === 'cluster'))
  const written = own.map(({ tree }) => textAt(tree, ['staticPodPath']) ?? '').findLast((path) => path !== '')
  const path = lastFlag(flags, 'pod-manifest-path')?.value || written
  return path === undefined ? null : path.replace(/^\/+|\/+$/g, '')
}
