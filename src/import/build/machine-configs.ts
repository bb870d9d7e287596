import { type MachineConfigEvidence, ROLES_OF_POOLS } from '../evidence.ts'
import { Excerpt } from '../excerpt.ts'
import type { BuildContext } from './context.ts'

/**
 * Assigns kubelets the configuration that machine-config-operator gives to their pool: from the newest rendered
 * MachineConfig, otherwise from the last MachineConfig by name that contains the file. Fields of KubeletConfigs
 * override it.
 */
export function addMachineConfigs(context: BuildContext): void {
  const { machineConfigs } = context.evidence
  for (const pool of Object.keys(ROLES_OF_POOLS)) {
    const own = machineConfigs.filter((one) => one.pool === pool).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const rendered = own.filter(({ name }) => name.startsWith('rendered-'))
    const [newest] = rendered.toSorted((a, b) => (a.made < b.made ? 1 : -1))
    const inForce = newest === undefined ? own : [newest]
    addFile(pool, inForce, context)
    const unit = inForce.flatMap(({ units }) => units).at(-1)
    if (unit !== undefined)
      context.note({
        kind: 'unread',
        at: unit,
        cause: 'kubelets',
        message: 'the unit kubelet.service in a MachineConfig',
        consequence: 'the flags of kubelets are taken as those of OpenShift: add the line of `ps -ef` that has them',
      })
    // A rendered configuration, and one generated from a KubeletConfig, already have its fields.
    const isGenerated = newest !== undefined || own.some(({ name }) => /-generated-kubelet(?:-\d+)?$/.test(name))
    if (!isGenerated) for (const config of own) addFields(pool, config, context)
  }
}

function addFile(pool: string, configs: readonly MachineConfigEvidence[], { evidence }: BuildContext): void {
  const file = configs.findLast(({ files }) => files.length > 0)?.files.at(-1)
  if (file === undefined) return
  if (file.text === null) {
    evidence.note({
      kind: 'unread',
      at: file.at,
      cause: 'kubelets',
      message: `/etc/kubernetes/kubelet.conf in a MachineConfig: ${file.why}`,
      consequence: 'the configuration of kubelets is taken as that of OpenShift: add the file of a node of the pool',
    })
    return
  }
  const before = evidence.kubeletFiles.length
  evidence.readInner(new Excerpt(file.at.file, file.text, file.at.line, true))
  for (let i = before; i < evidence.kubeletFiles.length; i++)
    evidence.kubeletFiles[i] = { ...evidence.kubeletFiles[i], ...placeOfPool(pool) }
}

function addFields(pool: string, { fields, at }: MachineConfigEvidence, { evidence }: BuildContext): void {
  if (fields !== null) evidence.kubeletFiles.push({ tree: fields, at, from: 'drop-in', ...placeOfPool(pool) })
}

/**
 * Returns the kubelets that a pool's file applies to: those of workers or those of control planes, regardless of the
 * file's folder.
 */
function placeOfPool(pool: string) {
  const role = ROLES_OF_POOLS[pool]
  return role === 'worker' ? { role, machine: '' } : { role }
}
