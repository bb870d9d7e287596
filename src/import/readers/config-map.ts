import type { Tree } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { Excerpt } from '../excerpt.ts'
import { written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, placeAt, sourcedAt, textAt } from '../tree-values.ts'
import { readFlannel } from './k3s.ts'

/** Reads the documents in a ConfigMap, such as kubeadm-config, kubelet-config and kube-proxy. */
export const configMapReader: DocumentReader = {
  reads: 'ConfigMaps that hold such documents (kubeadm-config, kubelet-config, kube-proxy, cilium-config)',
  kinds: ['ConfigMap'],
  read({ tree }, evidence) {
    const name = textAt(tree, ['metadata', 'name']) ?? ''
    const before = evidence.kubeletFiles.length
    const configs = evidence.openshiftConfigs.length
    for (const [, value] of entriesAt(tree, ['data'])) {
      const text = innerText(value)
      if (text !== null) evidence.readInner(text)
    }
    // A kubelet has its own copy of the configuration that kubeadm distributes.
    const release = releaseOf(name)
    for (let i = before; i < evidence.kubeletFiles.length; i++)
      evidence.kubeletFiles[i] = { ...evidence.kubeletFiles[i], from: 'cluster', release }
    // The operator of OpenShift stores each revision of a configuration with its number.
    const revision = /^config-(\d{1,9})$/.exec(name)?.[1]
    for (let i = configs; revision !== undefined && i < evidence.openshiftConfigs.length; i++)
      evidence.openshiftConfigs[i] = { ...evidence.openshiftConfigs[i], revision: Number(revision) }
    if (name === 'kas-config' && evidence.openshiftConfigs.length > configs)
      evidence.distributions.push(written('hypershift', evidence.openshiftConfigs[configs].at))
    if (name === 'cilium-config') readCilium(tree, evidence)
    const network = sourcedAt(tree, ['data', 'net-conf.json'])
    const backend = /"Type"\s*:\s*"(\w+)"/.exec(network?.value ?? '')?.[1]
    if (network !== null && backend !== undefined) readFlannel({ ...network, value: backend }, evidence)
  },
}

/**
 * Returns the release in a name such as `kubelet-config-1.22`. From 1.24 on, kubeadm has one `kubelet-config`, which
 * takes precedence.
 */
function releaseOf(name: string): number {
  const minor = /^kubelet-config-1\.(\d{1,3})$/.exec(name)?.[1]
  return minor === undefined ? Number.MAX_SAFE_INTEGER : Number(minor)
}

/** Returns a multi-line text, or a JSON text, with its lines; null for other values. */
export function innerText(value: Tree): Excerpt | null {
  if (value.kind !== 'scalar' || typeof value.value !== 'string') return null
  if (!value.value.includes('\n') && !/^\{"/.test(value.value)) return null
  const { source, start } = value.position
  const { line } = source.positionOf(start)
  const isBlock = source.text[start] === '|'
  if (isBlock) return new Excerpt(source.file, value.value, line + 1)
  return new Excerpt(source.file, value.value, line, true, { position: value.position, text: value.value, offset: 0 })
}

function readCilium(tree: Tree, evidence: Evidence): void {
  const isOn = (key: string) => textAt(tree, ['data', key]) === 'true'
  const modes = [
    ['enable-wireguard', 'Cilium WireGuard'],
    ['enable-ipsec', 'Cilium IPsec'],
  ] as const
  for (const [key, mode] of modes)
    if (isOn(key)) {
      const scope = isOn('encrypt-node') ? '' : ' between pods of different nodes'
      evidence.encryptions.push(written(`${mode}${scope}`, placeAt(tree, ['data', key])))
    }
  if (isOn('kube-proxy-replacement') || textAt(tree, ['data', 'kube-proxy-replacement']) === 'strict')
    evidence.proxyModes.push(written('cilium', placeAt(tree, ['data', 'kube-proxy-replacement'])))
}
