import { scalarAt, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { isCopy } from '../copies.ts'
import type { Evidence, RancherSetting } from '../evidence.ts'
import { placeOf, type Sourced, written } from '../origin.ts'
import type { ProgramName } from '../programs/programs.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'

/** The settings with arguments for programs, and the programs (docs.k3s.io/cli/server, Customized Flags). */
export const COMPONENT_ARGUMENTS: readonly (readonly [key: string, program: ProgramName])[] = [
  ['kube-apiserver-arg', 'kube-apiserver'],
  ['kube-controller-manager-arg', 'kube-controller-manager'],
  ['kubelet-arg', 'kubelet'],
  ['kube-proxy-arg', 'kube-proxy'],
]

/** The setting that decides which connections the agents' tunnels carry. */
export const EGRESS_MODE = 'egress-selector-mode'

/** Settings that identify a configuration file with an unusual path. */
const KEYS = [...COMPONENT_ARGUMENTS.map(([key]) => key), EGRESS_MODE, 'write-kubeconfig-mode', 'cluster-init']

/** The path of a configuration file, or of its drop-ins, on a machine. */
const PATH = /rancher\/(k3s|rke2)\/config\.yaml/

/** Settings whose values are secret. */
const SECRETS = ['token', 'agent-token', 'datastore-endpoint', 'etcd-s3-access-key', 'etcd-s3-secret-key', 'vpn-auth']

/** Matches the texts that `recognizes` accepts. */
const MARK = new RegExp([PATH.source, ...KEYS].join('|'))

/** Reads the configuration files of k3s and RKE2 and their drop-ins. Tokens are not read. */
export const k3sReader: DocumentReader = {
  reads: '/etc/rancher/k3s/config.yaml, /etc/rancher/rke2/config.yaml, and their drop-ins',
  kinds: [],
  recognizes({ tree, kind, apiVersion, text }) {
    if (kind !== '' || apiVersion !== '') return false
    if (PATH.test(text.file)) return true
    return entriesAt(tree, []).some(([key]) => KEYS.includes(key.replace(/\+$/, '')))
  },
  read({ tree, text }, evidence) {
    const at = placeOf(tree.position)
    const isDropIn = /\.d\/[^/]*$/.test(text.file)
    // See k3s pkg/configfilearg/parser.go, dotDFiles.
    if (isCopy(text.file) || (isDropIn && !/\.ya?ml$/.test(text.file))) {
      const message = 'a copy of a configuration of k3s or RKE2, by its name, which they do not read'
      evidence.note({ kind: 'irrelevant', at, message })
      return
    }
    const isRke2 = /rke2/.test(text.file) || scalarAt(tree, ['cni']) !== undefined
    evidence.distributions.push(written(isRke2 ? 'rke2' : 'k3s', at))
    const entries = entriesAt(tree, []).flatMap(([key, value]): RancherSetting[] => {
      const name = key.replace(/\+$/, '')
      const isRead = name === EGRESS_MODE || COMPONENT_ARGUMENTS.some(([one]) => one === name)
      return isRead ? [{ key: name, values: valuesOf(tree, key, value), isAddition: key.endsWith('+') }] : []
    })
    evidence.rancherSettings.push({ at, from: isDropIn ? 'drop-in' : 'file', entries })
    const backend = sourcedAt(tree, ['flannel-backend'])
    if (backend !== null) readFlannel(backend, evidence)
    readPlugin(tree, isRke2, evidence)
    noteSecrets(tree, evidence)
  },
  sections: [
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: ['kube-apiserver-arg'],
      form: 'list',
      mark: MARK,
      // Agents have the address of a server, and no flags of the apiserver.
      isIn: ({ tree }) => textAt(tree, ['server']) === null || treeAt(tree, ['tls-san']) !== undefined,
    },
    { program: 'kubelet', takes: 'flags', path: ['kubelet-arg'], form: 'list', mark: MARK },
  ],
}

/**
 * Reads the network plugin of RKE2, and whether k3s enforces NetworkPolicies (docs.k3s.io/networking/networking-services;
 * docs.rke2.io/networking/basic_network_options).
 */
function readPlugin(tree: Tree, isRke2: boolean, evidence: Evidence): void {
  const plugin = sourcedAt(tree, ['cni']) ?? sourcedAt(tree, ['cni', 0])
  if (isRke2 && plugin !== null && plugin.value !== 'none')
    evidence.networkPlugins.push({ ...plugin, enforcesPolicies: /^(?:canal|calico|cilium)$/.test(plugin.value) })
  const off = sourcedAt(tree, ['disable-network-policy'])
  if (off?.value === 'true') evidence.networkPlugins.push({ ...off, value: 'k3s', enforcesPolicies: false })
}

/** Notes the encryption between nodes, from the backend of flannel (docs.k3s.io/networking/basic-network-options). */
export function readFlannel(backend: Sourced<string>, evidence: Evidence): void {
  if (/^(?:wireguard|ipsec|tailscale)/.test(backend.value))
    evidence.encryptions.push({ ...backend, value: `flannel, ${backend.value}` })
}

/** Returns the values of a setting, which is a list or a single text. */
function valuesOf(tree: Tree, key: string, value: Tree): readonly Sourced<string>[] {
  const items = itemsAt(value, [])
  const trees = items.length > 0 ? items : [value]
  return trees.flatMap((one) => {
    const text = textAt(one, [])
    return text === null ? [] : [written(text, items.length > 0 ? placeOf(one.position) : placeAt(tree, [key]))]
  })
}

function noteSecrets(tree: Tree, evidence: Evidence): void {
  for (const key of SECRETS)
    if (textAt(tree, [key]) !== null)
      evidence.note({ kind: 'unread', at: placeAt(tree, [key]), message: `${key}, which is secret and not read` })
}
