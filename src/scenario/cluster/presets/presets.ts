import { COMMON_PRESET } from './common.ts'
import { gkeSshTunnels } from './gke-ssh-tunnels.ts'
import { konnectivity } from './konnectivity.ts'
import { kubeadmDefault } from './kubeadm-default.ts'
import { kubeadmHardened } from './kubeadm-hardened.ts'

/** A preset of a cluster: parts of a scenario as YAML, of which later ones override earlier ones. */
export interface Preset {
  readonly name: string
  readonly explanation: string
  readonly texts: readonly string[]
  /** Returns the part that it adds in Kubernetes 1.`minor`, or null when it adds none. */
  readonly textAt: (minor: number) => string | null
  readonly versions: PresetVersions
}

/** The versions of Kubernetes, 1.`first` to 1.`last`, in which the values of a preset exist. */
export interface PresetVersions {
  readonly first: number
  /** null: the newest one. */
  readonly last: number | null
  /** The reason why it does not exist before or after, as the end of a sentence. */
  readonly why: string
}

export const PRESET_NAMES = ['gke-ssh-tunnels', 'kubeadm-default', 'kubeadm-hardened', 'konnectivity'] as const

export type PresetName = (typeof PRESET_NAMES)[number]

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'gke-ssh-tunnels': preset('gke-ssh-tunnels', gkeSshTunnels),
  'kubeadm-default': preset('kubeadm-default', kubeadmDefault),
  'kubeadm-hardened': preset('kubeadm-hardened', kubeadmHardened),
  konnectivity: preset('konnectivity', konnectivity),
}

function preset(name: PresetName, { texts, ...described }: Omit<Preset, 'name'>): Preset {
  return { name, ...described, texts: [COMMON_PRESET, ...texts] }
}
