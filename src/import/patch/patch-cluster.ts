import type { Flag } from '../../cluster/flags/flag.ts'
import { text } from '../../cluster/flags/flag-kind.ts'
import { splitList } from '../../cluster/flags/list-kind.ts'
import { stepAt } from '../../cluster/versions/version-steps.ts'
import { treeAt } from '../../scenario/tree/tree.ts'
import type { BuildContext, ImportOptions } from '../build/context.ts'
import { valueInForce } from '../build/kubelet.ts'
import type { KubeletSetUp } from '../build/kubelet-set-ups.ts'
import { openshiftConfigOf } from '../build/openshift.ts'
import type { Pool } from '../build/pools.ts'
import { buildCluster } from '../build-cluster.ts'
import type { OpenshiftConfig } from '../evidence.ts'
import type { ImportFile } from '../import-file.ts'
import type { ChangedProgram } from '../profiles/profile.ts'
import { isApiserverBoolean } from '../programs/flag-kinds.ts'
import { lastFlag, readFlags, type WrittenFlag } from '../programs/flag-syntax.ts'
import { isOfRunning, type ProgramRun, type Word } from '../programs/program-run.ts'
import { readFiles } from '../read-files.ts'
import { pathOfFlag } from '../readers/openshift.ts'
import { textAt } from '../tree-values.ts'
import { approverManifest } from './approver.ts'
import { addField, addFlag, replaceFlag } from './edit-flag.ts'
import { setField, type Written } from './edit-tree.ts'
import { type Home, homesIn } from './homes.ts'
import { outerEdit } from './outer-edit.ts'
import { applyEdits, type TextEdit } from './text-edit.ts'

/** A change to the programs of a cluster: a new value of a flag or field, or a program that approves requests. */
export type ClusterChange =
  | {
      readonly kind: 'flag'
      readonly program: ChangedProgram
      readonly flag: Flag
      readonly value: Written
      /** The pools whose kubelets change. Default: all. */
      readonly pools?: readonly string[]
    }
  | { readonly kind: 'approver' }
  | { readonly kind: 'certificates' }

type FlagChange = Extract<ClusterChange, { kind: 'flag' }>

/** A place where a change was made. */
export interface PatchedPlace {
  readonly file: string
  readonly what: string
}

/** The files of a cluster with changes. */
export interface PatchedCluster {
  /** The files to write: changed files, and new ones. */
  readonly files: readonly ImportFile[]
  /** The same files, and the records of running programs as they will be after a restart. */
  readonly expected: readonly ImportFile[]
  /** The places of each change, in the order of the changes. */
  readonly places: readonly (readonly PatchedPlace[])[]
  /** The number of edits for each change, including edits of records of running programs. */
  readonly edits: readonly number[]
  /** Instructions for settings that are in no imported file. */
  readonly byHand: readonly string[]
}

/** Makes changes in the files of a cluster. All other characters of the files stay. */
export function patchCluster(
  files: readonly ImportFile[],
  changes: readonly ClusterChange[],
  options: ImportOptions,
  newFile: (name: string) => string,
): PatchedCluster {
  const patch = new Patch(files, options, newFile)
  const made = changes.map((change) => patch.make(change))
  const places = made.map((own) =>
    own.flatMap((place) => (place.isRecord ? [] : [{ file: place.file, what: place.what }])),
  )
  const edits = made.map(({ length }) => length)
  return { files: patch.files, expected: patch.expected, places, edits, byHand: [...new Set(patch.byHand)] }
}

interface MadePlace extends PatchedPlace {
  /** True if the file records a running program and is not a configuration. */
  readonly isRecord: boolean
}

interface FileEdit extends MadePlace {
  readonly edit: TextEdit
}

class Patch {
  /** The texts to write, by path. */
  readonly #texts: Map<string, string>
  /** The expected texts, by path. */
  readonly #expected: Map<string, string>
  readonly #options: ImportOptions
  readonly #newFile: (name: string) => string
  readonly byHand: string[] = []

  constructor(files: readonly ImportFile[], options: ImportOptions, newFile: (name: string) => string) {
    this.#texts = new Map(files.map(({ path, text }) => [path, text]))
    this.#expected = new Map(this.#texts)
    this.#options = options
    this.#newFile = newFile
  }

  get files(): readonly ImportFile[] {
    return [...this.#texts].map(([path, text]) => ({ path, text }))
  }

  get expected(): readonly ImportFile[] {
    return [...this.#expected].map(([path, text]) => ({ path, text }))
  }

  make(change: ClusterChange): readonly MadePlace[] {
    if (change.kind === 'approver') {
      const path = this.#newFile('kubelet-csr-approver.yaml')
      this.#texts.set(path, approverManifest)
      this.#expected.set(path, approverManifest)
      const { context } = buildCluster(readFiles(this.expected), this.#options)
      this.#noteMissingSigner(context)
      return [{ file: path, what: 'a new file', isRecord: false }]
    }
    if (change.kind === 'certificates') {
      this.byHand.push(
        'issue a serving certificate for each kubelet with the CA of the cluster (usage server auth, SAN: the address that the apiserver dials), and place it and its key on the node',
      )
      return CERTIFICATE_FLAGS.flatMap((one) => this.make(one))
    }
    const { context, setUps, pools } = buildCluster(readFiles(this.expected), this.#options)
    const edits =
      change.program === 'kube-apiserver'
        ? this.#ofApiservers(change, context)
        : this.#ofKubelets(change, setUps, pools, context)
    this.#noteGenerated(edits, change.program, context)
    return this.#apply(edits)
  }

  /**
   * Adds an instruction if a program of the distribution regenerates a changed file, so that the change has to be made
   * in another place too.
   */
  #noteGenerated(edits: readonly FileEdit[], program: ChangedProgram, { distribution, profile }: BuildContext): void {
    const generator = profile.upkeep.generators[program]
    if (distribution === null || generator === undefined) return
    const homes = new Set(homesIn(this.expected, program).map(({ file }) => file))
    const written = edits.filter(({ isRecord, file }) => !isRecord && generator.leaves?.test(file) !== true)
    const isSet = generator.isForAll === true && written.some(({ file }) => homes.has(file))
    if (!isSet && written.some(({ file }) => !homes.has(file))) this.byHand.push(generator.text)
  }

  /** Adds an instruction if the controller manager lacks a signer for the requests that the approver approves. */
  #noteMissingSigner({ profile, evidence }: BuildContext): void {
    const { missingSigner } = profile.upkeep
    const managers = evidence.runs.filter(({ program }) => program === 'kube-controller-manager')
    const hasSigner = managers.some(({ words }) => words.some(({ text }) => SIGNER_FLAG.test(text)))
    if (missingSigner !== undefined && !hasSigner) this.byHand.push(missingSigner)
  }

  #apply(edits: readonly FileEdit[]): readonly MadePlace[] {
    const unique = new Map(edits.map((one) => [JSON.stringify([one.file, one.edit.start, one.edit.end]), one]))
    const byFile = new Map<string, FileEdit[]>()
    for (const one of unique.values()) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one])
    for (const [file, own] of byFile) {
      const text = applyEdits(
        this.#expected.get(file) ?? '',
        own.map(({ edit }) => edit),
      )
      this.#expected.set(file, text)
      if (own.every(({ isRecord }) => !isRecord)) this.#texts.set(file, text)
      else this.byHand.push(`${file} records what runs, and stays as it is: collect it again after the restart`)
    }
    return [...unique.values()].map(({ file, what, isRecord }) => ({ file, what, isRecord }))
  }

  #text(file: string): string {
    return this.#expected.get(file) ?? ''
  }

  #ofApiservers(change: FlagChange, context: BuildContext): readonly FileEdit[] {
    const { flag, value } = change
    const runs = context.evidence.runs.filter(({ program }) => program === 'kube-apiserver')
    const homes = homesIn(this.expected, 'kube-apiserver')
    const wantedOf = (flags: readonly WrittenFlag[]) => this.#apiserverText(flag, value, flags, context)
    const edits = runs.flatMap((run): FileEdit[] => {
      const flags = readFlags(run.words, isApiserverBoolean)
      if (run.record === 'configuration')
        return this.#ofPassedOn(flags, nameOf(flag, context).name, wantedOf(flags), homes)
      const wanted = wantedOf(flags)
      if (wanted === null) return []
      const { name } = nameOf(flag, context)
      const config = openshiftConfigOf(run, context.evidence)
      if (config !== null) return this.#ofOpenshift(config, name, wanted)
      return this.#setFlag(name, flags, run.words, wanted, run, flag)
    })
    const [whole] = runs.filter(({ record }) => record !== 'configuration')
    const overridden = overriddenHomes(
      homes,
      runs.flatMap((run) => (run.record === 'configuration' ? [readFlags(run.words, isApiserverBoolean)] : [])),
      nameOf(flag, context).name,
      context,
    )
    const wanted = wantedOf(whole === undefined ? [] : readFlags(whole.words, isApiserverBoolean))
    const ofHomes =
      wanted === null
        ? []
        : homes.flatMap((home): FileEdit[] => {
            if (overridden.has(home)) return []
            const edit = home.set(nameOf(flag, context).name, wanted)
            const own = edit === null ? null : outerEdit(this.#text(home.file), home.source, edit)
            const what = `${home.what}: ${nameOf(flag, context).name}=${wanted}`
            return own === null ? [] : [{ file: home.file, edit: own, what, isRecord: false }]
          })
    const all = [...edits, ...ofHomes]
    if (all.every(({ isRecord }) => isRecord)) {
      const wantedFlag = `--${nameOf(flag, context).name}=${wanted ?? String(value)}`
      const setFlag = context.profile.upkeep.setApiserverFlag ?? ((text) => `give it ${text} in whatever starts it`)
      this.byHand.push(`kube-apiserver: no file that came in sets its flags; ${setFlag(wantedFlag)}`)
    }
    return all
  }

  /** Changes the configuration of an OpenShift apiserver, in which each flag is a list of values. */
  #ofOpenshift({ tree }: OpenshiftConfig, name: string, wanted: string): FileEdit[] {
    const { source } = tree.position
    const path = pathOfFlag(tree, name)
    const edit = setField(tree, path, path.at(-1) === name ? wanted.split(',') : wanted)
    const own = edit === null ? null : outerEdit(this.#text(source.file), source, edit)
    const what = `${path.join('.')}: ${wanted}`
    return own === null ? this.#unable(source.file, what) : [{ file: source.file, edit: own, what, isRecord: false }]
  }

  /**
   * Changes a flag that a launcher passes on, as in the unit of k3s or in user data. Documents of distributions with
   * such flags are changed elsewhere.
   */
  #ofPassedOn(
    flags: readonly WrittenFlag[],
    name: string,
    wanted: string | null,
    homes: readonly { readonly file: string }[],
  ): FileEdit[] {
    const written = lastFlag(flags, name)
    if (written === undefined || wanted === null || homes.some(({ file }) => file === written.at.file)) return []
    const edit = replaceFlag(this.#text(written.at.file), written, wanted)
    const what = `line ${written.at.line}: --${name}=${wanted}`
    return edit === null
      ? this.#unable(written.at.file, `--${name}=${wanted}`)
      : [{ file: written.at.file, edit, what, isRecord: false }]
  }

  /** Returns the value of an apiserver flag as its command line has it; null if it cannot be determined. */
  #apiserverText(flag: Flag, value: Written, flags: readonly WrittenFlag[], context: BuildContext): string | null {
    if (flag.kind.refersTo !== undefined) {
      const { kubeletCa } = context.profile.upkeep
      const ofClients = kubeletCa?.isThatOfClients === false ? undefined : lastFlag(flags, 'client-ca-file')?.value
      const file = ofClients ?? kubeletCa?.file ?? null
      if (file === null)
        this.byHand.push(`kube-apiserver: --${flag.name} needs the file of the CA that signs kubelets' certificates`)
      return file
    }
    if (typeof value !== 'object') return String(value)
    const replaced = REPLACED_BY_FILES[flag.name]
    if (replaced !== undefined && flags.some(({ name }) => name === replaced)) {
      this.byHand.push(`kube-apiserver: --${replaced} replaces --${flag.name}: write ${value.join(', ')} into its file`)
      return null
    }
    const names = [flag.name, flag.also?.name]
    const before = flags.flatMap((one) => (names.includes(one.name) ? splitList(one.value ?? '') : []))
    const known = new Set<string>(flag.kind.list?.items ?? [])
    const kept = before.filter((item) => !known.has(item) || value.includes(item))
    const isSameOrder =
      JSON.stringify(kept.filter((item) => known.has(item))) ===
      JSON.stringify(value.filter((item) => kept.includes(item)))
    const merged = isSameOrder
      ? [...kept, ...value.filter((item) => !kept.includes(item))]
      : [...value, ...kept.filter((item) => !known.has(item))]
    return merged.join(',')
  }

  #setFlag(
    name: string,
    flags: readonly WrittenFlag[],
    words: readonly Word[],
    wanted: string,
    { at, record }: Pick<ProgramRun, 'at' | 'record'>,
    flag: Flag,
  ): FileEdit[] {
    const isRecord = isOfRunning(record)
    const names = [flag.name, flag.also?.name]
    const written = flags.filter((one) => names.includes(one.name))
    const wantedPlaces = flag.kind.list !== undefined ? written : written.slice(-1)
    if (wantedPlaces.length > 0)
      return wantedPlaces.flatMap((one) => {
        const edit = replaceFlag(this.#text(one.at.file), one, wanted)
        const what = `line ${one.at.line}: --${one.name}=${wanted}`
        return edit === null
          ? this.#unable(one.at.file, `--${name}=${wanted}`)
          : [{ file: one.at.file, edit, what, isRecord }]
      })
    const edit = addFlag(
      this.#text(at.file),
      words.filter((word) => word.at.file === at.file),
      name,
      wanted,
    )
    const what = `--${name}=${wanted}`
    return edit === null ? this.#unable(at.file, what) : [{ file: at.file, edit, what, isRecord }]
  }

  #unable(file: string, what: string): [] {
    this.byHand.push(`${file}: ${what}; its form is not understood well enough to change it`)
    return []
  }

  #ofKubelets(
    change: FlagChange,
    all: readonly KubeletSetUp[],
    pools: readonly Pool[],
    context: BuildContext,
  ): readonly FileEdit[] {
    const setUps = all.filter((setUp) => isConcerned(setUp, change, pools, context))
    const others = new Set(all.flatMap((setUp) => (setUps.includes(setUp) ? [] : [setUp.machine])))
    const homes = homesIn(this.expected, 'kubelet').filter(
      ({ file, isForAll }) => !(isForAll && others.size > 0) && !others.has(context.machineOf({ file, line: 1 })),
    )
    const { also } = change.flag
    const machines = new Set<string>()
    const overridden = overriddenHomes(
      homes,
      setUps.flatMap(({ record, flags }) => (record === 'configuration' ? [flags] : [])),
      also?.name ?? null,
      context,
    )
    const ofHomes = homes.flatMap((home): FileEdit[] => {
      const isField = home.takes === 'fields'
      const edit = isField
        ? home.set(change.flag.name, change.value)
        : also === undefined
          ? null
          : home.set(also.name, String(change.value))
      const own = edit === null ? null : outerEdit(this.#text(home.file), home.source, edit)
      if (own !== null && !home.isForAll) machines.add(context.machineOf({ file: home.file, line: 1 }))
      const isAsBefore = own !== null && own.text === this.#text(home.file).slice(own.start, own.end)
      return own === null || isAsBefore || overridden.has(home)
        ? []
        : [{ file: home.file, edit: own, what: `${home.what}: ${fieldText(change)}`, isRecord: false }]
    })
    if (all.length === 0 && ofHomes.length === 0)
      this.byHand.push(`kubelets: no file of them came in; ${fieldText(change)} on every node`)
    // A home configures its machines, so a kubelet without a file of its own needs no instruction.
    const edits = setUps.flatMap((setUp) => this.#ofKubelet(setUp, change, homes, machines.has(setUp.machine)))
    return [...edits, ...ofHomes]
  }

  #ofKubelet(setUp: KubeletSetUp, change: FlagChange, homes: readonly Home[], hasHome: boolean): readonly FileEdit[] {
    const { flag, value } = change
    const { machine, flags, files, record, hasFile, at } = setUp
    const who = machine === '' ? 'kubelets' : `the kubelet of ${machine}`
    const isRecord = isOfRunning(record)
    const named = flag.also === undefined ? undefined : lastFlag(flags, flag.also.name)
    if (named !== undefined) {
      if (named.value === String(value)) return []
      if (record === 'configuration') return this.#ofPassedOn(flags, named.name, String(value), homes)
      const edit = replaceFlag(this.#text(named.at.file), named, String(value))
      const what = `line ${named.at.line}: --${named.name}=${value}`
      return edit === null ? this.#unable(named.at.file, what) : [{ file: named.at.file, edit, what, isRecord }]
    }
    const path = flag.name.split('.')
    const holder = files.toReversed().find(({ tree }) => textAt(tree, path) !== null) ?? files[0]
    if (hasFile && holder !== undefined) {
      if (textAt(holder.tree, path) === String(value)) return []
      if (holder.from === 'running') {
        this.byHand.push(
          `${who}: ${fieldText(change)} in its configuration file; only what it runs with came in (${holder.at.file})`,
        )
      }
      const edit = setField(holder.tree, path, value)
      const source = holder.tree.position.source
      const own = edit === null ? null : outerEdit(this.#text(holder.at.file), source, edit)
      const found = treeAt(holder.tree, path)
      const line = found === undefined ? '' : `line ${source.positionOf(found.position.start).line}: `
      return own === null
        ? this.#unable(holder.at.file, fieldText(change))
        : [
            {
              file: holder.at.file,
              edit: own,
              what: `${line}${fieldText(change)}`,
              isRecord: holder.from === 'running',
            },
          ]
    }
    if (hasFile || flag.also === undefined || at === null) {
      const place = flags.at(-1)?.at
      const edit =
        hasHome || record !== 'configuration' || flag.also === undefined || place === undefined
          ? null
          : addField(this.#text(place.file), flags, flag.also.name, String(value))
      if (edit !== null) return [{ file: place!.file, edit, what: fieldText(change), isRecord: false }]
      if (!hasHome) this.byHand.push(`${who}: ${fieldText(change)}; its configuration file did not come in`)
      return []
    }
    const words = flags.map(({ name, at: place }) => ({ text: `--${name}`, at: place }))
    const place = flags.at(-1)?.at ?? at
    const edit = addFlag(
      this.#text(place.file),
      words.filter((word) => word.at.file === place.file),
      flag.also.name,
      String(value),
    )
    const what = `--${flag.also.name}=${value}`
    return edit === null ? this.#unable(place.file, what) : [{ file: place.file, edit, what, isRecord }]
  }
}

/**
 * Returns whether a change applies to a kubelet: it is in a changed pool, or it is in no pool (as on a control plane)
 * and has another value.
 */
function isConcerned(setUp: KubeletSetUp, change: FlagChange, pools: readonly Pool[], context: BuildContext): boolean {
  if (change.pools === undefined) return true
  const own = pools.filter(({ all }) => all.some((node) => node.setUp === setUp))
  if (own.length > 0) return own.some(({ name }) => change.pools?.includes(name))
  return JSON.stringify(valueInForce(setUp, change.flag, context)) !== JSON.stringify(change.value)
}

/**
 * Returns the homes in which a flag would have no effect, because a later configuration of the machine sets it, or a
 * flag in the same file overrides the field.
 * @param flags the flags of each program that is known only by its configuration
 * @param name the flag; null for a field without one
 */
function overriddenHomes(
  homes: readonly Home[],
  flags: readonly (readonly WrittenFlag[])[],
  name: string | null,
  context: BuildContext,
): ReadonlySet<Home> {
  if (name === null) return new Set()
  const last = flags.flatMap((own) => lastFlag(own, name) ?? [])
  const elsewhere = last.filter(({ at }) => homes.every(({ file }) => file !== at.file))
  const machines = new Set(elsewhere.map(({ at }) => context.machineOf(at)))
  return new Set(
    homes.filter(({ file, takes }) =>
      takes === 'flags'
        ? machines.has(context.machineOf({ file, line: 1 }))
        : homes.some((other) => other.file === file && other.isForPresent && other.set(name, '') !== null),
    ),
  )
}

/** The flags for a kubelet's serving certificate and its key. */
const CERTIFICATE_FLAGS: readonly FlagChange[] = [
  certificateFlag('tlsCertFile', 'tls-cert-file', '/var/lib/kubelet/pki/serving.crt'),
  certificateFlag('tlsPrivateKeyFile', 'tls-private-key-file', '/var/lib/kubelet/pki/serving.key'),
]

function certificateFlag(name: string, also: string, value: string): FlagChange {
  const flag: Flag = { name, kind: text, meaning: '', default: { off: null }, also: { name: also } }
  return { kind: 'flag', program: 'kubelet', flag, value }
}

function fieldText({ flag, value }: FlagChange): string {
  return `${flag.name}: ${String(value)}`
}

function nameOf(flag: Flag, context: BuildContext): { readonly name: string } {
  const { also, releases } = flag
  if (also === undefined || releases === undefined) return flag
  return stepAt(releases, context.version.minor).value === 'absent' ? also : flag
}

/**
 * The controller manager's flag for the certificate that signs requests: for all signers, or for serving certificates.
 */
const SIGNER_FLAG = /^--?cluster-signing(?:-kubelet-serving)?-cert-file=./

/** The flags that a configuration file replaces, each with the flag that names the file. */
const REPLACED_BY_FILES: Readonly<Record<string, string>> = {
  'authorization-mode': 'authorization-config',
  'anonymous-auth': 'authentication-config',
}
