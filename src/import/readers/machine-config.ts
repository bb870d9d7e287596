import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { type MachineConfigFile, ROLES_OF_POOLS } from '../evidence.ts'
import { type Place, placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, textAt } from '../tree-values.ts'

/**
 * Reads the objects of OpenShift's machine-config-operator for the machines of a pool: files and units of a
 * MachineConfig, and kubelet fields of a KubeletConfig.
 */
export const machineConfigReader: DocumentReader = {
  reads: 'MachineConfig and KubeletConfig of OpenShift: the configuration file of kubelets of each pool of machines',
  kinds: ['MachineConfig', 'KubeletConfig'],
  recognizes: ({ apiVersion }) => apiVersion.startsWith('machineconfiguration.openshift.io/'),
  read({ tree, kind }, evidence) {
    const at = placeOf(tree.position)
    evidence.distributions.push({ value: 'openshift', origin: { kind: 'written', at } })
    const name = textAt(tree, ['metadata', 'name']) ?? ''
    const files = itemsAt(tree, ['spec', 'config', 'storage', 'files']).flatMap(fileOf)
    const units = unitsOf(tree)
    const fields = treeAt(tree, ['spec', 'kubeletConfig'])
    if (files.length === 0 && units.length === 0 && fields === undefined) return
    const pool = kind === 'KubeletConfig' ? poolOfSelector(tree) : poolOfConfig(tree, name)
    if (pool === null || !Object.hasOwn(ROLES_OF_POOLS, pool))
      evidence.note({
        kind: 'unread',
        at,
        cause: 'kubelets',
        message: `the configuration of kubelets in a ${kind} for ${pool === null ? 'machines that it selects by labels of its own' : `the machine pool ${pool}`}`,
        consequence:
          'the nodes of that pool count as workers: add /etc/kubernetes/kubelet.conf of one of them in a folder with its name, or what `oc get --raw .../proxy/configz` prints',
      })
    else {
      const made = name.startsWith('rendered-') ? (textAt(tree, ['metadata', 'creationTimestamp']) ?? '') : ''
      evidence.machineConfigs.push({ at, name, pool, made, files, units, fields: fields ?? null })
    }
  },
}

/** Returns the pool of a MachineConfig from its label, or from the name of a rendered one, which has no label. */
function poolOfConfig(tree: Tree, name: string): string | null {
  const rendered = /^rendered-(.+)-[0-9a-f]+$/.exec(name)?.[1]
  return rendered ?? textAt(tree, ['metadata', 'labels', 'machineconfiguration.openshift.io/role'])
}

/** Returns the pool that a KubeletConfig selects by the label that each pool has for itself; null for other labels. */
function poolOfSelector(tree: Tree): string | null {
  const labels = entriesAt(tree, ['spec', 'machineConfigPoolSelector', 'matchLabels'])
  const pools = labels.flatMap(
    ([label]) => /^pools\.operator\.machineconfiguration\.openshift\.io\/(.+)$/.exec(label)?.[1] ?? [],
  )
  return pools[0] ?? null
}

/** Returns the places of the units of kubelets. */
function unitsOf(tree: Tree): readonly Place[] {
  const units = itemsAt(tree, ['spec', 'config', 'systemd', 'units'])
  return units.filter((unit) => textAt(unit, ['name']) === 'kubelet.service').map(({ position }) => placeOf(position))
}

/** Returns the file if it is the kubelets' configuration file. */
function fileOf(file: Tree): readonly MachineConfigFile[] {
  if (textAt(file, ['path']) !== '/etc/kubernetes/kubelet.conf') return []
  const at = placeAt(file, ['contents', 'source'])
  const compression = textAt(file, ['contents', 'compression']) ?? ''
  if (compression !== '') return [{ at, text: null, why: 'it is compressed' }]
  const text = textOfUrl(textAt(file, ['contents', 'source']) ?? '')
  return [{ at, text, why: text === null ? 'its contents are no data URL' : '' }]
}

/** Decodes a data URL (RFC 2397). Returns null for other URLs and broken ones. */
function textOfUrl(url: string): string | null {
  const [whole, isBase64] = /^data:[^,]*?(;base64)?,/i.exec(url) ?? []
  if (whole === undefined) return null
  const data = url.slice(whole.length)
  try {
    if (isBase64 === undefined) return decodeURIComponent(data)
    const bytes = Uint8Array.from(atob(data.replace(/\s+/g, '')), (character) => character.charCodeAt(0))
    return new TextDecoder().decode(bytes)
  } catch {
    return null
  }
}
