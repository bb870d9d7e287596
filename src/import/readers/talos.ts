import { type MapTree, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { booleanOf } from '../../values/boolean-of.ts'
import type { Evidence } from '../evidence.ts'
import { type Place, placeOf, written } from '../origin.ts'
import type { MachineRole, Word } from '../programs/program-run.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { innerText } from './config-map.ts'
import { extraArgs } from './kubeadm.ts'

/** The sections of a machine configuration with program arguments. */
const ARGUMENTS = [
  [['cluster', 'apiServer', 'extraArgs'], 'kube-apiserver'],
  [['cluster', 'controllerManager', 'extraArgs'], 'kube-controller-manager'],
  [['machine', 'kubelet', 'extraArgs'], 'kubelet'],
] as const

const KUBELET_CONFIG = ['machine', 'kubelet', 'extraConfig'] as const

/**
 * The settings that Talos reserves. It refuses a machine configuration with one of these fields (siderolabs/talos
 * pkg/machinery/kubelet/kubelet.go, ProtectedConfigurationFields), and starts no program with one of these arguments
 * (MergeDenied in internal/app/machined/pkg/controllers/k8s, control_plane_final.go and kubelet_spec.go).
 */
const PROTECTED = {
  fields: ['authentication', 'authorization', 'port', 'rotateCertificates'],
  'kube-apiserver': ['client-ca-file', 'kubelet-client-certificate', 'authorization-config', 'tls-cert-file'],
  'kube-controller-manager': [],
  kubelet: ['bootstrap-kubeconfig', 'kubeconfig', 'config', 'cert-dir'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Keys of machine configurations and patches, in YAML or JSON. Each has at least one of them. */
const MARK = /\b(?:machine|cluster)["']?\s*:/

/** The documents of the Talos firewall. */
const FIREWALL: readonly string[] = ['NetworkDefaultActionConfig', 'NetworkRuleConfig']

/** Reads machine configurations of Talos, and patches of them. Secrets (keys, tokens) are not read. */
export const talosReader: DocumentReader = {
  reads:
    'machine configurations of Talos, their patches (also of RFC 6902), and `talosctl get kubeletspec` and `machineconfig`',
  kinds: ['KubeSpanConfig', ...FIREWALL],
  recognizes: ({ tree, apiVersion, kind }) =>
    isMachineConfig(tree) ||
    (apiVersion === '' && kind === '' && (isPatch(tree) || isOperation(tree))) ||
    isResource(tree, 'KubeletSpecs') ||
    isResource(tree, 'MachineConfigs') ||
    kind === 'KubeSpanConfig' ||
    FIREWALL.includes(kind),
  read({ tree, kind }, evidence) {
    evidence.distributions.push(written('talos', placeOf(tree.position)))
    if (kind === 'KubeSpanConfig') readKubeSpan(tree, ['enabled'], evidence)
    else if (FIREWALL.includes(kind)) readFirewall(tree, kind, evidence)
    else if (isResource(tree, 'KubeletSpecs')) readKubeletSpec(tree, evidence)
    else if (isResource(tree, 'MachineConfigs')) readMachineConfig(tree, evidence)
    else if (isOperation(tree)) readOperation(tree, evidence)
    else readConfig(tree, !isMachineConfig(tree), evidence)
  },
  sections: [
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: ['cluster', 'apiServer', 'extraArgs'],
      form: 'map',
      refuses: PROTECTED['kube-apiserver'],
      mark: MARK,
      isIn: ({ tree }) => treeAt(tree, ['cluster', 'apiServer']) !== undefined,
    },
    {
      program: 'kubelet',
      takes: 'fields',
      path: KUBELET_CONFIG,
      form: 'fields',
      refuses: PROTECTED.fields,
      mark: MARK,
      isIn: ({ tree }) => treeAt(tree, ['machine', 'kubelet']) !== undefined,
    },
    // A flag overrides the field.
    {
      program: 'kubelet',
      takes: 'flags',
      path: ['machine', 'kubelet', 'extraArgs'],
      form: 'map',
      isForPresent: true,
      mark: MARK,
      isIn: ({ tree }) => treeAt(tree, ['machine', 'kubelet', 'extraArgs']) !== undefined,
    },
  ],
}

function readKubeletSpec(tree: Tree, evidence: Evidence): void {
  const words = itemsAt(tree, ['spec', 'args']).map((item) => ({
    text: textAt(item, []) ?? '',
    at: placeOf(item.position),
  }))
  if (words.length > 0) evidence.addRun({ program: 'kubelet', words, at: words[0].at }, 'process')
  const config = treeAt(tree, ['spec', 'config'])
  if (config?.kind === 'map') evidence.kubeletFiles.push({ tree: config, at: placeOf(config.position), from: 'file' })
}

/** Reads the configuration of a running machine, which `talosctl get machineconfig` prints as one text. */
function readMachineConfig(tree: Tree, evidence: Evidence): void {
  const spec = treeAt(tree, ['spec'])
  const text = spec === undefined ? null : innerText(spec)
  if (text !== null) evidence.readInner(text)
  else if (spec?.kind === 'map') readConfig(spec, false, evidence)
}

/** Reads a configuration or patch. Workers run no apiserver, even if their configuration has a section `cluster`. */
function readConfig(tree: Tree, isPatch: boolean, evidence: Evidence): void {
  const role = roleOf(tree)
  for (const [path, program] of ARGUMENTS) {
    const words = withoutProtected(extraArgs(tree, path), program, evidence)
    const isOfMachine = path[0] === 'machine'
    if (words.length === 0 || (role === 'worker' && !isOfMachine)) continue
    const at = placeAt(tree, path)
    evidence.addRun({ program, words, at, isPatch, role: isOfMachine ? role : null }, 'configuration')
  }
  const config = treeAt(tree, KUBELET_CONFIG)
  if (config?.kind === 'map') {
    const own = withoutProtectedFields(config, evidence)
    const file = { tree: own, at: placeOf(config.position), from: 'drop-in', isPatch } as const
    evidence.kubeletFiles.push(role === null ? file : { ...file, role })
  }
  const image = sourcedAt(tree, ['cluster', 'apiServer', 'image']) ?? sourcedAt(tree, ['machine', 'kubelet', 'image'])
  if (image !== null) evidence.versions.push({ ...image, value: image.value.replace(/@.*$/, '').replace(/^.*:/, '') })
  readProxy(tree, evidence)
  readKubeSpan(tree, ['machine', 'network', 'kubespan', 'enabled'], evidence)
  noteSecrets(tree, evidence)
}

/** Returns extra arguments of a program without those that Talos refuses. The latter are reported. */
function withoutProtected(
  words: readonly Word[],
  program: keyof typeof PROTECTED,
  evidence: Evidence,
): readonly Word[] {
  return words.filter(({ text, at }) => {
    const name = /^--([^=]*)/.exec(text)?.[1] ?? ''
    const isRefused = PROTECTED[program].some((one) => one === name)
    if (isRefused)
      noteProtected(
        `--${name} among the extra arguments of ${program}`,
        at,
        `Talos does not start ${program} with it`,
        evidence,
      )
    return !isRefused
  })
}

function withoutProtectedFields(config: MapTree, evidence: Evidence): MapTree {
  const entries = [...config.entries].filter(([key, { keyPosition }]) => {
    const isRefused = PROTECTED.fields.some((one) => one === key)
    if (isRefused)
      noteProtected(
        `${KUBELET_CONFIG.join('.')}.${key}`,
        placeOf(keyPosition),
        'Talos refuses a machine configuration with it',
        evidence,
      )
    return !isRefused
  })
  return { ...config, entries: new Map(entries) }
}

function noteProtected(what: string, at: Place, consequence: string, evidence: Evidence): void {
  evidence.note({
    kind: 'contradiction',
    at,
    message: `${what}, which Talos sets itself`,
    consequence: `${consequence}; it is taken as left out`,
  })
}

function readFirewall(tree: Tree, kind: string, evidence: Evidence): void {
  evidence.note({
    kind: 'unmodelled',
    at: placeOf(tree.position),
    message: `the firewall of Talos (${kind})`,
    consequence: 'it is not modelled: hosts that it keeps away from ports of machines reach them here',
  })
}

function roleOf(tree: Tree): MachineRole | null {
  const type = textAt(tree, ['machine', 'type'])
  if (type === null) return null
  return type === 'worker' || type === 'join' ? 'worker' : 'control-plane'
}

function readProxy(tree: Tree, evidence: Evidence): void {
  const mode = sourcedAt(tree, ['cluster', 'proxy', 'mode'])
  if (mode !== null) evidence.proxyModes.push(mode)
  const place = ['cluster', 'proxy', 'disabled']
  if (booleanOf(textAt(tree, place)) === true && roleOf(tree) !== 'worker')
    evidence.note({
      kind: 'unmodelled',
      at: placeAt(tree, place),
      message: 'kube-proxy is off; that of iptables is taken for what replaces it',
    })
}

/** Reads KubeSpan, which connects all machines, including the control plane, by WireGuard. */
function readKubeSpan(tree: Tree, path: readonly string[], evidence: Evidence): void {
  if (booleanOf(textAt(tree, path)) !== true) return
  evidence.note({
    kind: 'unmodelled',
    at: placeAt(tree, path),
    message: 'KubeSpan encrypts what machines send each other (WireGuard)',
    consequence:
      'it is not modelled: where it is up, attackers on the network between control plane and nodes see and change nothing of what is said of them here; those on nodes and with permissions are as said',
  })
}

function noteSecrets(tree: Tree, evidence: Evidence): void {
  const secrets = ['token', 'secret', 'ca', 'secretboxEncryptionSecret', 'serviceAccount', 'aggregatorCA']
  const found = ['machine', 'cluster'].flatMap((part) =>
    entriesAt(tree, [part]).flatMap(([key]) => (secrets.includes(key) ? [`${part}.${key}`] : [])),
  )
  if (found.length > 0)
    evidence.note({ kind: 'unread', at: placeOf(tree.position), message: `${found.join(', ')}: secrets, not read` })
}

function isMachineConfig(tree: Tree): boolean {
  return textAt(tree, ['version']) === 'v1alpha1' && isPart(tree)
}

/** Returns whether a document is a patch, which contains only changes (`talosctl gen config --config-patch`). */
function isPatch(tree: Tree): boolean {
  if (!isPart(tree)) return false
  const places = [...ARGUMENTS.map(([path]) => path), KUBELET_CONFIG, ['machine', 'network', 'kubespan']]
  return places.some((path) => treeAt(tree, path) !== undefined)
}

function isPart(tree: Tree): boolean {
  return (treeAt(tree, ['machine']) ?? treeAt(tree, ['cluster'])) !== undefined
}

/** Returns whether a value is an operation of RFC 6902. Such a patch is a list of operations. */
function isOperation(tree: Tree): boolean {
  return textAt(tree, ['op']) !== null && /^\/(?:machine|cluster)\//.test(textAt(tree, ['path']) ?? '')
}

/** Reads an operation that sets a value, as a patch with only this value. */
function readOperation(tree: Tree, evidence: Evidence): void {
  const value = treeAt(tree, ['value'])
  const steps = textAt(tree, ['path'])!.split('/').slice(1)
  if (value !== undefined && ['add', 'replace'].includes(textAt(tree, ['op'])!))
    readConfig(
      steps.reduceRight<Tree>((inner, step) => within(inner, step.replaceAll('~1', '/').replaceAll('~0', '~')), value),
      true,
      evidence,
    )
  else
    evidence.note({
      kind: 'unmodelled',
      at: placeOf(tree.position),
      message: 'an operation of a patch that removes, moves or copies: not read',
      consequence: 'give the configuration as it is: `talosctl get machineconfig -o yaml`, without its secrets',
    })
}

function within(tree: Tree, key: string): MapTree {
  return { kind: 'map', position: tree.position, entries: new Map([[key, { keyPosition: tree.position, tree }]]) }
}

/** Returns whether a document is a Talos resource of this type, as `talosctl get` prints it. */
function isResource(tree: Tree, type: 'KubeletSpecs' | 'MachineConfigs'): boolean {
  return textAt(tree, ['metadata', 'type'])?.startsWith(`${type}.`) === true
}
