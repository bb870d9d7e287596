import type { Tree } from '../scenario/tree/tree.ts'
import type { ImportCertificate } from './certificate.ts'
import type { Excerpt } from './excerpt.ts'
import type { Place, Sourced } from './origin.ts'
import type { Distribution } from './profiles.ts'
import type { MachineRole, ProgramRun, RecordKind, Word } from './programs/program-run.ts'
import type { Note } from './report/note.ts'

/** The configuration file of a kubelet, or a drop-in for it. */
export interface KubeletFile {
  readonly tree: Tree
  readonly at: Place
  /**
   * `file`: a configuration file. `drop-in`: fields that override it. `cluster`: the configuration that kubeadm
   * distributes. `running`: the response at /configz.
   */
  readonly from: 'file' | 'drop-in' | 'cluster' | 'running'
  /** The role of the machines that it applies to, if no folder names a machine; absent for all. */
  readonly role?: MachineRole
  /** The machine, if it differs from the machine of the file's folder. */
  readonly machine?: string
  /** True if it patches a complete configuration that was also imported. */
  readonly isPatch?: boolean
  /** The minor release of the kubelets that it applies to, if kubeadm keeps one for each release. */
  readonly release?: number
  /**
   * True if the kubelet reads its folder only with --config-dir. Otherwise the program that starts the kubelet merges
   * it.
   */
  readonly isOfFolder?: boolean
}

export interface NodeEvidence {
  readonly name: string
  readonly at: Place
  readonly addresses: readonly { readonly type: string; readonly address: string; readonly at: Place }[]
  readonly labels: ReadonlyMap<string, string>
  readonly zone: Sourced<string> | null
  readonly kubeletVersion: Sourced<string> | null
  /** The ranges of the addresses of its pods. */
  readonly podRanges: readonly Sourced<string>[]
  readonly isControlPlane: boolean
}

/** A Role or ClusterRole. */
export interface RoleEvidence {
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly at: Place
  readonly rules: readonly RuleEvidence[]
}

export interface RuleEvidence {
  /** The API groups; empty if the rule names none, which Kubernetes refuses. */
  readonly groups: readonly string[]
  /** The names of objects that the rule is limited to; empty for all. */
  readonly names: readonly string[]
  readonly verbs: readonly string[]
  readonly resources: readonly string[]
  readonly at: Place
}

export interface Subject {
  readonly kind: string
  readonly name: string
  readonly namespace: string | null
}

/** A RoleBinding or ClusterRoleBinding. */
export interface BindingEvidence {
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly at: Place
  readonly role: { readonly kind: string; readonly name: string }
  readonly subjects: readonly Subject[]
}

/** Variables of a systemd unit, or of a file with service settings. */
export interface Variables {
  readonly at: Place
  /** True if a script of the node adds further flags to them. */
  readonly isPart?: boolean
  readonly values: ReadonlyMap<string, Sourced<string>>
}

/** A systemd unit or a drop-in, with its command lines and variables in order. */
export interface UnitEvidence {
  readonly file: string
  /** The path of the unit or drop-in: the one that `systemctl cat` prints, otherwise the path of the file. */
  readonly path: string
  /** The command lines. LINE_MARK joins the lines of a command. */
  readonly commands: readonly Sourced<string>[]
  readonly variables: ReadonlyMap<string, Sourced<string>>
  readonly variableFiles: readonly string[]
}

/** Settings of k3s or RKE2 from a configuration file, a drop-in, or a command line. */
export interface RancherSettings {
  readonly at: Place
  /** The kind of source. Later kinds override earlier ones. */
  readonly from: 'file' | 'drop-in' | 'command'
  readonly entries: readonly RancherSetting[]
}

export interface RancherSetting {
  readonly key: string
  readonly values: readonly Sourced<string>[]
  /** True if the values add to values of earlier sources. */
  readonly isAddition: boolean
}

/** The configuration of an OpenShift apiserver, as flags. */
export interface OpenshiftConfig {
  readonly at: Place
  readonly tree: Tree
  readonly words: readonly Word[]
  /**
   * The revision of a complete configuration (the highest is in effect); null for the operator's additions to its own.
   */
  readonly revision: number | null
}

/** The kubelet configuration file in a MachineConfig of OpenShift. */
export interface MachineConfigFile {
  readonly at: Place
  /** Its text; null if it cannot be read, with the reason. */
  readonly text: string | null
  readonly why: string
}

/** A MachineConfig or KubeletConfig of OpenShift, for the machines of a pool. */
export interface MachineConfigEvidence {
  readonly at: Place
  readonly name: string
  readonly pool: string
  /** The creation time of a rendered MachineConfig; empty for others. */
  readonly made: string
  readonly files: readonly MachineConfigFile[]
  /** The places of units of the kubelet. */
  readonly units: readonly Place[]
  /** The kubelet fields of a KubeletConfig; null for a MachineConfig. */
  readonly fields: Tree | null
}

/** The roles of the machines in the pools that every OpenShift cluster has. */
export const ROLES_OF_POOLS: Readonly<Record<string, MachineRole>> = { worker: 'worker', master: 'control-plane' }

/** Kubelet settings of a distribution that machines select by name. */
export interface KubeletProfile {
  readonly name: string
  readonly tree: Tree
  readonly at: Place
}

/** Kubelet settings of a kops cluster or instance group, as flags. */
export interface KopsKubelet {
  readonly of: 'cluster' | 'control-planes' | 'group' | 'control-plane-group'
  /** The name of the instance group; empty for the cluster. */
  readonly group: string
  readonly words: readonly Word[]
}

/** A server in a kubeconfig, with the CAs for verifying it, either in the document or in a file. */
export interface KubeconfigServer {
  readonly at: Place
  /** A URL. */
  readonly server: string
  /** The name that is verified instead of the server's name in the URL; null for none. */
  readonly serverName: string | null
  readonly certificates: readonly ImportCertificate[]
  readonly path: string | null
}

/** A user in a kubeconfig with a client certificate. */
export interface KubeconfigUser {
  readonly at: Place
  readonly name: string
  readonly certificates: readonly ImportCertificate[]
  readonly path: string | null
}

/** The CAs with which the apiserver verifies a service that it calls. */
export interface CaBundle {
  readonly at: Place
  /** The webhook or APIService. */
  readonly owner: string
  /** The DNS name that it verifies; null if it calls a URL. */
  readonly serverName: string | null
  readonly certificates: readonly ImportCertificate[]
}

/** A port at which pods serve plain HTTP, as an object that creates them declares it. */
export interface ServerEvidence {
  /** The object, such as `DaemonSet monitoring/node-exporter`. */
  readonly name: string
  readonly namespace: string
  /** The labels of the pods. */
  readonly labels: ReadonlyMap<string, string>
  readonly port: number
  readonly portName: string | null
  /** True if it is a port of the node: the pods use its network, or have a `hostPort`. */
  readonly isOnNode: boolean
  /** True if the pods use the network of their node. No NetworkPolicy applies to them. */
  readonly usesHost: boolean
  readonly at: Place
}

/** The pods of a namespace that a NetworkPolicy applies to. */
export interface Selector {
  readonly labels: ReadonlyMap<string, string>
  readonly expressions: readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

/** A NetworkPolicy for ingress. */
export interface NetworkPolicyEvidence {
  readonly name: string
  readonly namespace: string
  readonly at: Place
  readonly selector: Selector
  /** The ports of each rule that admits everybody; an empty list is all ports. */
  readonly open: readonly (readonly { readonly port: string | null; readonly end: number | null }[])[]
}

/** Everything that readers found. The parts that build the scenario decide which of it is in effect. */
export class Evidence {
  readonly runs: ProgramRun[] = []
  readonly units: UnitEvidence[] = []
  readonly variables: Variables[] = []
  readonly kubeletFiles: KubeletFile[] = []
  readonly nodes: NodeEvidence[] = []
  /** The nodes that an installer was configured to set up. */
  readonly plannedNodes: NodeEvidence[] = []
  readonly roles: RoleEvidence[] = []
  readonly bindings: BindingEvidence[] = []
  readonly versions: Sourced<string>[] = []
  readonly distributions: Sourced<Distribution>[] = []
  readonly certificates: ImportCertificate[] = []
  readonly kubeconfigs: KubeconfigServer[] = []
  readonly kubeconfigUsers: KubeconfigUser[] = []
  readonly caBundles: CaBundle[] = []
  /** The connection types of the egress `cluster`: `konnectivity` for a tunnel, `none` for direct. */
  readonly egresses: Sourced<'none' | 'konnectivity'>[] = []
  readonly authorizers: Sourced<readonly string[]>[] = []
  readonly anonymous: Sourced<boolean>[] = []
  /** The files of --authentication-config. */
  readonly authentications: Place[] = []
  readonly policies: Sourced<Readonly<Record<string, string | boolean>>>[] = []
  readonly approvers: Sourced<string>[] = []
  /** The approvers that are not running. */
  readonly idleApprovers: Sourced<string>[] = []
  /** The serving-certificate requests of kubelets, each with the name of the node. */
  readonly servingRequests: (Sourced<'issued' | 'pending'> & { readonly node: string })[] = []
  readonly proxyModes: Sourced<string>[] = []
  readonly zones: Sourced<string>[] = []
  readonly timeouts: Sourced<readonly [name: string, duration: string]>[] = []
  readonly encryptions: Sourced<string>[] = []
  readonly servers: ServerEvidence[] = []
  readonly networkPolicies: NetworkPolicyEvidence[] = []
  /** The network plugins, and whether each enforces NetworkPolicies. */
  readonly networkPlugins: (Sourced<string> & { readonly enforcesPolicies: boolean })[] = []
  readonly agentModes: Sourced<string>[] = []
  readonly rancherSettings: RancherSettings[] = []
  readonly openshiftConfigs: OpenshiftConfig[] = []
  /** The external addresses that OpenShift permits for services. `!` excludes a range. */
  readonly externalIpPolicies: { readonly cidrs: readonly string[]; readonly at: Place }[] = []
  readonly machineConfigs: MachineConfigEvidence[] = []
  /** The worker profiles of k0s. */
  readonly kubeletProfiles: KubeletProfile[] = []
  /** The lines that turn off k0s' Konnectivity. */
  readonly konnectivityOff: Sourced<boolean>[] = []
  readonly agentPorts: Sourced<number>[] = []
  readonly kopsKubelets: KopsKubelet[] = []
  readonly notes: Note[] = []
  /** The paths of all files. */
  readonly paths: readonly string[]
  /** Reads a text inside a document, such as an entry of a ConfigMap. */
  readonly readInner: (text: Excerpt) => void

  constructor(paths: readonly string[], readInner: (text: Excerpt, evidence: Evidence) => void) {
    this.paths = paths
    this.readInner = (text) => readInner(text, this)
  }

  /** True if no reader found anything. */
  get isEmpty(): boolean {
    const { runs, units, kubeletFiles, nodes, roles, bindings, certificates, policies } = this
    const { versions, egresses, authorizers, distributions, rancherSettings } = this
    const found = [runs, units, kubeletFiles, nodes, roles, bindings, certificates, policies, versions, egresses]
    return [...found, authorizers, distributions, rancherSettings].every((list) => list.length === 0)
  }

  note(note: Note): void {
    this.notes.push(note)
  }

  addRun(run: Pick<ProgramRun, 'program' | 'words' | 'at'> & Partial<ProgramRun>, record: RecordKind): void {
    const unsaid = {
      image: null,
      machine: null,
      pod: null,
      staticPod: null,
      isRival: false,
      role: null,
      isPatch: false,
    }
    this.runs.push({ ...unsaid, ...run, record })
  }
}
