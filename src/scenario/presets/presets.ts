import { COMMON_PRESET } from './common.ts'
import { gkeSshTunnels } from './gke-ssh-tunnels.ts'
import { konnectivity } from './konnectivity.ts'
import { kubeadmDefault } from './kubeadm-default.ts'
import { kubeadmHardened } from './kubeadm-hardened.ts'

/** A preset of a cluster: parts of a scenario as YAML. Later parts override earlier ones. */
export interface Preset {
  readonly explanation: string
  readonly texts: readonly string[]
  /** Returns the part that it adds in Kubernetes 1.`minor`; null if it adds none. */
  readonly textAt: (minor: number) => string | null
  readonly versions: PresetVersions
}

/** The versions of Kubernetes, 1.`first` to 1.`last`, in which the values of a preset exist. */
export interface PresetVersions {
  readonly first: number
  /** Null for the newest version. */
  readonly last: number | null
  /** The reason why it does not exist before or after these versions, as the end of a sentence. */
  readonly why: string
}

/** All presets, by the names in scenarios. */
export const PRESETS = {
  'gke-ssh-tunnels': preset(gkeSshTunnels),
  'kubeadm-default': preset(kubeadmDefault),
  'kubeadm-hardened': preset(kubeadmHardened),
  konnectivity: preset(konnectivity),
} satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof PRESETS

function preset({ texts, ...described }: Preset): Preset {
  return { ...described, texts: [COMMON_PRESET, ...texts] }
}
