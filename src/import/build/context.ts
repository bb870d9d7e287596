import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { RealName } from '../../measure/real-name.ts'
import { MASTER } from '../../scenario/cluster/cluster-members.ts'
import type { Evidence } from '../evidence.ts'
import { Machines } from '../machines.ts'
import { type Place, placeText, type Sourced } from '../origin.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Distribution } from '../profiles.ts'
import { type ProgramRun, RECORDS } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { Note } from '../report/note.ts'
import { textAt } from '../tree-values.ts'
import { WEB } from './names.ts'
import { Stanza } from './stanza.ts'

/** The user of kubectl. The paths of users are tried with this user's requests. */
export const KUBECTL_USER = 'kubectl-user'

/**
 * The name of a machine that represents all control planes, for installers that configure their kubelets separately.
 */
export const CONTROL_PLANES = 'the control planes'

/** The kinds of networks between control plane and nodes. */
export const NETWORKS = ['public', 'shared', 'private'] as const

export type Network = (typeof NETWORKS)[number]

/** The parties on the links between control plane and nodes, for each kind of network. Used in help and comments. */
export const NETWORK_MEANINGS: Readonly<Record<Network, string>> = {
  public: 'it crosses networks of others, who are in the middle of every link',
  shared: 'hosts of others are on the same Ethernet segment: they see packets, send their own and answer ARP',
  private: 'nobody else is on its links',
}

export interface ImportOptions {
  /** The network between control plane and nodes. */
  readonly network?: Network
  /** The provider of a managed control plane. */
  readonly provider?: Distribution
  /** True if the scenario contains every node, instead of a few of each kind. */
  readonly allNodes?: boolean
  /** The most nodes with equal version and configuration in the scenario. Default: 6. */
  readonly nodesOfKind?: number
  /** The start of the day on which certificates are judged, in seconds since 1970. Default: dates are not judged. */
  readonly nowS?: number
  /** The version of Kubernetes, used if the files do not contain it. */
  readonly kubernetes?: string
  /**
   * The nodes of each pool of an earlier import, by their names in the cluster. They stay in these pools even if their
   * kubelets have become equal, so that both scenarios have the same paths.
   */
  readonly pools?: ReadonlyMap<string, readonly string[]>
}

/** The values that all parts of the scenario builder share. */
export class BuildContext {
  readonly evidence: Evidence
  readonly options: ImportOptions
  readonly version: KubernetesVersion
  readonly distribution: Sourced<Distribution> | null
  /** The values that are assumed if the files do not contain them. */
  readonly profile: Profile
  readonly stanza = new Stanza()
  /** The names of hosts, users and pods in the scenario. All of them share one namespace. */
  readonly taken: Set<string> = new Set([MASTER, KUBECTL_USER, WEB])
  /** The real names of hosts, users and pods that have another name in the scenario, or that are assumed. */
  readonly names = new Map<string, RealName>()
  readonly #machines: Machines

  constructor(
    evidence: Evidence,
    options: ImportOptions,
    version: KubernetesVersion,
    distribution: Sourced<Distribution> | null,
    profile: Profile,
  ) {
    this.evidence = evidence
    this.options = options
    this.version = version
    this.distribution = distribution
    this.profile = profile
    const nodes = evidence.nodes.flatMap(({ name, addresses }) => [
      [name, name] as const,
      ...addresses.map(({ address }) => [address, name] as const),
    ])
    this.#machines = new Machines(new Map(nodes), evidence.paths, foldersOfStaticPods(evidence))
  }

  note(note: Note): void {
    this.evidence.note(note)
  }

  machineOf({ file }: Place): string {
    return this.#machines.of(file)
  }

  /**
   * Returns the machine of a kubelet's command line or file. A record for control planes does not apply to workers.
   */
  machineOfKubelet({ machine, at, role }: Pick<ProgramRun, 'at'> & Partial<ProgramRun>): string {
    const own = machine ?? this.machineOf(at)
    const isNode = this.evidence.nodes.some(({ name }) => name === own)
    return role === 'control-plane' && machine == null && !isNode ? CONTROL_PLANES : own
  }

  /**
   * Returns the best record of a program for each machine. Records of running programs come before configurations. A
   * configuration counts only if no command line is known; a node's kubelet configuration also counts if command lines
   * of other nodes are known.
   */
  runsOf(program: ProgramName): readonly ProgramRun[] {
    const byMachine = new Map<string, ProgramRun>()
    const own = this.evidence.runs.filter((run) => run.program === program)
    for (const run of own.toSorted((a, b) => Number(a.isPatch) - Number(b.isPatch))) {
      const own = program === 'kubelet' ? this.machineOfKubelet(run) : (run.machine ?? this.machineOf(run.at))
      const machine = run.isRival ? placeText(run.at) : own
      const known = byMachine.get(machine)
      // Several configurations add up. Of two other records of one kind, the later one is the later start.
      if (known?.record === 'configuration' && run.record === 'configuration')
        byMachine.set(machine, { ...known, words: [...known.words, ...run.words] })
      else if (known === undefined || RECORDS.indexOf(run.record) <= RECORDS.indexOf(known.record))
        byMachine.set(machine, run)
    }
    const runs = [...byMachine.values()]
    const whole = runs.filter(({ record }) => record !== 'configuration')
    if (whole.length === 0) return runs
    return program === 'kubelet' ? runs.filter((run) => whole.includes(run) || this.#isOfNode(run)) : whole
  }

  #isOfNode(run: ProgramRun): boolean {
    const name = this.machineOfKubelet(run)
    if (name === CONTROL_PLANES) return true
    return this.evidence.nodes.some((node) => node.name === name || node.name.startsWith(`${name}.`))
  }
}

/** Returns the folders of static pods in the configurations and command lines of kubelets. */
function foldersOfStaticPods({ kubeletFiles, runs, units, variables }: Evidence): readonly string[] {
  const ofFiles = kubeletFiles.flatMap(({ tree }) => textAt(tree, ['staticPodPath']) || [])
  const lines = [
    ...runs.filter(({ program }) => program === 'kubelet').map(({ words }) => words.map(({ text }) => text).join(' ')),
    ...units.flatMap((unit) => [...unit.commands, ...unit.variables.values()].map(({ value }) => value)),
    ...variables.flatMap(({ values }) => [...values.values()].map(({ value }) => value)),
  ]
  return [...ofFiles, ...lines.flatMap((line) => /--?pod-manifest-path[= ]"?([^\s"]+)/.exec(line)?.[1] ?? [])]
}
